package io.mptcp4j.stack;

import io.mptcp4j.device.DeviceCapabilities;
import io.mptcp4j.device.PacketBatch;
import io.mptcp4j.device.PacketBuffer;
import io.mptcp4j.device.PacketDevice;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.metric.DropReason;
import io.mptcp4j.metric.StackCounters;
import io.mptcp4j.tcp.ChallengeLimit;
import io.mptcp4j.tcp.SegmentOutput;
import io.mptcp4j.wire.Checksum;
import io.mptcp4j.wire.FourTuple;
import io.mptcp4j.wire.IpAddress;
import io.mptcp4j.wire.IpHeaderWriter;
import io.mptcp4j.wire.IpProtocol;
import io.mptcp4j.wire.Ipv4View;
import io.mptcp4j.wire.Ipv6View;
import io.mptcp4j.wire.TcpView;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way out over one device: writes IP headers, completes checksums as the device needs it, and hands over batches, when
 * they are full and at the end of each step.
 *
 * <pre>
 *  | room of the device | IP header | TCP header, options |  spans: payload
 *                       ^ index     ^ TRANSPORT_INDEX
 * </pre>
 */
final class Egress implements SegmentOutput {
    private static final Logger LOG = LoggerFactory.getLogger(Egress.class);

    private static final int LONGEST_PACKET = 65_535;
    private static final int LONGEST_TCP_HEADER = 60;
    private static final int FLOW_LABEL = 0;

    private final PacketDevice device;
    private final StackCounters counters;
    private final ChallengeLimit challenges;
    private final PacketBatch batch;
    private final int hopLimit;
    private final boolean checksumOffload;
    private final int superSegmentIpv4;
    private final int superSegmentIpv6;
    private int identification;
    private long now;
    private boolean failed;

    Egress(
            PacketDevice device,
            StackCounters counters,
            ChallengeLimit challenges,
            ByteBufAllocator allocator,
            int batchCapacity,
            int hopLimit) {
        DeviceCapabilities capabilities = device.capabilities();
        this.device = device;
        this.counters = counters;
        this.challenges = challenges;
        this.batch = PacketBatch.forSending(batchCapacity, allocator);
        this.hopLimit = hopLimit;
        this.checksumOffload = capabilities.checksumOffload();
        this.superSegmentIpv4 =
                capabilities.segmentationOffloadIpv4() ? superSegmentPayload(capabilities, Ipv4View.MINIMUM_HEADER) : 0;
        this.superSegmentIpv6 =
                capabilities.segmentationOffloadIpv6() ? superSegmentPayload(capabilities, Ipv6View.HEADER) : 0;
    }

    private static int superSegmentPayload(DeviceCapabilities capabilities, int ipHeader) {
        int longest = Math.min(capabilities.maxSuperSegment(), LONGEST_PACKET);
        return Math.max(longest - ipHeader - LONGEST_TCP_HEADER, 0);
    }

    /** Notes the time of this step, for the device. */
    void beginStep(long nowNanos) {
        now = nowNanos;
    }

    @Override
    public PacketBuffer begin(FourTuple tuple) {
        return begin();
    }

    /** An empty packet; as {@link #begin(FourTuple)}. */
    PacketBuffer begin() {
        if (batch.isFull()) {
            flush();
        }
        return batch.next();
    }

    @Override
    public void send(FourTuple tuple, PacketBuffer packet, int headerLength, int segmentSize) {
        IpAddress local = tuple.localAddress();
        IpAddress remote = tuple.remoteAddress();
        int length = headerLength + packet.payloadLength();
        writeIpHeader(local, remote, IpProtocol.TCP, packet, headerLength);
        packet.setSegmentSize(segmentSize);
        ByteBuf header = packet.buffer();
        int checksumIndex = TRANSPORT_INDEX + TcpView.CHECKSUM_OFFSET;
        int pseudo = Checksum.pseudoHeader(local, remote, IpProtocol.TCP, length);
        if (checksumOffload) {
            header.setShort(checksumIndex, pseudo);
            packet.setPartialChecksum(TRANSPORT_INDEX - packet.index(), TcpView.CHECKSUM_OFFSET);
        } else {
            header.setShort(checksumIndex, Checksum.complement(sum(pseudo, packet, headerLength)));
        }
    }

