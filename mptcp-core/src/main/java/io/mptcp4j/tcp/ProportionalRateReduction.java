package io.mptcp4j.tcp;

/**
 * How much may leave during fast recovery (RFC 6937): in proportion to what arrives, so that the octets in flight come down to the
 * slow start threshold by the end of recovery, and no burst fills the queue that has just overflowed.
 */
final class ProportionalRateReduction {
    private long threshold;

    /** RecoverFS: the octets outstanding when recovery began. */
    private long recoverFlight;

    /** prr_delivered. */
    private long delivered;

    /** prr_out. */
    private long sent;

    private long allowance;

    /**
     * Recovery begins.
     *
     * @param slowStartThreshold where it is to end
     * @param flightSize octets outstanding
     */
    void begin(long slowStartThreshold, long flightSize) {
        threshold = slowStartThreshold;
        recoverFlight = Math.max(1, flightSize);
        delivered = 0;
        sent = 0;
        allowance = 0;
    }

    /**
     * An acknowledgment arrived.
     *
     * @param deliveredOctets DeliveredData
     * @param pipe octets in flight after it
     * @param good whether it acknowledged new octets and no further loss was found
     * @param smss octets of a full segment
     */
    void onAcknowledgment(long deliveredOctets, long pipe, boolean good, int smss) {
        delivered += deliveredOctets;
        if (pipe > threshold) {
            // RFC 6937 3: CEIL(prr_delivered * ssthresh / RecoverFS) - prr_out.
            allowance = (delivered * threshold + recoverFlight - 1) / recoverFlight - sent;
        } else {
            // RFC 6937 3: below the threshold what has arrived is replaced (CRB), and while things go well a segment
            // more (SSRB). RFC 6937 has it always; Linux has found that it overflows queues when losses go on.
            long limit = Math.max(delivered - sent, deliveredOctets) + (good ? smss : 0);
            allowance = Math.min(threshold - pipe, limit);
        }
    }

    /** Octets left, new ones or again. */
    void onSent(long octets) {
        sent += octets;
        allowance -= octets;
    }

    /** SndCnt: the octets that may leave now; may be negative. */
    long allowance() {
        return allowance;
    }
}
