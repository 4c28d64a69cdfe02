package io.mptcp4j.mptcp.congestion;

import io.mptcp4j.congestion.CongestionController;

/** A subflow of a group, as a test wants it to be. */
final class CoupledFlow implements CoupledView {
    static final int MSS = 1_000;
    static final long MILLISECOND = 1_000_000;

    private final CongestionController controller;
    private boolean usable = true;
    private long inFlight;
    private long rtt;
    private long now;

    CoupledFlow(CongestionGroup group, long rttMillis) {
        rtt = rttMillis * MILLISECOND;
        controller = group.join(this, MSS);
    }

    /** Brings it into congestion avoidance with so many segments, all in flight; before others are in use. */
    CoupledFlow with(int segments) {
        controller.onLoss(2L * segments * MSS, now);
        controller.onRecovered(now);
        inFlight = controller.window();
        return this;
    }

    CongestionController controller() {
        return controller;
    }

    /** Its window in octets. */
    long window() {
        return controller.window();
    }

    /** Octets are acknowledged that left while the window was the limit, and others take their place. */
    void acked(long octets) {
        controller.onAcked(octets, controller.window(), rtt, true, now);
        inFlight = controller.window();
    }

    /** Octets are acknowledged, and no others take their place. */
    void drained(long octets) {
        controller.onAcked(octets, inFlight, rtt, false, now);
        inFlight -= octets;
    }

    void setUsable(boolean isUsable) {
        usable = isUsable;
    }

    void setInFlight(long octets) {
        inFlight = octets;
    }

    void setRttMillis(long millis) {
        rtt = millis * MILLISECOND;
    }

    void setNow(long nanos) {
        now = nanos;
    }

    @Override
    public boolean isUsable() {
        return usable;
    }

    @Override
    public long octetsInFlight() {
        return inFlight;
    }

    @Override
    public long smoothedRttNanos() {
        return rtt;
    }
}
