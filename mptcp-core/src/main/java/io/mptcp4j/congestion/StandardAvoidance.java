package io.mptcp4j.congestion;

/** Congestion avoidance of a TCP that asks nobody (RFC 5681 3.1). */
final class StandardAvoidance implements CongestionAvoidance {
    private static final double HALF = 0.5;
    private static final int LEAST_SEGMENTS = 2;

    @Override
    public String name() {
        return NewReno.NAME;
    }

    @Override
    public double growth(long window, long nowNanos) {
        return 1;
    }

    @Override
    public double reduction() {
        return HALF;
    }

    @Override
    public int leastSegments() {
        return LEAST_SEGMENTS;
    }
}
