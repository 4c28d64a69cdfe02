package io.mptcp4j.stack;

import io.mptcp4j.device.PacketBuffer;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.metric.DropReason;
import io.mptcp4j.metric.StackCounters;
import io.mptcp4j.tcp.SegmentOutput;
import io.mptcp4j.tcp.TcpConnection;
import io.mptcp4j.wire.Checksum;
import io.mptcp4j.wire.IcmpView;
import io.mptcp4j.wire.IpAddress;
import io.mptcp4j.wire.IpProtocol;
import io.mptcp4j.wire.Ipv4View;
import io.mptcp4j.wire.Ipv6View;
import io.netty.buffer.ByteBuf;

/** ICMP of both families: answers echo requests, and tells TCP of errors that prove to be about its segments. */
final class IcmpHandler {
    private static final int BURST = 64;
    private static final int LEAST_MTU_IPV4 = 68;

    /** RFC 1191 7.1: MTUs of the links that there are. */
    private static final int[] PLATEAUS = {65_535, 32_000, 17_914, 8_166, 4_352, 2_002, 1_492, 1_006, 508, 296};

    private static final int LEAST_MTU_IPV6 = 1280;

    /** RFC 1122 3.2.2.1, RFC 1812 5.2.7.1: protocol, port, and what an administrator prohibits. */
    private static final long HARD_CODES_V4 = 1L << 2 | 1L << 3 | 1L << 9 | 1L << 10 | 1L << 13;

    /** RFC 4443 3.1: prohibited, port, source address failed policy, reject route. */
    private static final long HARD_CODES_V6 = 1L << 1 | 1L << 4 | 1L << 5 | 1L << 6;

    private final StackCounters counters;
    private final SubflowTable subflows;
    private final ConnectionTable connections;
    private final Relays relays;
    private final RateLimit limit;
    private final IcmpView message = new IcmpView();

    IcmpHandler(
            StackSettings settings,
            StackCounters counters,
            SubflowTable subflows,
            ConnectionTable connections,
            Relays relays) {
        this.counters = counters;
        this.subflows = subflows;
        this.connections = connections;
        this.relays = relays;
        this.limit =
                settings.icmpRepliesPerSecond() == 0 ? null : new RateLimit(settings.icmpRepliesPerSecond(), BURST);
    }

    /**
     * Deals with a message.
     *
     * @return null when it was of use, else why not
     */
    DropReason onMessage(Arrival arrival, long now) {
        DropReason reason =
                message.wrap(arrival.buffer(), arrival.transportIndex(), arrival.transportLength(), !arrival.isIpv4());
        if (reason != null) {
            return reason;
        }
        int pseudoHeaderSum = arrival.isIpv4() ? 0 : arrival.pseudoHeaderSum();
        if (!arrival.isChecksumTrusted() && !message.isChecksumRight(pseudoHeaderSum)) {
            return DropReason.BAD_ICMP;
        }
        if (message.isEchoRequest()) {
            return onEchoRequest(arrival, now);
        }
        return message.isError() ? onError(arrival, now) : null;
    }

