package io.mptcp4j.tcp;

import io.mptcp4j.congestion.CongestionController;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.number.SequenceNumber;
import io.mptcp4j.wire.TcpView;

/**
 * The segment size of a path: what to announce, and SMSS (RFC 9293 3.7.1, 3.7.2; RFC 6691). How large packets may be is
 * {@link PathMtuSearch}'s answer; here are the signs that it needs: reports of routers, timeouts, and the fate of probes.
 */
final class PathMtu {
    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;

    /** RFC 8899 5.1.2: BASE_PLPMTU; over IPv6 every link takes 1280 octets (RFC 8200 5). */
    private static final int BASE_IPV4 = 1200;

    private static final int LEAST_IPV6 = 1280;

    /** So many timeouts in a row of full segments, with nothing heard between, are a black hole. */
    private static final int TIMEOUTS_OF_BLACK_HOLE = 2;

    /** RFC 4821 7.6.3: how much longer to wait when a lost probe cost a timeout. */
    private static final int TIMEOUT_PAUSES = 5;

    private final Tcb tcb;
    private final SegmentOutput output;
    private final CongestionController congestion;
    private final RttEstimator rtt;
    private final PathMtuSearch search;
    private int probe;
    private int probeSeq;
    private int probeEnd;

    /** The number just after the first full segment. */
    private int firstFullEnd;

    private boolean fullSent;
    private boolean fullDelivered;

    PathMtu(Tcb tcb, SegmentOutput output, CongestionController congestion, RttEstimator rtt) {
        this.tcb = tcb;
        this.output = output;
        this.congestion = congestion;
        this.rtt = rtt;
        boolean ipv4 = tcb.tuple.isIpv4();
        search = new PathMtuSearch(ipv4 ? tcb.settings.minimumPathMtu() : LEAST_IPV6, ipv4 ? BASE_IPV4 : LEAST_IPV6);
    }

    /** Payload octets that a packet of so many octets has room for beside headers without options. */
    static int segmentSize(int mtu, boolean ipv4) {
        return mtu - (ipv4 ? IPV4_HEADER : IPV6_HEADER) - TcpView.MINIMUM_HEADER;
    }

    /** RFC 6691 2, RFC 9293 3.7.1 (MUST-67), RFC 8200 8.3: the MSS option tells the MTU less the fixed headers, never less options. */
    int announcedMss() {
        return announcedMss(tcb.settings, output.pathMtu(tcb.tuple), tcb.tuple.isIpv4());
    }

    static int announcedMss(TcpSettings settings, int mtu, boolean ipv4) {
        int largest = segmentSize(mtu, ipv4);
        int wanted = settings.maximumSegmentSize();
        return wanted == 0 ? largest : Math.min(wanted, largest);
    }

    /** Sets SMSS anew. */
    void update() {
        int largest = tcb.peerMss > 0 ? Math.min(announcedMss(), tcb.peerMss) : announcedMss();
        search.limit(largest + headers());
        int size = search.size() - headers();
        if (size != tcb.smss) {
            tcb.smss = size;
            congestion.onSegmentSize(size);
        }
    }

    /** Octets of the longest packet that leaves, probes aside. */
    int packetSize() {
        return tcb.smss + headers();
    }

    private int headers() {
        return (tcb.tuple.isIpv4() ? IPV4_HEADER : IPV6_HEADER) + TcpView.MINIMUM_HEADER;
    }

    // ---- signs

    /**
     * A packet of this many octets is the longest that the path takes.
     *
     * @return whether segments that are longer than SMSS now are on their way, and lost
     */
    boolean onReport(int mtu, long now) {
        if (!search.onReport(mtu, now)) {
            return false;
        }
        probe = 0;
        tcb.counters.count(Counter.PATH_MTU_REPORTS);
        update();
        return true;
    }

    /** The retransmission timer has expired so often in a row for a segment of so many octets with its options. */
    boolean onTimeout(int consecutive, int octets) {
        if (!tcb.settings.pathMtuProbing()
                || consecutive < TIMEOUTS_OF_BLACK_HOLE
                || !search.onBlackHole(octets + headers())) {
            return false;
        }
        probe = 0;
        tcb.counters.count(Counter.PATH_MTU_BLACK_HOLES);
        update();
        return true;
    }

    /** The timer had expired for segments that were late only: what looked like a black hole was none. */
    void onNeedlessTimeout(long now) {
        if (search.onLate(now)) {
            probe = 0;
            update();
        }
    }

    /** What timeouts took for lost has been delivered, again. */
    void onTimeoutsOver() {
        search.onRecovered();
    }

    /** A full segment left for the first time, and ends before this number. */
    void onFullSegmentSent(int end) {
        if (!fullSent) {
            fullSent = true;
            firstFullEnd = end;
        }
    }

    /** Whether full segments have left, none of them has arrived, and {@link #onTimeout} is to find out whether shorter ones do. */
    boolean isUnproven() {
        return fullSent && !fullDelivered && tcb.settings.pathMtuProbing();
    }

    /** SND.UNA has advanced. */
    void onProgress(long now) {
        search.onDelivered(now);
        fullDelivered |= fullSent && SequenceNumber.greaterOrEqual(tcb.sndUna, firstFullEnd);
        if (probe > 0 && SequenceNumber.greaterOrEqual(tcb.sndUna, probeEnd)) {
            tcb.counters.count(Counter.PATH_MTU_PROBES_DELIVERED);
            search.onProbeDelivered(probe, now);
            probe = 0;
            update();
        }
    }

    // ---- probes

    /** SMSS of a probe that is to leave now, as a segment of new octets; 0: none is. */
    int probeDue(long now) {
        // RFC 4821 7.4: one probe at a time. Without SACK its loss could not be told from others.
        if (probe > 0 || !tcb.settings.pathMtuProbing() || !tcb.sackEnabled) {
            return 0;
        }
        int due = search.probeDue(now);
        return due == 0 ? 0 : due - headers();
    }

    /** A probe left as [seq, end). */
    void onProbeSent(int smss, int seq, int end) {
        probe = smss + headers();
        probeSeq = seq;
        probeEnd = end;
    }

    /** A segment that was longer than what is known to pass is sent again, in pieces. */
    void onLongResent(int seq, LossRecovery.Phase phase, long now) {
        if (probe == 0 || seq != probeSeq) {
            return;
        }
        tcb.counters.count(Counter.PATH_MTU_PROBES_LOST);
        // RFC 4821 7.6.2: not before the next loss is to be expected, which is a window full of round trips.
        long pause = rtt.smoothed() * Math.max(1, congestion.window() / tcb.smss);
        boolean timedOut = phase == LossRecovery.Phase.LOSS;
        search.onProbeLost(probe, phase != LossRecovery.Phase.RECOVERY, timedOut ? pause * TIMEOUT_PAUSES : pause, now);
        probe = 0;
    }
}
