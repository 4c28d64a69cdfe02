package io.mptcp4j.tcp;

import io.mptcp4j.congestion.CongestionController;

/** A congestion window that nothing changes; notes what it was told. */
final class FixedWindow implements CongestionController {
    int losses;
    int recoveries;
    int timeouts;
    int takenBack;

    private final long octets;

    FixedWindow(long octets) {
        this.octets = octets;
    }

    @Override
    public void onSegmentSize(int maximumSegmentSize) {}

    @Override
    public void onAcked(long ackedOctets, long inFlight, long rttNanos, boolean limitedByWindow, long nowNanos) {}

    @Override
    public void onLoss(long inFlight, long nowNanos) {
        losses++;
    }

    @Override
    public void onRecovered(long nowNanos) {
        recoveries++;
    }

    @Override
    public void onRetransmissionTimeout(long inFlight, long nowNanos) {
        timeouts++;
    }

    @Override
    public void onSpuriousLoss(long nowNanos) {
        takenBack++;
    }

    @Override
    public void onIdleRestart(long nowNanos) {}

    @Override
    public long window() {
        return octets;
    }

    @Override
    public long slowStartThreshold() {
        return octets;
    }

    @Override
    public String name() {
        return "fixed";
    }
}
