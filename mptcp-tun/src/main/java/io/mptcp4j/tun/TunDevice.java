package io.mptcp4j.tun;

import io.mptcp4j.device.DeviceCapabilities;
import io.mptcp4j.device.DevicePoller;
import io.mptcp4j.device.PacketBatch;
import io.mptcp4j.device.PacketBuffer;
import io.mptcp4j.device.PacketDevice;
import io.mptcp4j.wire.TcpFlags;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;

/**
 * A Linux TUN device: the kernel sees a network interface, this program sees the packets routed to it, as IP packets or
 * as super-segments of up to 64 KB, and answers with its own. Payload is not copied here, in either direction.
 *
 * <p>The interface's address ({@link LinkSetup}) is the kernel's end of the link; the stack's own address is another of
 * the same subnet.
 *
 * <p><b>Threads.</b> {@link #receive} and {@link #transmit} belong to the stack's thread; {@link #close} to any.
 */
public final class TunDevice implements PacketDevice {
    private static final String PATH = "/dev/net/tun";
    private static final int LONGEST_PACKET = 65_535;
    private static final int IP_VERSION_6 = 6;
    private static final int DATA_OFFSET = 12;
    private static final int CONTROL_BITS = 13;
    private static final long CLOSE_PATIENCE_MILLIS = 1000;

    private final String name;
    private final TunOffload offload;
    private final DeviceCapabilities capabilities;
    private final Descriptor descriptor;
    private final Gather gather = new Gather();
    private final int headerRoom;
    private final ByteBuf spareHeader;
    private volatile int mtu;
    private volatile Runnable onClose;
    private long lostPackets;

    private TunDevice(TunOpener.Opened opened, int mtu) {
        this.name = opened.name();
        this.offload = opened.offload();
        this.descriptor = new Descriptor(opened.descriptor());
        this.mtu = mtu;
        boolean virtio = offload.hasVirtioHeader();
        this.headerRoom = virtio ? VirtioHeader.LENGTH : 0;
        this.capabilities = virtio ? new DeviceCapabilities(true, true, true, LONGEST_PACKET) : DeviceCapabilities.NONE;
        this.spareHeader = Unpooled.wrappedBuffer(Native.memory(VirtioHeader.LENGTH));
    }

    /**
     * Opens a device with the best offload that the kernel has.
     *
     * @param name an existing TUN interface, one to be made (it then vanishes with this device), or a pattern such as
     *     {@code mptcp%d}, of which the kernel makes the next free name
     * @throws TunException when that fails; the message says what to do
     */
    public static TunDevice open(String name) throws TunException {
        return open(name, TunOptions.DEFAULT);
    }

    /** Opens a device as {@link #open(String)} does, with other options. */
    public static TunDevice open(String name, TunOptions options) throws TunException {
        return open(PATH, name, options);
    }

    static TunDevice open(String path, String name, TunOptions options) throws TunException {
        TunOpener.Opened opened = new TunOpener(path, name, options.offload()).open();
        TunDevice device = null;
        try {
            LinkSetup link = LinkSetup.of(opened.name());
            device = new TunDevice(opened, link.mtu());
            device.setQueue(link, options.txQueueLength());
            return device;
        } catch (TunException | RuntimeException e) {
            if (device == null) {
                Native.libc().close(opened.descriptor());
            } else {
                device.close();
            }
            throw e;
        }
    }

    /** {@inheritDoc} This is the interface's own name, also where a pattern was asked for. */
    @Override
    public String name() {
        return name;
    }

    @Override
    public int mtu() {
        return mtu;
    }

    @Override
    public DeviceCapabilities capabilities() {
        return capabilities;
    }

    /** The offload in use. */
    public TunOffload offload() {
        return offload;
    }

    /**
     * Packets that the kernel refused one by one, for instance because the interface is down. Exact on the stack's thread.
     */
    public long lostPackets() {
        return lostPackets;
    }

    /** The interface's set-up, while it is in this program's network namespace. */
    public LinkSetup link() {
        return LinkSetup.of(name, newMtu -> mtu = newMtu);
    }

    @Override
    public int receive(PacketBatch batch, long nowNanos) throws IOException {
        if (!descriptor.enter()) {
            throw closed();
        }
        try {
            int received = 0;
            while (receiveOne(batch)) {
                received++;
            }
            return received;
        } finally {
            descriptor.leave();
        }
    }

    @Override
    public int transmit(PacketBatch batch, long nowNanos) throws IOException {
        if (!descriptor.enter()) {
            throw closed();
        }
        try {
            int count = batch.count();
            for (int i = 0; i < count; i++) {
                if (!transmitOne(batch.get(i))) {
                    return i;
                }
            }
            return count;
        } finally {
            descriptor.leave();
        }
    }

    @Override
    public DevicePoller.Provider pollerProvider() {
        return TunPoller.PROVIDER;
    }

    /**
     * {@inheritDoc} When it returns, the kernel has the descriptor back (an interface that was made by opening it is gone),
     * unless the stack's thread takes longer than a second to let go of it.
     */
    @Override
    public void close() {
        if (descriptor.close()) {
            Runnable wakeUp = onClose;
            if (wakeUp != null) {
                wakeUp.run();
            }
        }
        descriptor.awaitReturn(CLOSE_PATIENCE_MILLIS);
    }

    @Override
    public String toString() {
        return "TUN " + name + " (offload " + offload + ")";
    }

    Descriptor descriptor() {
        return descriptor;
    }

