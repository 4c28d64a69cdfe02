package io.mptcp4j.mptcp.scheduler;

/**
 * The default: the subflow with the lowest round-trip time. When it is full, the next quicker one that has room, unless
 * waiting delivers the octets earlier ({@link EcfScheduler}), or octets on the slower one would close the peer's window for the
 * quicker one ({@link BlestScheduler}).
 */
public final class DefaultScheduler implements Scheduler {
    /** The name under which users choose it. */
    public static final String NAME = "default";

    private final EcfScheduler completion = new EcfScheduler();
    private SubflowView last;

    @Override
    public int select(SubflowView[] subflows, int count, StreamView stream) {
        int quickest = SubflowChoice.quickestAfter(last, subflows, count);
        if (quickest < 0) {
            return WAIT;
        }
        if (subflows[quickest].sendRoom() > 0) {
            last = subflows[quickest];
            return quickest;
        }
        int candidate = SubflowChoice.quickest(subflows, count, true);
        if (candidate < 0) {
            return WAIT;
        }
        SubflowView quick = subflows[quickest];
        SubflowView slow = subflows[candidate];
        boolean slower = slow.smoothedRttNanos() > quick.smoothedRttNanos() / 4 * 5;
        boolean waits = completion.isWaitingQuicker(quick, slow, stream.unsent())
                || slower && BlestScheduler.blocks(quick, slow, stream.window());
        if (waits) {
            return WAIT;
        }
        last = slow;
        return candidate;
    }

    @Override
    public String name() {
        return NAME;
    }
}
