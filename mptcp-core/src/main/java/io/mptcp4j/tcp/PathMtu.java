package io.mptcp4j.tcp;

import io.mptcp4j.congestion.CongestionController;
import io.mptcp4j.wire.TcpView;

/** The segment size of a path: what to announce, and SMSS (RFC 9293 3.7.1, 3.7.2; RFC 6691; RFC 1191; RFC 8201). */
final class PathMtu {
    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;

    /** RFC 1191 3 and RFC 8200 5: paths are never believed to be narrower. */
    private static final int LEAST_MTU_IPV4 = 296;

    private static final int LEAST_MTU_IPV6 = 1280;

    private final Tcb tcb;
    private final SegmentOutput output;
    private final CongestionController congestion;
    private int reported = Integer.MAX_VALUE;

    PathMtu(Tcb tcb, SegmentOutput output, CongestionController congestion) {
        this.tcb = tcb;
        this.output = output;
        this.congestion = congestion;
    }

    /** Payload octets that a packet of so many octets has room for beside headers without options. */
    static int segmentSize(int mtu, boolean ipv4) {
        return mtu - (ipv4 ? IPV4_HEADER : IPV6_HEADER) - TcpView.MINIMUM_HEADER;
    }

    /** RFC 6691 2: the MSS option tells the MTU less the fixed headers, never less options. */
    int announcedMss() {
        return announcedMss(tcb.settings, output.pathMtu(tcb.tuple), tcb.tuple.isIpv4());
    }

    static int announcedMss(TcpSettings settings, int mtu, boolean ipv4) {
        int largest = segmentSize(mtu, ipv4);
        int wanted = settings.maximumSegmentSize();
        return wanted == 0 ? largest : Math.min(wanted, largest);
    }

    /**
     * A packet of this many octets is the longest that the path takes.
     *
     * @return whether segments have to be shorter than before
     */
    boolean onReport(int mtu) {
        int least = tcb.tuple.isIpv4() ? LEAST_MTU_IPV4 : LEAST_MTU_IPV6;
        int credible = Math.max(least, mtu);
        if (credible >= reported) {
            return false;
        }
        reported = credible;
        int before = tcb.smss;
        update();
        return tcb.smss < before;
    }

    /** Sets SMSS anew. */
    void update() {
        int mtu = Math.min(output.pathMtu(tcb.tuple), reported);
        int size = Math.min(announcedMss(), segmentSize(mtu, tcb.tuple.isIpv4()));
        if (tcb.peerMss > 0) {
            size = Math.min(size, tcb.peerMss);
        }
        if (size != tcb.smss) {
            tcb.smss = size;
            congestion.onSegmentSize(size);
        }
    }
}
