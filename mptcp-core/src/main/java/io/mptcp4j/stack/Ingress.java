package io.mptcp4j.stack;

import io.mptcp4j.device.PacketBatch;
import io.mptcp4j.device.PacketBuffer;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.metric.DropReason;
import io.mptcp4j.metric.StackCounters;
import io.mptcp4j.tcp.TcpConnection;
import io.mptcp4j.wire.Checksum;
import io.mptcp4j.wire.IpProtocol;
import io.mptcp4j.wire.TcpOptions;
import io.mptcp4j.wire.TcpView;

/**
 * The way in: a packet that is whole, for us, and right in its checksum goes to its subflow, to a listener, or to ICMP. Any
 * other is counted and dropped, and nothing else happens.
 */
final class Ingress {
    private static final int ECN = 0b11;

    /** RFC 3168 5: the codepoints. */
    private static final Counter[] BY_CODEPOINT = {
        Counter.PACKETS_IN_NOT_ECT, Counter.PACKETS_IN_ECT_1, Counter.PACKETS_IN_ECT_0, Counter.PACKETS_IN_CE
    };

    private final StackCounters counters;
    private final InterfaceTable interfaces;
    private final SubflowTable subflows;
    private final ConnectionTable connections;
    private final Relays relays;
    private final JoinArrives joins;
    private final CookieArrives cookies;
    private final SynArrives synArrives;
    private final IcmpHandler icmp;
    private final Arrival arrival = new Arrival();
    private final TcpView segment = new TcpView();
    private final TcpOptions options = new TcpOptions();

    Ingress(
            StackCounters counters,
            InterfaceTable interfaces,
            SubflowTable subflows,
            ConnectionTable connections,
            Relays relays,
            JoinArrives joins,
            CookieArrives cookies,
            SynArrives synArrives,
            IcmpHandler icmp) {
        this.counters = counters;
        this.interfaces = interfaces;
        this.subflows = subflows;
        this.connections = connections;
        this.relays = relays;
        this.joins = joins;
        this.cookies = cookies;
        this.synArrives = synArrives;
        this.icmp = icmp;
    }

    /**
     * Takes in all packets of a batch, which stays the caller's.
     *
     * @param fromGroup whether another server has relayed them to this one, which then does not relay them again
     */
    void onBatch(PacketBatch batch, boolean fromGroup, long now) {
        int count = batch.count();
        relays.beginBatch(fromGroup);
        counters.add(fromGroup ? Counter.RELAYED_PACKETS_IN : Counter.PACKETS_IN, count);
        for (int i = 0; i < count; i++) {
            DropReason reason = onPacket(batch.get(i), now);
            if (reason != null) {
                counters.drop(reason);
            }
        }
    }

    private DropReason onPacket(PacketBuffer packet, long now) {
        DropReason reason = arrival.read(packet, interfaces);
        if (reason != null) {
            return reason;
        }
        int protocol = arrival.protocol();
        if (protocol == IpProtocol.TCP) {
            return onTcp(now);
        }
        return protocol == (arrival.isIpv4() ? IpProtocol.ICMP : IpProtocol.ICMPV6)
                ? icmp.onMessage(arrival, now)
                : DropReason.UNKNOWN_PROTOCOL;
    }

    private DropReason onTcp(long now) {
        DropReason reason = segment.wrap(arrival.buffer(), arrival.transportIndex(), arrival.transportLength());
        if (reason != null) {
            return reason;
        }
        if (segment.sourcePort() == 0 || segment.destinationPort() == 0) {
            // RFC 9293 3.1: a port names an end; 0 names none.
            return DropReason.BAD_TCP_HEADER;
        }
        if (!arrival.isChecksumTrusted() && !isChecksumRight()) {
            // RFC 9293 3.1: the checksum is never optional.
            return DropReason.BAD_TCP_CHECKSUM;
        }
        segment.setTrafficClass(arrival.trafficClass());
        counters.count(BY_CODEPOINT[arrival.trafficClass() & ECN]);
        if (!options.parse(segment)) {
            return DropReason.BAD_TCP_OPTIONS;
        }
        Flow flow = find();
        if (flow != null && reopens(flow.subflow().tcp())) {
            subflows.succeed(flow, now);
            flow = null;
        }
        if (flow != null && answersAnEarlierSyn(flow.entry())) {
            if (cookies.proves(arrival, segment, options, now)) {
                flow.entry().opening.giveUp(now);
                flow = null;
            } else if (cookies.mayBeEarly(arrival, segment, now)) {
                return DropReason.BAD_HANDSHAKE;
            }
        }
        if (flow == null && joins.resume(arrival, segment, now)) {
            flow = find();
            if (flow == null) {
                return DropReason.BAD_HANDSHAKE;
            }
        }
        if (flow == null && relays.take(arrival, segment, options, now)) {
            return null;
        }
        if (flow == null && cookies.resume(arrival, segment, options, now)) {
            flow = find();
            if (flow == null) {
                return DropReason.LIMIT_REACHED;
            }
        }
        if (flow == null) {
            return onNoSubflow(now);
        }
        if (flow.entry().opening != null && isTooEarly(flow.entry())) {
            return DropReason.BACKLOG_FULL;
        }
        connections.begin(flow.entry());
        flow.subflow().tcp().segmentArrives(segment, options, now);
        connections.touch(flow.entry());
        return null;
    }

    /**
     * A SYN was answered by a cookie; it came again, as it does when the answer takes long, found room in the backlog, and was answered
     * once more, by another number. The peer goes by the answer that it heard first.
     */
    private boolean answersAnEarlierSyn(ConnectionEntry entry) {
        return entry.opening != null && entry.opening.isOfAnotherAnswer(segment);
    }

    private boolean isTooEarly(ConnectionEntry entry) {
        if (!entry.opening.isHalfOpen()) {
            entry.opening = null;
            return false;
        }
        boolean tooEarly = entry.opening.isTooEarly(segment);
        if (tooEarly) {
            counters.count(Counter.LISTEN_OVERFLOWS);
        }
        return tooEarly;
    }

    private DropReason onNoSubflow(long now) {
        DropReason reason = synArrives.onSegment(arrival, segment, options, now);
        Flow begun = reason == null && segment.payloadLength() > 0 ? find() : null;
        if (begun != null) {
            // Octets of the SYN may have been taken (RFC 7413): they are published when the batch is done.
            connections.touch(begun.entry());
        }
        return reason;
    }

    private Flow find() {
        return subflows.find(
                arrival.destinationHigh(),
                arrival.destinationLow(),
                segment.destinationPort(),
                arrival.sourceHigh(),
                arrival.sourceLow(),
                segment.sourcePort());
    }

    private boolean isChecksumRight() {
        int sum = Checksum.sum(segment.buffer(), segment.index(), segment.length());
        return Checksum.add(arrival.pseudoHeaderSum(), sum) == Checksum.RIGHT;
    }

    /**
     * RFC 9293 3.10.7.4, RFC 6191 2: a SYN that is certainly younger than a connection in TIME-WAIT may begin a new one.
     */
    private boolean reopens(TcpConnection tcp) {
        return segment.isSyn()
                && tcp.isTimeWait()
                && tcp.timeWait().mayBeReplacedBy(segment, options)
                && (relays.isForeignJoin(options) || synArrives.isWanted(arrival, segment, options));
    }
}
