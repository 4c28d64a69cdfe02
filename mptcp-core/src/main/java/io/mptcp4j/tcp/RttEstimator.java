package io.mptcp4j.tcp;

/** Round-trip time and retransmission timeout (RFC 6298, RFC 9293 3.8.1). */
final class RttEstimator {
    /** RFC 6298 5.7: the timeout for octets when a SYN had to be repeated and gave no sample. */
    private static final long RTO_AFTER_LOST_SYN = 3_000_000_000L;

    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final int K = 4;
    private static final int SRTT_SHIFT = 3;
    private static final int RTTVAR_SHIFT = 2;
    private static final int MAXIMUM_BACKOFF = 16;

    private final long minimumRto;
    private final long maximumRto;
    private long base;
    private long smoothed;
    private long variance;

    /** The largest deviation of the round trip that ends then. */
    private long largest;

    private long roundEnd = Long.MIN_VALUE;
    private long minimum;
    private long samples;
    private int backoff;

    RttEstimator(TcpSettings settings) {
        minimumRto = settings.minimumRtoNanos();
        maximumRto = settings.maximumRtoNanos();
        base = settings.initialRtoNanos();
    }

    /** Takes a sample of the time from a segment to its acknowledgment. */
    void onSample(long rttNanos, long now) {
        long sample = Math.max(1, rttNanos);
        samples++;
        if (smoothed == 0) {
            // RFC 6298 2.2: the first sample.
            smoothed = sample;
            variance = sample / 2;
            minimum = sample;
        } else {
            // RFC 6298 2.3: later ones, the variance first.
            follow(Math.abs(smoothed - sample), now);
            smoothed += sample - smoothed >> SRTT_SHIFT;
            minimum = Math.min(minimum, sample);
        }
        smoothed = Math.max(1, smoothed);
        // RFC 6298 2.4 has one second as least timeout, which covers the peer's delayed acknowledgments. With a
        // lower one the margin above the smoothed time has to: so the bound is applied to it.
        base = Math.min(maximumRto, smoothed + Math.max(minimumRto, K * variance));
        // RFC 6298 5: a new sample ends the back-off.
        backoff = 0;
    }

    /**
     * RTTVAR rises at once and falls once a round trip, by the largest deviation of that. RFC 6298 3 reckons with about one sample a
     * round trip (RFC 7323 4.3): with one a segment it would be forgotten within a burst of acknowledgments what the queue before
     * it had done.
     */
    private void follow(long deviation, long now) {
        if (deviation >= variance) {
            variance += deviation - variance >> RTTVAR_SHIFT;
            roundEnd = now + smoothed;
            largest = 0;
            return;
        }
        largest = Math.max(largest, deviation);
        if (now >= roundEnd) {
            variance += largest - variance >> RTTVAR_SHIFT;
            roundEnd = now + smoothed;
            largest = 0;
        }
    }

    /** The timer expired. */
    void backOff() {
        // RFC 6298 5.5: double the timeout, up to a maximum.
        backoff = Math.min(backoff + 1, MAXIMUM_BACKOFF);
    }

    /** The handshake is over, its SYN was repeated, and there is no sample. */
    void onHandshakeWithoutSample() {
        backoff = 0;
        base = Math.max(base, Math.min(maximumRto, RTO_AFTER_LOST_SYN));
    }

    /** The retransmission timeout. */
    long timeout() {
        return base > maximumRto >> backoff ? maximumRto : base << backoff;
    }

    long smoothed() {
        return smoothed;
    }

    /** What is expected after a pause: the distance of the smoothed time to the least is halved for each second of it. */
    long afterPause(long pauseNanos) {
        return minimum + (smoothed - minimum >> Math.min(pauseNanos / SECOND_NANOS, Long.SIZE - 1));
    }

    long variance() {
        return variance;
    }

    long minimum() {
        return minimum;
    }

    /** The samples taken so far. */
    long samples() {
        return samples;
    }

    boolean hasSample() {
        return smoothed != 0;
    }
}
