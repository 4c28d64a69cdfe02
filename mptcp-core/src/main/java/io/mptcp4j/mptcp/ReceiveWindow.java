package io.mptcp4j.mptcp;

import io.mptcp4j.stream.ReceiveStream;

/**
 * The one receive window that all subflows share, relative to the DATA_ACK (RFC 8684 3.3.4), and when it is worth an ACK of
 * its own.
 */
final class ReceiveWindow {
    /** A window of a smaller share of the buffer counts as closed. */
    private static final int CLOSED_SHARE = 16;

    private final ReceiveStream stream;
    private long advertisedEdge;
    private long largest;

    /** The position at which the window was closed last. */
    private long closedAt = -1;

    ReceiveWindow(ReceiveStream stream) {
        this.stream = stream;
    }

    /** The octets to advertise now. */
    long advertise() {
        long position = stream.nextPosition();
        // RFC 8684 3.3.4: the right edge, DATA_ACK + window, never moves left.
        advertisedEdge = Math.max(advertisedEdge, position + stream.window());
        // RFC 7323 2.3: what is left below a unit of the scale the peer does not hear of.
        if (advertisedEdge - position < stream.capacity() / CLOSED_SHARE) {
            closedAt = position;
        }
        long window = Math.max(0, advertisedEdge - position);
        largest = Math.max(largest, window);
        return window;
    }

    /** The largest window ever advertised. */
    long largest() {
        return largest;
    }

    /**
     * How many octets from a position on lie before the right edge that was advertised, on whatever subflow (RFC 8684 3.3.4): also
     * those that are there already.
     */
    int admitted(long position, int length) {
        return (int) Math.max(0, Math.min(length, advertisedEdge - position));
    }

    /** Whether nothing new has come since the peer was told that the window is closed. */
    boolean wasClosedHere() {
        return stream.nextPosition() <= closedAt;
    }

    /**
     * Whether the peer should hear at once that the application has read.
     *
     * @param maximumSegmentSize payload octets of a full segment
     */
    boolean isUpdateDue(int maximumSegmentSize) {
        int capacity = stream.allowance();
        long left = advertisedEdge - stream.nextPosition();
        // While the peer may still send half a buffer, what it sends brings it the news.
        if (left >= capacity / 2) {
            return false;
        }
        long growth = stream.nextPosition() + stream.window() - advertisedEdge;
        // RFC 9293 3.8.6.2.2: the window opens in steps of min(half the buffer, MSS) at least; ours are larger.
        return growth >= Math.max(Math.min(capacity / 2, maximumSegmentSize), capacity / 8);
    }
}