    /** RFC 1122 3.2.2.6, RFC 4443 4.2: an echo reply carries the octets of the request. */
    private DropReason onEchoRequest(Arrival arrival, long now) {
        HostInterface out = arrival.own().owner();
        int ipHeader = arrival.isIpv4() ? Ipv4View.MINIMUM_HEADER : Ipv6View.HEADER;
        if (limit == null || ipHeader + message.length() > out.device().mtu() || !limit.tryAcquire(now)) {
            return DropReason.RATE_LIMITED;
        }
        IpAddress local = arrival.own().address();
        IpAddress remote = arrival.source();
        int protocol = arrival.isIpv4() ? IpProtocol.ICMP : IpProtocol.ICMPV6;
        Egress egress = out.egress();
        PacketBuffer packet = egress.begin();
        ByteBuf buffer = packet.buffer();
        int at = SegmentOutput.TRANSPORT_INDEX;
        buffer.setBytes(at, message.buffer(), message.index(), IcmpView.HEADER);
        buffer.setByte(at, arrival.isIpv4() ? IcmpView.ECHO_REPLY_V4 : IcmpView.ECHO_REPLY_V6);
        buffer.setShort(at + IcmpView.CHECKSUM_OFFSET, 0);
        if (message.length() > IcmpView.HEADER) {
            // The stack flushes at the end of each input step, before the device takes the request's buffer again.
            packet.addSpan(message.buffer(), message.index() + IcmpView.HEADER, message.length() - IcmpView.HEADER);
        }
        int pseudo = arrival.isIpv4() ? 0 : Checksum.pseudoHeader(local, remote, protocol, message.length());
        int sum = Egress.sum(pseudo, packet, IcmpView.HEADER);
        buffer.setShort(at + IcmpView.CHECKSUM_OFFSET, Checksum.complement(sum));
        egress.send(local, remote, protocol, packet, IcmpView.HEADER);
        return null;
    }

    private DropReason onError(Arrival arrival, long now) {
        if (!message.hasQuotedTcp()) {
            return DropReason.BAD_ICMP;
        }
        IpAddress local = message.quotedSource();
        IpAddress remote = message.quotedDestination();
        Flow flow = subflows.find(
                local.high(),
                local.low(),
                message.quotedSourcePort(),
                remote.high(),
                remote.low(),
                message.quotedDestinationPort());
        if (flow == null
                && relays.takeError(
                        arrival, local, message.quotedSourcePort(), remote, message.quotedDestinationPort(), now)) {
            return null;
        }
        // RFC 5927 4.1, RFC 8899 4.6.1: the quoted sequence number must be of a segment that is in flight.
        if (flow == null) {
            return DropReason.BAD_ICMP;
        }
        if (!flow.subflow().tcp().isOutstanding(message.quotedSequenceNumber())) {
            counters.count(Counter.OUT_OF_WINDOW_ICMPS);
            return DropReason.BAD_ICMP;
        }
        DropReason reason = tell(flow.subflow().tcp(), now);
        connections.ready(flow.entry());
        return reason;
    }

    private DropReason tell(TcpConnection tcp, long now) {
        if (message.isPacketTooBig()) {
            return onPacketTooBig(tcp, now);
        }
        if (message.isUnreachable()) {
            tcp.onUnreachable(isHard(), now);
        } else if (message.isTimeExceeded()) {
            // RFC 1122 4.2.3.9: time exceeded is a soft error. Source quench and redirects are ignored (RFC 6633).
            tcp.onUnreachable(false, now);
        }
        return null;
    }

    private DropReason onPacketTooBig(TcpConnection tcp, long now) {
        int mtu = message.mtu();
        if (message.isIpv6()) {
            // RFC 8201 4: a node must ignore an MTU below the IPv6 minimum.
            if (mtu < LEAST_MTU_IPV6) {
                return DropReason.BAD_ICMP;
            }
        } else if (mtu != 0 && mtu < LEAST_MTU_IPV4) {
            return DropReason.BAD_ICMP;
        }
        tcp.onPathMtu(mtu == 0 ? plateauBelow(message.quotedTotalLength()) : mtu, now);
        return null;
    }

    /** RFC 1191 5: a router that is older than this tells no MTU; the next one that links have is tried. */
    private static int plateauBelow(int length) {
        for (int plateau : PLATEAUS) {
            if (plateau < length) {
                return plateau;
            }
        }
        return LEAST_MTU_IPV4;
    }

    /** RFC 1122 4.2.3.9, RFC 5461 2.1: which errors will not pass by themselves. */
    private boolean isHard() {
        int code = message.code();
        return ((message.isIpv6() ? HARD_CODES_V6 : HARD_CODES_V4) >>> code & 1) != 0 && code < Long.SIZE;
    }
}
