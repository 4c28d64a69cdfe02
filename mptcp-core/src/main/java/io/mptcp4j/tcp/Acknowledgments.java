package io.mptcp4j.tcp;

/**
 * When an acknowledgment is due (RFC 9293 3.8.6.3, RFC 5681 4.2). It notes; the output step of the turn sends, so that one
 * acknowledgment answers a whole batch of segments.
 */
final class Acknowledgments {
    /** At the start of a connection every segment is acknowledged at once, so that the peer's window grows. */
    private static final int QUICK_AT_START = 16;

    /** The most duplicate acknowledgments that one turn sends. */
    private static final int MOST_DUPLICATES = 16;

    /** RFC 9293 3.7.1: the least segment size to reckon with before the peer's is known. */
    private static final int SMALLEST_SEGMENT = 536;

    private final Tcb tcb;
    private final TcpTimers timers;
    private int quick = QUICK_AT_START;
    private int unacknowledgedOctets;
    private int peerSegmentSize = SMALLEST_SEGMENT;
    private int largestSegment = SMALLEST_SEGMENT;
    private int duplicatesOwed;
    private boolean due;
    private boolean requested;
    private boolean probe;

    Acknowledgments(Tcb tcb, TcpTimers timers) {
        this.tcb = tcb;
        this.timers = timers;
    }

    /** Segments longer than this are coalesced ones. */
    void onMaximumSegmentSize(int octets) {
        largestSegment = octets;
    }

    /** Octets were taken in order. */
    void onInOrder(int octets, long now) {
        peerSegmentSize = Math.max(peerSegmentSize, Math.min(octets, largestSegment));
        unacknowledgedOctets += octets;
        // RFC 9293 3.8.6.3: at least every second full-sized segment. A coalesced one may be forty: octets count.
        if (unacknowledgedOctets >= 2 * peerSegmentSize || quick > 0) {
            quick = Math.max(0, quick - 1);
            due = true;
        } else if (tcb.settings.delayedAckNanos() == 0) {
            due = true;
        } else if (!timers.isSet(TcpTimers.Timer.DELAYED_ACK)) {
            timers.set(TcpTimers.Timer.DELAYED_ACK, now + tcb.settings.delayedAckNanos());
        }
    }

    /** A segment behind a gap, or one that was received before. */
    void onOutOfOrder() {
        due = true;
        if (!tcb.sackEnabled) {
            // RFC 5681 4.2: without SACK the peer counts duplicates, so each segment owes its own.
            duplicatesOwed = Math.min(MOST_DUPLICATES, duplicatesOwed + 1);
        }
    }

    /** An acknowledgment is due at once. */
    void require() {
        due = true;
    }

    /** The layer above wants an acknowledgment, for the sake of its options. */
    void request() {
        requested = true;
    }

    /** A segment before the window is to leave, which the peer must answer. */
    void requestProbe() {
        probe = true;
    }

    /** Whether a pure acknowledgment is to leave now. */
    boolean isDue() {
        return due || requested;
    }

    /** Whether a probe is to leave; it is no longer then. */
    boolean takeProbe() {
        boolean wanted = probe;
        probe = false;
        return wanted;
    }

    boolean isProbeWanted() {
        return probe;
    }

    /** How many pure acknowledgments in a row answer what arrived. */
    int copies() {
        return Math.max(1, duplicatesOwed);
    }

    /** Before the layer above writes the options of a pure acknowledgment or single segment: what it asks for meets them. */
    void onOptionsAsked() {
        requested = false;
    }

    /** A pure acknowledgment left. */
    void onPureAckSent() {
        due = false;
        duplicatesOwed = 0;
        onSent();
    }

    /**
     * A segment with octets, SYN or FIN left, acknowledging RCV.NXT.
     *
     * @param tellsAll whether nothing is missing behind RCV.NXT that a pure acknowledgment would tell
     */
    void onSegmentSent(boolean tellsAll) {
        if (tellsAll && duplicatesOwed == 0) {
            due = false;
        }
        onSent();
    }

    private void onSent() {
        unacknowledgedOctets = 0;
        timers.cancel(TcpTimers.Timer.DELAYED_ACK);
    }

    void clear() {
        due = false;
        requested = false;
        probe = false;
        duplicatesOwed = 0;
    }
}