    @Override
    public void cancel(FourTuple tuple, PacketBuffer packet) {
        batch.unclaim();
    }

    /** Sends the packet of the last {@link #begin()}, whose transport part of {@code length} octets is complete. */
    void send(IpAddress local, IpAddress remote, int protocol, PacketBuffer packet, int length) {
        writeIpHeader(local, remote, protocol, packet, length);
    }

    @Override
    public boolean mayChallenge(long nowNanos) {
        return challenges.tryAcquire(nowNanos);
    }

    @Override
    public int pathMtu(FourTuple tuple) {
        return device.mtu();
    }

    @Override
    public int maxSuperSegmentPayload(FourTuple tuple) {
        return tuple.isIpv4() ? superSegmentIpv4 : superSegmentIpv6;
    }

    /** Hands the batch to the device. */
    void flush() {
        int count = batch.count();
        if (count == 0) {
            return;
        }
        int taken = 0;
        if (!failed) {
            try {
                taken = device.transmit(batch, now);
            } catch (IOException | RuntimeException e) {
                failed = true;
                LOG.warn("device {} has failed; its addresses are down from now on", device.name(), e);
            }
        }
        counters.add(Counter.PACKETS_OUT, taken);
        counters.drop(DropReason.DEVICE_FULL, count - taken);
        batch.clear();
    }

    /** The device is back. */
    void onDeviceUp() {
        failed = false;
    }

    /** Gives back the packet of the last {@link #begin()} if something threw before it was complete. */
    void dropUnfinished() {
        int last = batch.count() - 1;
        if (last >= 0 && batch.get(last).length() == 0) {
            batch.unclaim();
        }
    }

    /** Whether the device has thrown an exception: it is gone. */
    boolean hasFailed() {
        return failed;
    }

    /** Releases the buffers. */
    void release() {
        batch.release();
    }

    private void writeIpHeader(IpAddress local, IpAddress remote, int protocol, PacketBuffer packet, int headerLength) {
        ByteBuf buffer = packet.buffer();
        int transportLength = headerLength + packet.payloadLength();
        int ipLength = local.isIpv4() ? Ipv4View.MINIMUM_HEADER : Ipv6View.HEADER;
        int index = TRANSPORT_INDEX - ipLength;
        if (local.isIpv4()) {
            // RFC 6864 4.1: a packet that is never fragmented may carry any identification.
            int id = identification++;
            int source = local.ipv4Bits();
            IpHeaderWriter.writeIpv4(
                    buffer,
                    index,
                    transportLength,
                    protocol,
                    source,
                    remote.ipv4Bits(),
                    id,
                    packet.trafficClass(),
                    hopLimit);
        } else {
            IpHeaderWriter.writeIpv6(
                    buffer,
                    index,
                    transportLength,
                    protocol,
                    local,
                    remote,
                    FLOW_LABEL,
                    packet.trafficClass(),
                    hopLimit);
        }
        packet.setBounds(TRANSPORT_INDEX - ipLength, ipLength + headerLength);
    }

    /** The sum over pseudo-header, header and spans. */
    static int sum(int pseudoHeaderSum, PacketBuffer packet, int headerLength) {
        int sum = Checksum.add(pseudoHeaderSum, Checksum.sum(packet.buffer(), TRANSPORT_INDEX, headerLength));
        int offset = headerLength;
        for (int i = 0; i < packet.spanCount(); i++) {
            int length = packet.spanLength(i);
            sum = Checksum.append(sum, offset, Checksum.sum(packet.span(i), packet.spanIndex(i), length));
            offset += length;
        }
        return sum;
    }
}
