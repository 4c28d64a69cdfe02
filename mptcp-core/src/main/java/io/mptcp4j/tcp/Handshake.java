package io.mptcp4j.tcp;

import io.mptcp4j.congestion.CongestionController;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.wire.TcpOptions;

/** SYN-SENT and SYN-RECEIVED: what is offered, what is agreed, and the repeating of SYN and SYN/ACK. */
final class Handshake {
    /** RFC 9293 3.7.1 (MUST-15): the MSS of a peer that tells none, over IPv4 and over IPv6. */
    private static final int DEFAULT_MSS_IPV4 = 536;

    private static final int DEFAULT_MSS_IPV6 = 1220;

    /** RFC 7323 2.3: a larger shift means this one. */
    static final int LARGEST_SHIFT = 14;

    private static final int SMALLEST_MSS = 88;

    private final Tcb tcb;
    private final SegmentSender sender;
    private final RttEstimator rtt;
    private final TcpTimers timers;
    private final Timestamps timestamps;
    private final PathMtu pathMtu;

    private boolean pending;
    private int transmissions;
    private int repeats;
    private long sentAt;
    private boolean untimed;
    private boolean peerShift;

    Handshake(
            Tcb tcb, SegmentSender sender, RttEstimator rtt, TcpTimers timers, Timestamps timestamps, PathMtu pathMtu) {
        this.tcb = tcb;
        this.sender = sender;
        this.rtt = rtt;
        this.timers = timers;
        this.timestamps = timestamps;
        this.pathMtu = pathMtu;
    }

    /** A SYN or SYN/ACK is to leave. */
    void start() {
        pending = true;
        tcb.sndNxt = tcb.iss + 1;
    }

    /** The SYN/ACK leaves once more, for the peer has repeated its SYN. */
    void repeat() {
        pending = true;
    }

    /** SYN/ACK left before, and is repeated when the ACK stays away. */
    void onAnswered(int repeated, long answeredAt) {
        pending = false;
        repeats = repeated;
        transmissions = 1 + repeated;
        sentAt = answeredAt;
        timers.set(TcpTimers.Timer.RETRANSMISSION, answeredAt + rtt.timeout());
    }

    /** SYN/ACK left before, nobody knows when. */
    void onAnsweredBefore(long now) {
        onAnswered(0, now);
        untimed = true;
    }

    boolean hasWork() {
        return pending && !tcb.fastOpenClient.isWaiting();
    }

    /** Sends SYN or SYN/ACK when it is due. */
    void send(long now) {
        if (!hasWork()) {
            return;
        }
        pending = false;
        boolean ack = tcb.state() == TcpState.SYN_RECEIVED;
        TcpSettings settings = tcb.settings;
        // RFC 7323 1.3, 2.2 and RFC 2018 2: the answer carries an option only when the SYN did.
        boolean shift = ack ? peerShift && settings.windowScaling() : settings.windowScaling();
        boolean sack = ack ? tcb.sackEnabled : settings.sack();
        boolean stamps = ack ? tcb.timestampsEnabled : settings.timestamps();
        byte[] fastOpen = ack ? answeredCookie() : tcb.fastOpenClient.option();
        int octets = sender.sendSyn(ack, shift, sack, stamps, fastOpen, pathMtu.announcedMss(), now);
        if (!ack) {
            tcb.fastOpenClient.onSynSent(octets);
        }
        if (!ack && transmissions > 0) {
            tcb.counters.count(Counter.SYNS_REPEATED);
        }
        sentAt = now;
        transmissions++;
        timers.set(TcpTimers.Timer.RETRANSMISSION, now + rtt.timeout());
    }

    private byte[] answeredCookie() {
        // RFC 7413 4.2.2: a SYN/ACK that is repeated goes without, in case that the option was what kept it.
        return repeats == 0 ? tcb.fastOpen.option() : null;
    }

    /**
     * The timer expired.
     *
     * @return false when it was repeated often enough
     */
    boolean onTimer() {
        int most = tcb.state() == TcpState.SYN_SENT ? tcb.settings.synRetries() : tcb.settings.synAckRetries();
        if (repeats >= most) {
            return false;
        }
        repeats++;
        tcb.ecn.onSynRepeated();
        rtt.backOff();
        pending = true;
        return true;
    }

    int repeats() {
        return repeats;
    }

    /** The peer's SYN or SYN/ACK: notes what both ends agree on. */
    void onPeerSyn(TcpOptions options, int rcvNxt, long now) {
        TcpSettings settings = tcb.settings;
        tcb.peerMss = peerMss(options, tcb.tuple.isIpv4());
        peerShift = options.windowScale() != TcpOptions.NONE;
        tcb.windowScalingEnabled = peerShift && settings.windowScaling();
        tcb.sndShift = tcb.windowScalingEnabled ? Math.min(LARGEST_SHIFT, options.windowScale()) : 0;
        tcb.rcvShift = tcb.windowScalingEnabled ? settings.windowShift() : 0;
        tcb.sackEnabled = settings.sack() && options.isSackPermitted();
        tcb.timestampsEnabled = settings.timestamps() && options.hasTimestamps();
        if (tcb.timestampsEnabled) {
            timestamps.start(options.tsVal(), rcvNxt, now);
        }
        pathMtu.update();
    }

    /** What a SYN says about the segments that the peer takes. */
    static int peerMss(TcpOptions options, boolean ipv4) {
        int mss = options.maximumSegmentSize();
        int fallback = ipv4 ? DEFAULT_MSS_IPV4 : DEFAULT_MSS_IPV6;
        return mss == TcpOptions.NONE ? fallback : Math.max(SMALLEST_MSS, mss);
    }

    /** Our SYN is acknowledged: the handshake is over. */
    void onEstablished(TcpOptions options, CongestionController congestion, long now) {
        pending = false;
        timers.cancel(TcpTimers.Timer.RETRANSMISSION);
        takeSample(options, now);
        if (repeats > 1) {
            // RFC 5681 3.1: after a lost SYN the initial window is one segment. RFC 6928 2: not after the first repeat,
            // which a round trip of more than a second causes as well.
            congestion.onHandshakeLoss(now);
        }
        tcb.receiverRtt.start(rtt.smoothed());
    }

    private void takeSample(TcpOptions options, long now) {
        if (untimed) {
            // A SYN/ACK that nobody remembers gives no sample, and is no loss either.
            return;
        }
        long elapsed = now - sentAt;
        if (transmissions == 1) {
            rtt.onSample(elapsed, now);
            return;
        }
        // RFC 6298 3: only a timestamp tells which of the SYNs is answered. When it names an earlier one than the
        // last, what lies between was a pause of the timer, or a round trip, and nobody can say: a peer may go on to
        // echo the first.
        long sample = tcb.timestampsEnabled && options.hasTimestamps() ? timestamps.roundTrip(options, now) : 0;
        if (sample > 0 && sample <= elapsed + Timestamps.NANOS_A_TICK) {
            rtt.onSample(sample, now);
        } else {
            rtt.onHandshakeWithoutSample();
        }
    }
}