    /** What is run, on the closing thread, when the device is closed: its poller's wake-up. */
    void onClose(Runnable action) {
        onClose = action;
    }

    /** Returns false when nothing has arrived or the batch is full. */
    private boolean receiveOne(PacketBatch batch) throws IOException {
        PacketBuffer packet = batch.next();
        if (packet == null) {
            return false;
        }
        ByteBuf buffer = packet.buffer();
        int from = PacketBatch.RECEIVE_INDEX - headerRoom;
        long octets;
        do {
            octets = Native.libc().read(descriptor.number(), Native.address(buffer, from), buffer.capacity() - from);
        } while (octets < 0 && Native.errno() == Errno.EINTR);
        if (octets < headerRoom) {
            batch.unclaim();
            return octets < 0 && failReceive(Native.errno());
        }
        packet.setBounds(PacketBatch.RECEIVE_INDEX, (int) octets - headerRoom);
        if (headerRoom > 0) {
            packet.setChecksumTrusted(VirtioHeader.isChecksumTrusted(buffer, from));
            packet.setSegmentSize(VirtioHeader.segmentSize(buffer, from));
        }
        return true;
    }

    private boolean failReceive(int errno) throws IOException {
        if (errno == Errno.EAGAIN || errno == Errno.ENETDOWN) {
            return false;
        }
        throw errno == Errno.EBADFD || errno == Errno.EIO
                ? TunAdvice.gone(name, errno)
                : TunAdvice.failed(name, "read", errno);
    }

    /** Returns false when the kernel takes no more at present. */
    private boolean transmitOne(PacketBuffer packet) throws IOException {
        if (packet.totalLength() > LONGEST_PACKET) {
            lostPackets++;
            return true;
        }
        gather.clear();
        addHeaders(packet);
        int spans = packet.spanCount();
        for (int i = 0; i < spans; i++) {
            gather.add(packet.span(i), packet.spanIndex(i), packet.spanLength(i));
        }
        long octets;
        do {
            octets = gather.write(descriptor.number());
        } while (octets < 0 && Native.errno() == Errno.EINTR);
        return octets >= 0 || failTransmit(Native.errno());
    }

    /** Adds the virtio header, in the room before the packet where there is some, and the packet's own buffer. */
    private void addHeaders(PacketBuffer packet) {
        ByteBuf buffer = packet.buffer();
        int index = packet.index();
        if (headerRoom == 0) {
            assert !packet.hasPartialChecksum() && packet.segmentSize() == 0 : name + " does no offload";
            gather.add(buffer, index, packet.length());
        } else if (index >= headerRoom) {
            writeVirtioHeader(packet, buffer, index - headerRoom);
            gather.add(buffer, index - headerRoom, packet.length() + headerRoom);
        } else {
            writeVirtioHeader(packet, spareHeader, 0);
            gather.add(spareHeader, 0, headerRoom);
            gather.add(buffer, index, packet.length());
        }
    }

    private static void writeVirtioHeader(PacketBuffer packet, ByteBuf into, int at) {
        if (!packet.hasPartialChecksum()) {
            assert packet.segmentSize() == 0 : "a super-segment needs a partial checksum";
            VirtioHeader.writePlain(into, at);
            return;
        }
        int start = packet.checksumStart();
        VirtioHeader.writePartial(into, at, start, packet.checksumOffset());
        if (packet.segmentSize() > 0) {
            ByteBuf buffer = packet.buffer();
            int transport = packet.index() + start;
            int headerLength = start + (buffer.getByte(transport + DATA_OFFSET) >> 4 & 0xf) * Integer.BYTES;
            if (packet.totalLength() - headerLength > packet.segmentSize()) {
                boolean isIpv6 = buffer.getByte(packet.index()) >> 4 == IP_VERSION_6;
                int type = isIpv6 ? VirtioHeader.TCP_IPV6 : VirtioHeader.TCP_IPV4;
                // RFC 3168 6.1.2: the device that cuts it repeats CWR on no other segment than the first.
                boolean isReduced = (buffer.getByte(transport + CONTROL_BITS) & TcpFlags.CWR) != 0;
                VirtioHeader.writeSegmentation(
                        into, at, isReduced ? type | VirtioHeader.ECN : type, headerLength, packet.segmentSize());
            }
        }
    }

    private boolean failTransmit(int errno) throws IOException {
        switch (errno) {
            case Errno.EAGAIN:
                return false;
            case Errno.EIO, Errno.ENETDOWN, Errno.ENOBUFS, Errno.ENOMEM, Errno.EINVAL, Errno.EMSGSIZE:
                // The interface is down, memory is short, or it is a packet that the kernel cannot use: lost, as
                // on a wire.
                lostPackets++;
                return true;
            case Errno.EBADFD:
                throw TunAdvice.gone(name, errno);
            default:
                throw TunAdvice.failed(name, "write", errno);
        }
    }

    private void setQueue(LinkSetup link, int wanted) throws TunException {
        if (wanted > 0) {
            link.txQueueLength(wanted);
        } else if (offload != TunOffload.SEGMENTATION) {
            try {
                link.txQueueLength(TunOptions.LONG_QUEUE);
            } catch (TunException e) {
                // The device was made for this user by somebody else, with the queue that he chose.
                if (e.errno() != Errno.EPERM) {
                    throw e;
                }
            }
        }
    }

    private IOException closed() {
        return new TunException(name + ": the device was closed", Errno.EBADF);
    }
}
