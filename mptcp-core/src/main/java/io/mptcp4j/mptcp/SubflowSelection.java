package io.mptcp4j.mptcp;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.scheduler.LowestRttScheduler;
import io.mptcp4j.mptcp.scheduler.Scheduler;
import io.mptcp4j.mptcp.scheduler.StreamView;
import io.mptcp4j.mptcp.scheduler.SubflowView;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the scheduler, which may be an application's, and believes nothing: an answer that is wrong is counted, and lowest RTT
 * answers instead; who is wrong too often is asked no more.
 */
final class SubflowSelection {
    private static final Logger LOG = LoggerFactory.getLogger(SubflowSelection.class);
    private static final int NO_ANSWER = -2;

    private final MptcpConnection connection;
    private final SubflowList subflows;
    private final SubflowView[] views;
    private final Scheduler substitute = new LowestRttScheduler();
    private Scheduler scheduler;
    private int faults;

    SubflowSelection(MptcpConnection connection, Scheduler.Factory factory, int capacity) {
        this.connection = connection;
        this.subflows = connection.subflowList();
        this.views = new SubflowView[capacity];
        this.scheduler = Made.by(factory::create, this::onNotMade, () -> substitute);
    }

    private void onNotMade(Throwable cause) {
        LOG.warn("a scheduler cannot be made; lowest RTT takes its place", cause);
        connection.count(Counter.SCHEDULER_FAULTS);
    }

    // What an application's code throws may be anything, checked exceptions of other languages included.

    /** The subflow for the next octets; null: none now. */
    Subflow select(StreamView stream) {
        int count = subflows.count();
        int chosen = ask(scheduler, count, stream);
        if (isRight(chosen, count)) {
            return chosen == Scheduler.WAIT ? null : subflows.get(chosen);
        }
        if (chosen != NO_ANSWER) {
            onFault(chosen == Scheduler.WAIT ? "waits for nothing" : "chose a subflow that cannot send", null);
        }
        chosen = ask(substitute, count, stream);
        return chosen < 0 ? null : subflows.get(chosen);
    }

    /** Whether a subflow carries all octets by itself, at its own pace. */
    boolean copies(Subflow subflow) {
        if (scheduler == substitute || !subflow.isUsable()) {
            return false;
        }
        try {
            return scheduler.copies(subflow);
        } catch (Throwable e) {
            onFault("cannot say what is to be copied", e);
            return false;
        }
    }

    /** Whether a subflow that carries all octets by itself may be the first to carry some. */
    boolean leads(Subflow subflow) {
        try {
            return scheduler.leads(subflow);
        } catch (Throwable e) {
            onFault("cannot say who leads", e);
            return true;
        }
    }

    /** Whether subflows that copy make no long queue. */
    boolean boundsDelay() {
        try {
            return scheduler.boundsDelay();
        } catch (Throwable e) {
            onFault("cannot say whether it bounds the delay", e);
            return false;
        }
    }

    /** Whether a subflow other than this one copies all octets. */
    boolean isCopiedBesides(Subflow subflow) {
        for (int i = 0; i < subflows.count(); i++) {
            if (subflows.get(i) != subflow && subflows.get(i).isHealthy() && copies(subflows.get(i))) {
                return true;
            }
        }
        return false;
    }

    private int ask(Scheduler whom, int count, StreamView stream) {
        // Not our own array: it is not for others to write.
        System.arraycopy(subflows.array(), 0, views, 0, count);
        try {
            return whom.select(views, count, stream);
        } catch (Throwable e) {
            onFault("failed", e);
            return NO_ANSWER;
        }
    }

    private boolean isRight(int chosen, int count) {
        if (chosen == Scheduler.WAIT) {
            return mayWait();
        }
        return chosen >= 0
                && chosen < count
                && subflows.get(chosen).isUsable()
                && subflows.get(chosen).sendRoom() > 0;
    }

    /** Without octets in flight nothing would ever have the scheduler asked again. */
    private boolean mayWait() {
        boolean room = false;
        for (int i = 0; i < subflows.count(); i++) {
            Subflow subflow = subflows.get(i);
            if (subflow.isUsable() && subflow.octetsInFlight() > 0) {
                return true;
            }
            room |= subflow.isEligible() && subflow.sendRoom() > 0;
        }
        return !room;
    }

    private void onFault(String what, Throwable cause) {
        faults++;
        connection.count(Counter.SCHEDULER_FAULTS);
        if (faults == 1) {
            LOG.warn("{}: the scheduler {} {}", connection, scheduler.getClass().getName(), what, cause);
        }
        if (faults > Scheduler.FAULTS_FORGIVEN && scheduler != substitute) {
            LOG.warn("{}: lowest RTT takes the place of a scheduler that went wrong {} times", connection, faults);
            scheduler = substitute;
        }
    }
}
