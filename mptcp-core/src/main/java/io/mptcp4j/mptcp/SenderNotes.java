package io.mptcp4j.mptcp;

/** What the sending half of a connection notes of a subflow. */
final class SenderNotes {
    /** Before this position it has carried, or need not carry, anything; for a subflow that copies what others carry. */
    long copied;

    /** When its window was last halved because it held up others. */
    long penalisedAt = Long.MIN_VALUE;

    /** Since when the peer had owed an answer when it was found to be stale; {@link #FRESH} when it is not stale. */
    long staleSince = FRESH;

    static final long FRESH = Long.MAX_VALUE;

    /** Whether it carried by itself all octets, what others carry included. */
    boolean wasCopying;

    final BurstLimit burst = new BurstLimit();
    final RateTest test = new RateTest();
    final PeakRate peak = new PeakRate();

    /** In force for a subflow that copies, where the scheduler wants it. */
    final DelayBound delay = new DelayBound();

    boolean isStale() {
        return staleSince != FRESH;
    }
}
