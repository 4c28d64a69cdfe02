package io.mptcp4j.mptcp;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.tcp.TcpSettings;
import io.mptcp4j.time.Deadlines;
import io.mptcp4j.wire.IpAddress;
import io.mptcp4j.wire.mptcp.MpTcprst;

/** The subflows of a connection, in the order in which they came. Also the scheduler's view of them. */
final class SubflowList {
    /** So many places there are for each subflow that may live: those in TIME-WAIT do not live, and need one still. */
    private static final int PLACES_PER_SUBFLOW = 2;

    private final Subflow[] subflows;
    private int count;
    private int named;
    private boolean healthy;
    private boolean regular;

    SubflowList(int maximum) {
        subflows = new Subflow[PLACES_PER_SUBFLOW * maximum];
    }

    /** How many places there are, for those who keep something for each. */
    int places() {
        return subflows.length;
    }

    int count() {
        return count;
    }

    Subflow get(int i) {
        assert i < count;
        return subflows[i];
    }

    /** The array itself; entries from {@link #count()} on are null. */
    Subflow[] array() {
        return subflows;
    }

    /** How many more there may be of so many. A subflow in TIME-WAIT has ended, and counts only for its place. */
    int left(int maximum) {
        int living = 0;
        for (int i = 0; i < count; i++) {
            living += subflows[i].tcp().isTimeWait() ? 0 : 1;
        }
        return Math.min(maximum - living, subflows.length - count);
    }

    /** How many addresses of ours there are subflows from. */
    int localAddressCount() {
        int addresses = 0;
        for (int i = 0; i < count; i++) {
            boolean first = true;
            for (int before = 0; before < i; before++) {
                first &= !localAddress(before).equals(localAddress(i));
            }
            addresses += first ? 1 : 0;
        }
        return addresses;
    }

    private IpAddress localAddress(int i) {
        return subflows[i].tcp().tuple().localAddress();
    }

    /** How many subflows there have been, those whose handshake failed included. */
    int named() {
        return named;
    }

    void add(Subflow subflow) {
        subflow.setId(named++);
        subflows[count++] = subflow;
    }

    void remove(Subflow subflow) {
        for (int i = 0; i < count; i++) {
            if (subflows[i] == subflow) {
                System.arraycopy(subflows, i + 1, subflows, i, count - i - 1);
                subflows[--count] = null;
                return;
            }
        }
    }

    /** Changes how the subflows' TCP behaves from now on. */
    void changeSettings(TcpSettings settings, long nowNanos) {
        for (int i = 0; i < count; i++) {
            subflows[i].tcp().changeSettings(settings, nowNanos);
        }
    }

    /** Whether no other subflow carries octets, or did and is not gone yet. */
    boolean isOnlyActive(Subflow subflow) {
        for (int i = 0; i < count; i++) {
            SubflowState state = subflows[i].state();
            boolean joining = state == SubflowState.CONNECTING || state == SubflowState.PRE_ESTABLISHED;
            if (subflows[i] != subflow && !joining) {
                return false;
            }
        }
        return true;
    }

    /** Ends all but one subflow. */
    void failJoining(Subflow only, long nowNanos) {
        for (int i = count - 1; i >= 0; i--) {
            if (i < count && subflows[i] != only) {
                subflows[i].fail(MpTcprst.MPTCP_SPECIFIC, nowNanos);
            }
        }
    }

    /** Whether a subflow is active and its octets are being acknowledged. */
    boolean hasHealthy() {
        for (int i = 0; i < count; i++) {
            if (subflows[i].isHealthy()) {
                return true;
            }
        }
        return false;
    }

    /** Whether a subflow was active at the begin of the turn, and its octets were being acknowledged. */
    boolean hadHealthy() {
        return healthy;
    }

    /** Whether a usable subflow was no backup at the begin of the turn. */
    boolean hadRegular() {
        return regular;
    }

    /** The eligible subflow with the lowest smoothed round-trip time; null for none. */
    Subflow quickestEligible() {
        Subflow quickest = null;
        for (int i = 0; i < count; i++) {
            Subflow subflow = subflows[i];
            if (subflow.isEligible()
                    && (quickest == null || subflow.smoothedRttNanos() < quickest.smoothedRttNanos())) {
                quickest = subflow;
            }
        }
        return quickest;
    }

    /** The first active subflow, a healthy one if there is one; null when none is active. */
    Subflow anyActive() {
        Subflow found = null;
        for (int i = 0; i < count; i++) {
            if (subflows[i].isHealthy()) {
                return subflows[i];
            }
            if (found == null && subflows[i].isActive()) {
                found = subflows[i];
            }
        }
        return found;
    }

    /** Whether the peer says that it has no room, and has said so since a time. */
    boolean isShutByPeer(long since) {
        for (int i = 0; i < count; i++) {
            Subflow subflow = subflows[i];
            if (subflow.isActive()
                    && subflow.tcp().heardAt() >= since
                    && subflow.tcp().sendWindow() < subflow.maximumSegmentSize()) {
                return true;
            }
        }
        return false;
    }

    /** A subflow on which the peer may send; null for none. */
    Subflow anyReceiving() {
        for (int i = 0; i < count; i++) {
            if (subflows[i].tcp().state().mayReceive() && subflows[i].state() != SubflowState.CLOSED) {
                return subflows[i];
            }
        }
        return null;
    }

    /** The lowest position that any subflow may still have to send again. */
    long lowestOutstanding() {
        long lowest = Long.MAX_VALUE;
        for (int i = 0; i < count; i++) {
            if (!subflows[i].tcp().isClosed()) {
                lowest = Math.min(lowest, subflows[i].tcp().lowestOutstanding());
            }
        }
        return lowest;
    }

