package io.mptcp4j.tcp;

import io.mptcp4j.number.SequenceNumber;

/**
 * Finds out whether a retransmission timeout was needless (RFC 5682 3, F-RTO with SACK): after the first new acknowledgment new
 * octets leave instead of retransmissions, and if then something is acknowledged that was sent once before the timeout, it had not
 * been lost.
 */
final class SpuriousTimeout {
    private enum Step {
        /** Not at work. */
        OFF,
        /** RFC 5682 3.1 step 2: the first segment was retransmitted. */
        REPEATED,
        /** Step 2b: new octets may leave, retransmissions wait. */
        HOLDING,
        /** Step 3: new octets have left. */
        PROBED
    }

    private final Tcb tcb;
    private Step step = Step.OFF;

    /** RecoveryPoint. */
    private int recoveryPoint;

    SpuriousTimeout(Tcb tcb) {
        this.tcb = tcb;
    }

    /**
     * The retransmission timer expired.
     *
     * @param first whether no losses were being repaired
     */
    void onTimeout(boolean first) {
        // RFC 5682 3.1 step 1: not in a recovery that was underway; but again when it expires again
        // before any progress.
        boolean again = step != Step.OFF;
        step = tcb.sackEnabled && (first || again) ? Step.REPEATED : Step.OFF;
        recoveryPoint = tcb.sndNxt;
    }

    /**
     * An acknowledgment was taken in.
     *
     * @param advanced whether SND.UNA has
     * @param duplicate whether it is a duplicate (RFC 5681 2)
     * @param delivered the octets that are newly known to have arrived
     * @param forwardMost the highest number acknowledged, by SACK or not
     * @return whether the timeout was needless
     */
    boolean onAcknowledgment(boolean advanced, boolean duplicate, long delivered, int forwardMost) {
        if (step == Step.REPEATED && advanced) {
            // RFC 5682 3.1 step 2a: all is acknowledged, and says nothing; 2b: something, and new octets are to leave.
            step = tcb.sndUna == recoveryPoint ? Step.OFF : Step.HOLDING;
            recoveryPoint = tcb.sndNxt;
        } else if (isHolding() && (duplicate || delivered > 0)) {
            step = Step.OFF;
            // RFC 5682 3.1 step 3: a) more than RecoveryPoint, or nothing new; b) something from before the timeout.
            return delivered > 0 && SequenceNumber.lessOrEqual(forwardMost, recoveryPoint);
        }
        return false;
    }

    /** Whether retransmissions wait. */
    boolean isHolding() {
        return step == Step.HOLDING || step == Step.PROBED;
    }

    /**
     * The turn is over in which retransmissions began to wait.
     *
     * @return whether they wait no longer, because no new octets could leave instead
     */
    boolean endTurn(boolean transmitted) {
        if (step != Step.HOLDING) {
            return false;
        }
        step = transmitted ? Step.PROBED : Step.OFF;
        return !transmitted;
    }

    void end() {
        step = Step.OFF;
    }
}
