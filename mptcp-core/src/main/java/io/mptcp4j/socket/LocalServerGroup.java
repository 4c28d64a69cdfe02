package io.mptcp4j.socket;

import io.mptcp4j.device.PacketBatch;
import io.mptcp4j.device.PacketBuffer;
import io.mptcp4j.mptcp.ServerName;
import io.mptcp4j.stack.ServerGroup;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A group of servers in this process: several stacks that share an address, or the shards of one host, each with a thread
 * of its own. Relayed packets go through a bounded queue in front of each member. Safe for all threads.
 *
 * <pre>{@code
 * LocalServerGroup group = new LocalServerGroup(4);
 * for (int i = 0; i < 4; i++) {
 *     stacks[i] = MptcpStack.builder().device(tuns[i], "192.0.2.1/32").serverGroup(group.join(i)).build();
 * }
 * }</pre>
 */
public final class LocalServerGroup {
    /** Packets that may wait for a member; what comes on top is lost, as on a full queue. */
    static final int QUEUE_CAPACITY = 512;

    private final int size;
    private final AtomicReferenceArray<Member> members;

    /** A group of so many servers, 1 to 256, none of which is there yet. */
    public LocalServerGroup(int servers) {
        ServerName.of(0, servers);
        size = servers;
        members = new AtomicReferenceArray<>(servers);
    }

    /**
     * Makes server {@code index} a member, until it is closed.
     *
     * @throws IllegalStateException when it is one already
     */
    public ServerGroup join(int index) {
        Member member = new Member(ServerName.of(index, size));
        if (!members.compareAndSet(index, null, member)) {
            throw new IllegalStateException("server " + index + " is a member already");
        }
        return member;
    }

    /** A packet that waits; it holds a reference of its buffer. */
    private static final class Parcel {
        private ByteBuf buffer;
        private int index;
        private int length;
        private int segmentSize;
        private boolean checksumTrusted;
    }

    private final class Member implements ServerGroup {
        private final ServerName name;
        private final ReentrantLock lock = new ReentrantLock();
        private final Parcel[] queue = new Parcel[QUEUE_CAPACITY];
        private int first;
        private int count;
        private boolean closed;
        private volatile Runnable doorbell = () -> {};

        Member(ServerName name) {
            this.name = name;
            for (int i = 0; i < queue.length; i++) {
                queue[i] = new Parcel();
            }
        }

        @Override
        public ServerName name() {
            return name;
        }

        @Override
        public void attach(Runnable newDoorbell) {
            doorbell = newDoorbell;
        }

        @Override
        public boolean relay(int server, PacketBuffer packet, long nowNanos) {
            Member to = server < size ? members.get(server) : null;
            if (to == null || !to.put(packet)) {
                return false;
            }
            to.doorbell.run();
            return true;
        }

        /** Any member's thread; false when this one is closed. */
        private boolean put(PacketBuffer packet) {
            assert packet.spanCount() == 0;
            lock.lock();
            try {
                if (closed || count == queue.length) {
                    return !closed;
                }
                Parcel parcel = queue[(first + count++) % queue.length];
                parcel.buffer = packet.buffer().retain();
                parcel.index = packet.index();
                parcel.length = packet.length();
                parcel.segmentSize = packet.segmentSize();
                parcel.checksumTrusted = packet.isChecksumTrusted();
                return true;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public int receive(PacketBatch batch, long nowNanos) {
            lock.lock();
            try {
                int received = 0;
                for (; count > 0 && !batch.isFull(); received++) {
                    deliver(take(), batch.next());
                }
                return received;
            } finally {
                lock.unlock();
            }
        }

        /** One copy, so that no buffer of another stack's pool wanders into this one's. */
        private void deliver(Parcel parcel, PacketBuffer slot) {
            slot.buffer().setBytes(PacketBatch.RECEIVE_INDEX, parcel.buffer, parcel.index, parcel.length);
            slot.setBounds(PacketBatch.RECEIVE_INDEX, parcel.length);
            slot.setSegmentSize(parcel.segmentSize);
            slot.setChecksumTrusted(parcel.checksumTrusted);
            parcel.buffer.release();
            parcel.buffer = null;
        }

        private Parcel take() {
            Parcel parcel = queue[first];
            first = (first + 1) % queue.length;
            count--;
            return parcel;
        }

        @Override
        public void close() {
            lock.lock();
            try {
                closed = true;
                while (count > 0) {
                    Parcel parcel = take();
                    parcel.buffer.release();
                    parcel.buffer = null;
                }
            } finally {
                lock.unlock();
            }
            members.compareAndSet(name.index(), this, null);
        }
    }
}
