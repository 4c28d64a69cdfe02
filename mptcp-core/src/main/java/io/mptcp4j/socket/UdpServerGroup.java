package io.mptcp4j.socket;

import io.mptcp4j.device.PacketBatch;
import io.mptcp4j.device.PacketBuffer;
import io.mptcp4j.mptcp.ServerName;
import io.mptcp4j.stack.ServerGroup;
import io.mptcp4j.wire.SuperSegment;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A group of servers on several hosts, which relay packets to each other in UDP datagrams. Each datagram proves by a secret
 * that all servers share that a member sent it, and must come from that member's address; so nobody else gets a packet in.
 * What it carries is no secret: it is what the balancer sent.
 *
 * <p>Each server tells the others once a second that it is there; one that has not been heard for 3.5 s is gone, and joins
 * for it are reset.
 *
 * <p>The network between the servers should take datagrams of {@value RelayFrame#HEADER} octets more than their devices'
 * packets, and 28 or 48 for UDP and IP; otherwise the kernel fragments them.
 */
public final class UdpServerGroup implements ServerGroup {
    /** The shortest secret in octets. */
    public static final int SHORTEST_SECRET = 16;

    /** Packets that may wait for the stack; what comes on top is lost, as on a full queue. */
    static final int QUEUE_CAPACITY = 1_024;

    private static final Logger LOG = LoggerFactory.getLogger(UdpServerGroup.class);
    private static final long BEACON_MILLIS = 1_000;
    private static final long GONE_NANOS = 3_500_000_000L;

    private final ServerName name;
    private final List<InetSocketAddress> servers;
    private final DatagramChannel channel;
    private final Selector selector;
    private final Thread thread;
    private final RelayFrame outgoing;
    private final RelayFrame beacon;
    private final RelayFrame incoming;
    private final SuperSegment segments = new SuperSegment();
    private final ArrayBlockingQueue<byte[]> queue = new ArrayBlockingQueue<>(QUEUE_CAPACITY);
    private final AtomicLongArray heard;
    private final AtomicLong refused = new AtomicLong();
    private volatile Runnable doorbell = () -> {};
    private volatile boolean closed;

    private UdpServerGroup(ServerName name, List<InetSocketAddress> servers, byte[] secret) throws IOException {
        this.name = name;
        this.servers = servers;
        this.outgoing = new RelayFrame(secret);
        this.beacon = new RelayFrame(secret);
        this.incoming = new RelayFrame(secret);
        this.heard = new AtomicLongArray(servers.size());
        long now = System.nanoTime();
        for (int i = 0; i < servers.size(); i++) {
            heard.set(i, now);
        }
        this.selector = Selector.open();
        this.channel = DatagramChannel.open();
        try {
            channel.bind(servers.get(name.index()));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
        } catch (IOException | RuntimeException e) {
            closeChannel();
            throw e;
        }
        this.thread = new Thread(this::run, "relay-" + name.index());
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Joins a group.
     *
     * @param index which server this is, from 0
     * @param servers the addresses of all servers for relayed packets, resolved, in the same order on each; this one's is
     *     bound
     * @param secret shared by all servers and known to nobody else, of {@value #SHORTEST_SECRET} octets or more
     * @throws IOException when the address cannot be bound
     */
    public static UdpServerGroup join(int index, List<InetSocketAddress> servers, byte[] secret) throws IOException {
        if (secret.length < SHORTEST_SECRET) {
            throw new IllegalArgumentException("a secret has " + SHORTEST_SECRET + " octets or more: " + secret.length);
        }
        ServerName name = ServerName.of(index, servers.size());
        for (InetSocketAddress server : servers) {
            if (server.isUnresolved()
                    || server.getPort() == 0
                    || server.getAddress().isAnyLocalAddress()) {
                throw new IllegalArgumentException("each server has an address and a port: " + server);
            }
        }
        if (index >= servers.size()) {
            throw new IllegalArgumentException("server " + index + " is none of " + servers.size());
        }
        return new UdpServerGroup(name, List.copyOf(servers), secret.clone());
    }

    /** How many datagrams were refused because no member had sent them. */
    public long refused() {
        return refused.get();
    }

    // ---- the loop's thread

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
        if (closed || server >= servers.size() || System.nanoTime() - heard.get(server) > GONE_NANOS) {
            return false;
        }
        boolean isUnfinished = packet.isChecksumTrusted() || packet.segmentSize() > 0;
        if (isUnfinished && segments.wrap(packet.buffer(), packet.index(), packet.length(), packet.segmentSize())) {
            for (int i = 0; i < segments.count() && segments.longest() <= RelayFrame.LONGEST - RelayFrame.HEADER; i++) {
                send(server, outgoing, segments.write(i, outgoing.octets(), RelayFrame.HEADER));
            }
        } else if (packet.length() <= RelayFrame.LONGEST - RelayFrame.HEADER) {
            outgoing.octets().setBytes(RelayFrame.HEADER, packet.buffer(), packet.index(), packet.length());
            send(server, outgoing, packet.length());
        }
        return true;
    }

    @Override
    public int receive(PacketBatch batch, long nowNanos) {
        int received = 0;
        while (!batch.isFull()) {
            byte[] packet = queue.poll();
            if (packet == null) {
                break;
            }
            PacketBuffer slot = batch.next();
            slot.buffer().setBytes(PacketBatch.RECEIVE_INDEX, packet);
            slot.setBounds(PacketBatch.RECEIVE_INDEX, packet.length);
            received++;
        }
        return received;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            selector.wakeup();
        }
    }

    private void send(int server, RelayFrame frame, int length) {
        try {
            // A full send buffer loses the datagram, as a network would.
            channel.send(frame.seal(name.index(), server, length), servers.get(server));
        } catch (IOException e) {
            LOG.debug("a packet for server {} was not relayed", server, e);
        }
    }

    // ---- the thread of the group

    private void run() {
        long nextBeacon = System.nanoTime();
        try {
            while (!closed) {
                long now = System.nanoTime();
                if (now - nextBeacon >= 0) {
                    nextBeacon = now + BEACON_MILLIS * 1_000_000;
                    tellOthers();
                }
                selector.select(Math.max(1, (nextBeacon - now) / 1_000_000));
                selector.selectedKeys().clear();
                takeAll();
            }
        } catch (IOException | RuntimeException e) {
            if (!closed) {
                closed = true;
                LOG.warn("the link to the other servers has failed; nothing is relayed any more", e);
            }
        } finally {
            closeChannel();
        }
    }

    private void tellOthers() {
        for (int i = 0; i < servers.size(); i++) {
            if (i != name.index()) {
                send(i, beacon, 0);
            }
        }
    }

    private void takeAll() throws IOException {
        boolean any = false;
        for (int left = QUEUE_CAPACITY; left > 0; left--) {
            SocketAddress source = channel.receive(incoming.empty());
            if (source == null) {
                break;
            }
            any |= take(source, incoming.length());
        }
        if (any) {
            doorbell.run();
        }
    }

    private boolean take(SocketAddress source, int length) {
        // What is quickly seen comes first: a flood from outside costs little.
        boolean isMember = length >= RelayFrame.HEADER
                && incoming.from() < servers.size()
                && servers.get(incoming.from()).equals(source);
        if (!isMember || !incoming.isGenuine(length, name.index())) {
            refused.incrementAndGet();
            return false;
        }
        heard.set(incoming.from(), System.nanoTime());
        if (length == RelayFrame.HEADER) {
            return false;
        }
        return queue.offer(Arrays.copyOfRange(incoming.octets().array(), RelayFrame.HEADER, length));
    }

    private void closeChannel() {
        try (Selector s = selector;
                DatagramChannel c = channel) {
            LOG.debug("server {} leaves its group", name.index());
        } catch (IOException e) {
            LOG.debug("closing the link to the other servers", e);
        }
    }
}