    /** The lowest position that a healthy subflow is working on. */
    long lowestOutstandingOnHealthy() {
        long lowest = Long.MAX_VALUE;
        for (int i = 0; i < count; i++) {
            if (subflows[i].isHealthy()) {
                lowest = Math.min(lowest, subflows[i].tcp().lowestOutstanding());
            }
        }
        return lowest;
    }

    /** Whether there are healthy subflows, and none of them has octets outstanding: nothing will wake the sender. */
    boolean isHealthyIdle() {
        boolean healthy = false;
        for (int i = 0; i < count; i++) {
            if (subflows[i].isHealthy()) {
                healthy = true;
                if (subflows[i].tcp().hasOutstanding()) {
                    return false;
                }
            }
        }
        return healthy;
    }

    /** The longest retransmission timeout of an active subflow, in nanoseconds; 0 when none is active. */
    long longestTimeout() {
        long longest = 0;
        for (int i = 0; i < count; i++) {
            if (subflows[i].isHealthy()) {
                longest = Math.max(longest, subflows[i].tcp().retransmissionTimeoutNanos());
            }
        }
        return longest;
    }

    /** What the congestion windows allow to be sent in the round trip of the slowest subflow, in octets. */
    double octetsInSlowestRoundTrip() {
        long slowest = 0;
        double rate = 0;
        for (int i = 0; i < count; i++) {
            long roundTrip = subflows[i].tcp().smoothedRttNanos();
            if (subflows[i].isHealthy() && roundTrip > 0) {
                slowest = Math.max(slowest, roundTrip);
                rate += (double) subflows[i].congestionWindow() / roundTrip;
            }
        }
        return rate * slowest;
    }

    /** The longest round trip that octets to us may need, in nanoseconds; 0 when nothing is known yet. */
    long slowestReceiverRtt() {
        long slowest = 0;
        for (int i = 0; i < count; i++) {
            Subflow subflow = subflows[i];
            // Plain TCP that has sent its FIN still receives; a subflow of several that has is about to end.
            if (subflow.isActive() || count == 1 && subflow.tcp().state().mayReceive()) {
                slowest = Math.max(slowest, subflow.tcp().receiverRttNanos());
            }
        }
        return slowest;
    }

    // ---- the turn

    // A call may close its subflow, which then leaves the list: so these go from the end, and look again.

    void advance(long nowNanos) {
        for (int i = count - 1; i >= 0; i--) {
            if (i < count) {
                subflows[i].advance(nowNanos);
            }
        }
    }

    /** Looks which subflows are of use in this turn. */
    void beginTurn() {
        healthy = hasHealthy();
        regular = false;
        for (int i = 0; i < count; i++) {
            regular |= subflows[i].isUsable() && !subflows[i].isBackup();
        }
    }

    void sendPending(long nowNanos, int budget) {
        for (int i = count - 1; i >= 0; i--) {
            if (i < count) {
                subflows[i].beginTurn();
                subflows[i].tcp().sendPending(nowNanos, budget);
            }
        }
    }

    void sendAcknowledgments(long nowNanos) {
        for (int i = 0; i < count; i++) {
            subflows[i].tcp().sendAcknowledgment(nowNanos);
        }
    }

    boolean hasPending() {
        for (int i = 0; i < count; i++) {
            if (subflows[i].tcp().hasPending()) {
                return true;
            }
        }
        return false;
    }

    long nextDeadline() {
        long next = Deadlines.NEVER;
        for (int i = 0; i < count; i++) {
            next = Deadlines.earliest(next, subflows[i].nextDeadline());
        }
        return next;
    }

    // ---- all at once

    void acknowledgeAll() {
        for (int i = 0; i < count; i++) {
            if (subflows[i].isActive() || subflows[i].state() == SubflowState.CLOSING) {
                subflows[i].tcp().requestAck();
            }
        }
    }

    void closeAll(long nowNanos) {
        for (int i = count - 1; i >= 0; i--) {
            if (i < count) {
                subflows[i].close(nowNanos);
            }
        }
    }

    /** Closes the subflows to an address that the peer took back (RFC 8684 3.4.2). */
    void closeTo(int remoteId, long nowNanos) {
        for (int i = count - 1; i >= 0; i--) {
            if (i < count && subflows[i].remoteId() == remoteId) {
                subflows[i].connection().count(Counter.REMOVED_SUBFLOWS);
                subflows[i].close(nowNanos);
            }
        }
    }

    void resetAll(long nowNanos) {
        for (int i = count - 1; i >= 0; i--) {
            if (i < count && !subflows[i].tcp().isClosed()) {
                subflows[i].tcp().reset(nowNanos);
            }
        }
    }

    /** Tells of the end by an ACK on one subflow, and by RSTs on all others (RFC 8684 3.5, option A). */
    void fastcloseBy(Subflow announcer, long nowNanos) {
        for (int i = count - 1; i >= 0; i--) {
            if (i < count && subflows[i] != announcer) {
                subflows[i].tcp().reset(nowNanos);
            }
        }
        announcer.announceFastclose(nowNanos);
    }

    void fastcloseAll(long nowNanos) {
        for (int i = count - 1; i >= 0; i--) {
            if (i < count) {
                subflows[i].fastclose(nowNanos);
            }
        }
    }

    /** Ends the subflows of a local address that is gone. */
    void abandonFrom(IpAddress local, long nowNanos) {
        for (int i = count - 1; i >= 0; i--) {
            if (i < count && subflows[i].tcp().tuple().localAddress().equals(local)) {
                subflows[i].connection().count(Counter.REMOVED_SUBFLOWS);
                subflows[i].abandon(nowNanos);
            }
        }
    }

    @Override
    public String toString() {
        return count == 0 ? "without subflows" : subflows[0].tcp().tuple().toString();
    }
}
