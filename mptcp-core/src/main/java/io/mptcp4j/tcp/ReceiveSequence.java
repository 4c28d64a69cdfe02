package io.mptcp4j.tcp;

import io.mptcp4j.number.SequenceNumber;
import io.netty.buffer.ByteBuf;

/**
 * The receive sequence space (RFC 9293 3.3.1): RCV.NXT, the ranges received behind it, the peer's FIN, and the window that
 * we advertise. Octets go up as they come, each once.
 */
final class ReceiveSequence {
    /** What became of a segment's text. */
    enum Arrival {
        /** RCV.NXT has advanced, and nothing is missing behind it. */
        IN_ORDER,
        /** RCV.NXT has advanced, and the segment filled a gap or part of one. */
        FILLED_GAP,
        /** New octets behind a gap. */
        OUT_OF_ORDER,
        /** Nothing new. */
        DUPLICATE,
        /** No room. */
        REFUSED
    }

    private static final int LARGEST_WINDOW_FIELD = 0xffff;

    /** RFC 7323 2.3. */
    private static final int LARGEST_SCALED_WINDOW = 1 << 30;

    private final UpperLayer upper;
    private final ReceivedRanges ranges = new ReceivedRanges();
    private final ReceivedDuplicates duplicates = new ReceivedDuplicates();
    private int irs;
    private int rcvNxt;

    /** The highest right edge ever advertised. */
    private int rcvAdv;

    /** The largest window ever offered to us by the layer above. */
    private long largestWindow;

    private boolean finSeen;
    private int finSeq;
    private long octets;

    ReceiveSequence(UpperLayer upper) {
        this.upper = upper;
    }

    /** The peer's SYN arrived. */
    void start(int initialReceiveSequence) {
        irs = initialReceiveSequence;
        rcvNxt = irs + 1;
        rcvAdv = rcvNxt;
    }

    // ---- acceptability

    /** Whether a segment is acceptable (RFC 9293 3.10.7.4, first step). */
    boolean isAcceptable(int segSeq, int segLen) {
        // The window runs to the highest edge ever advertised (RFC 7323 2.4: whatever an earlier ACK allowed
        // is in the window).
        int edge = farthestEdge();
        int window = edge - rcvNxt;
        if (segSeq == rcvNxt) {
            // RFC 9293 3.10.7.4: with a window of zero valid ACKs are still accepted; the text is cut off.
            return true;
        }
        if (segLen == 0) {
            // An empty segment of a peer that has filled the window stands just behind it.
            return SequenceNumber.inWindow(segSeq, rcvNxt, window + 1);
        }
        return SequenceNumber.inWindow(segSeq, rcvNxt, window)
                || SequenceNumber.inWindow(segSeq + segLen - 1, rcvNxt, window)
                || SequenceNumber.lessThan(segSeq, rcvNxt)
                        && SequenceNumber.greaterOrEqual(segSeq + segLen, edge)
                        && window > 0;
    }

    /**
     * Up to where octets may lie. RFC 8684 3.3.4: subflows of one connection are checked by the window that they share, be it
     * advertised on another one.
     */
    private int farthestEdge() {
        int shared = (int) Math.min(upper.sharedWindow(), LARGEST_SCALED_WINDOW);
        return SequenceNumber.max(rcvAdv, rcvNxt + shared);
    }

    // ---- text

    /** Notes what of a segment lies before RCV.NXT, and so has been received before (RFC 2883 4.1). */
    void noteDuplicate(int segSeq, int segLen) {
        duplicates.add(segSeq, SequenceNumber.min(segSeq + segLen, rcvNxt));
    }

    /** Takes the octets of an acceptable segment that are inside the window and new (RFC 9293 3.10.7.4, seventh step). */
    Arrival accept(int segSeq, ByteBuf buffer, int index, int length) {
        noteDuplicate(segSeq, length);
        int from = SequenceNumber.max(segSeq, rcvNxt);
        int end = finSeen ? SequenceNumber.min(finSeq, segSeq + length) : segSeq + length;
        int to = insideWindow(from, end);
        if (SequenceNumber.greaterOrEqual(from, to)) {
            return SequenceNumber.lessOrEqual(segSeq + length, rcvNxt) ? Arrival.DUPLICATE : Arrival.REFUSED;
        }
        Arrival arrival = ranges.isEmpty() && from == rcvNxt
                ? acceptInOrder(to, buffer, index + (from - segSeq))
                : acceptAmongRanges(from, to, buffer, index - segSeq);
        rcvAdv = SequenceNumber.max(rcvAdv, rcvNxt);
        return arrival;
    }

    /** Up to where octets from {@code from} to {@code end} are inside a window: that which was advertised here, or the shared one. */
    private int insideWindow(int from, int end) {
        if (SequenceNumber.lessOrEqual(end, rcvAdv)) {
            return end;
        }
        int beyond = SequenceNumber.max(from, rcvAdv);
        if (SequenceNumber.lessOrEqual(end, beyond) || upper.sharedWindow() == 0) {
            return rcvAdv;
        }
        return beyond + upper.admitted(beyond - irs, end - beyond);
    }

