package io.mptcp4j.mptcp.congestion;

import io.mptcp4j.congestion.CongestionAvoidance;
import io.mptcp4j.congestion.CongestionController;
import io.mptcp4j.congestion.NewReno;

/** One subflow of a group: its controller, what its siblings may know of it, and its share in the growth of all. */
final class CoupledSubflow implements CongestionAvoidance {
    private final CoupledGroup group;
    private final CoupledView view;
    private final NewReno controller;
    private final int maximumSegmentSize;

    // What siblings reckon with.
    private long inFlightAtAck;
    private long ackedAt;

    // Khalili et al. 2012, 4: the octets acknowledged since the last loss, and between the last two.
    private long octetsSinceLoss;
    private long octetsBetweenLosses;
    private long octetsSinceLossBefore;
    private long octetsBetweenLossesBefore;

    // As observed last.
    private long window;
    private long rtt;

    /** No loss has come since recovery began. */
    private boolean firstLoss = true;

    // As decided at the first loss of the last recovery.
    private double reduction = STANDARD.reduction();
    private int leastSegments = STANDARD.leastSegments();

    CoupledSubflow(CoupledGroup group, CoupledView view, int maximumSegmentSize) {
        this.group = group;
        this.view = view;
        this.maximumSegmentSize = maximumSegmentSize;
        this.controller = new NewReno(maximumSegmentSize, this);
    }

    // ---- what NewReno asks

    @Override
    public String name() {
        return group.coupling().name();
    }

    @Override
    public void onAcked(long ackedOctets, long inFlight, long rttNanos, boolean limitedByWindow, long nowNanos) {
        octetsSinceLoss += ackedOctets;
        inFlightAtAck = inFlight;
        ackedAt = nowNanos;
    }

    @Override
    public double growth(long cwnd, long nowNanos) {
        group.observe(this, cwnd, nowNanos);
        if (!isCoupled()) {
            leastSegments = STANDARD.leastSegments();
            return STANDARD.growth(cwnd, nowNanos);
        }
        leastSegments = group.coupling().leastSegments();
        // Without a round-trip time of its own it cannot tell what its share is, and waits for a sample.
        return rtt == 0 ? 0 : group.coupling().growth(group, this);
    }

    @Override
    public void onLoss(long cwnd, long nowNanos) {
        group.observe(this, cwnd, nowNanos);
        boolean coupled = isCoupled() && rtt > 0;
        leastSegments = coupled ? group.coupling().leastSegments() : STANDARD.leastSegments();
        // RFC 5681 4.3: should a retransmission be lost too, the window is reduced again. For what is judged by
        // losses it is no other one: the octets between them, and the rate, for the window is smaller by then and
        // the round-trip time still that of the queue it had filled.
        if (firstLoss) {
            octetsBetweenLosses = octetsSinceLoss;
            octetsSinceLoss = 0;
            reduction = coupled ? group.coupling().reduction(group, this) : STANDARD.reduction();
            firstLoss = false;
        }
    }

    @Override
    public void save() {
        firstLoss = true;
        octetsSinceLossBefore = octetsSinceLoss;
        octetsBetweenLossesBefore = octetsBetweenLosses;
    }

    @Override
    public void restore() {
        octetsSinceLoss += octetsSinceLossBefore;
        octetsBetweenLosses = octetsBetweenLossesBefore;
    }

    @Override
    public double reduction() {
        return reduction;
    }

    @Override
    public int leastSegments() {
        return leastSegments;
    }

    /** Whether there are others in use. */
    private boolean isCoupled() {
        return group.inUse() > (isInUse() ? 1 : 0);
    }

    // ---- what the group asks

    CoupledView view() {
        return view;
    }

    CongestionController controller() {
        return controller;
    }

    /**
     * The octets of the window that are put to use; 0 for a subflow that carries nothing now: idle, held back as a backup,
     * stale or closing.
     */
    long windowInUse(long nowNanos) {
        if (!view.isUsable()) {
            return 0;
        }
        long inFlight = view.octetsInFlight();
        if (inFlight == 0 && nowNanos - ackedAt > view.smoothedRttNanos()) {
            return 0;
        }
        // RFC 6356 3: for a connection that the application limits, the least of flight size and window. An
        // acknowledgment of all that was in flight empties a subflow for a moment only, so what was in flight before
        // counts; and room for a part of a segment is no room.
        long used = Math.max(inFlight, inFlightAtAck);
        long cwnd = controller.window();
        return used > cwnd - maximumSegmentSize ? cwnd : used;
    }

    void observe(long windowNow) {
        window = windowNow;
        rtt = view.smoothedRttNanos();
    }

    /** Whether the subflow carries octets, and its round-trip time is known. */
    boolean isInUse() {
        return window > 0 && rtt > 0;
    }

    /** cwnd in octets; of one that is not filled, what is. */
    long window() {
        return window;
    }

    /** The smoothed round-trip time in nanoseconds. */
    long rtt() {
        return rtt;
    }

    /** cwnd / rtt, in octets a nanosecond. */
    double rate() {
        return (double) window / rtt;
    }

    /** An estimate of the octets between two losses. */
    long lossInterval() {
        return Math.max(octetsSinceLoss, octetsBetweenLosses);
    }
}