    private Arrival acceptInOrder(int to, ByteBuf buffer, int index) {
        int length = to - rcvNxt;
        if (!upper.onOctets(rcvNxt - irs, buffer, index, length)) {
            return Arrival.REFUSED;
        }
        rcvNxt = to;
        octets += length;
        return Arrival.IN_ORDER;
    }

    private Arrival acceptAmongRanges(int from, int to, ByteBuf buffer, int indexOfZero) {
        int before = rcvNxt;
        long octetsBefore = octets;
        boolean refused = false;
        int at = from;
        while (SequenceNumber.lessThan(at, to)) {
            ReceivedRange range = ranges.firstEndingAtOrAfter(at + 1);
            int gapEnd = range == null ? to : SequenceNumber.min(to, range.seq);
            if (SequenceNumber.greaterOrEqual(at, gapEnd)) {
                ranges.touch(range);
                duplicates.add(at, SequenceNumber.min(to, range.right));
                at = range.right;
            } else if (at == rcvNxt || ranges.hasRoomFor(at, gapEnd, Math.max(largestWindow, upper.sharedWindow()))) {
                if (!upper.onOctets(at - irs, buffer, indexOfZero + at, gapEnd - at)) {
                    refused = true;
                    break;
                }
                octets += gapEnd - at;
                note(at, gapEnd);
                // RCV.NXT may have stepped over the range behind the gap, which is no range any more: of that, what the
                // segment brings came before (RFC 2883 4.2).
                duplicates.add(gapEnd, SequenceNumber.min(to, rcvNxt));
                at = SequenceNumber.max(gapEnd, rcvNxt);
            } else {
                refused = true;
                break;
            }
        }
        if (octets == octetsBefore) {
            return refused ? Arrival.REFUSED : Arrival.DUPLICATE;
        }
        return rcvNxt == before ? Arrival.OUT_OF_ORDER : Arrival.FILLED_GAP;
    }

    private void note(int from, int to) {
        if (from == rcvNxt) {
            rcvNxt = ranges.absorb(to);
        } else {
            ranges.add(from, to);
        }
    }

    /**
     * What was received behind RCV.NXT is here no longer: it has to come again, for SACK has only advised of it (RFC 2018 8).
     * A D-SACK block of it would read as a SACK block now.
     */
    void forgetOutOfOrder() {
        ranges.clear();
        duplicates.clear();
    }

    /** The peer's FIN stands here; later octets do not exist. */
    void onFin(int seq) {
        boolean isBehindAll = ranges.isEmpty() || SequenceNumber.lessOrEqual(ranges.last().right, seq);
        if (!finSeen && isBehindAll && SequenceNumber.inWindow(seq, rcvNxt, farthestEdge() - rcvNxt + 1)) {
            finSeen = true;
            finSeq = seq;
        }
    }

    /** Whether everything before the peer's FIN has been received; RCV.NXT has stepped over it then. True once only. */
    boolean reachFin() {
        if (!finSeen || rcvNxt != finSeq) {
            return false;
        }
        rcvNxt++;
        rcvAdv = SequenceNumber.max(rcvAdv, rcvNxt);
        return true;
    }

    /** The peer's FIN was reached. */
    boolean isFinished() {
        return finSeen && rcvNxt == finSeq + 1;
    }

    // ---- window

    /** The window field of a segment that leaves now; notes the right edge that it advertises. */
    int advertise(int shift, int maximumSegmentSize) {
        long window = Math.max(0, Math.min(upper.receiveWindow(), (long) LARGEST_WINDOW_FIELD << shift));
        largestWindow = Math.max(largestWindow, window);
        long advertised = rcvAdv - rcvNxt;
        // RFC 9293 3.8.6.2.2: the right edge moves on by a worthwhile step only, so that no small windows are offered.
        if (window >= advertised && window < advertised + Math.min(maximumSegmentSize, largestWindow / 2)) {
            window = advertised;
        }
        // RFC 8684 3.3.4: what other subflows have used up of the shared window is gone here too; a field that held
        // on to the old edge would promise it once more. The layer above sees to it that the right edge that counts
        // does not move left, and what was once advertised here is still acceptable.
        int field = (int) Math.min(LARGEST_WINDOW_FIELD, window >> shift);
        rcvAdv = SequenceNumber.max(rcvAdv, rcvNxt + (field << shift));
        return field;
    }

    // ---- queries

    int rcvNxt() {
        return rcvNxt;
    }

    int irs() {
        return irs;
    }

    /** The octets that the peer may still send. */
    int advertisedWindow() {
        return rcvAdv - rcvNxt;
    }

    int finSsn() {
        return finSeq - irs;
    }

    long octets() {
        return octets;
    }

    ReceivedRanges ranges() {
        return ranges;
    }

    ReceivedDuplicates duplicates() {
        return duplicates;
    }

    /** Whether a pure acknowledgment would tell more than RCV.NXT. */
    boolean hasMoreToTell() {
        return !ranges.isEmpty() || !duplicates.isEmpty();
    }
}
