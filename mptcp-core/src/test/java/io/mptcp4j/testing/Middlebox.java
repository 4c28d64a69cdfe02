package io.mptcp4j.testing;

/** Something on a path that does not merely forward. Sees TCP segments in both directions; may change, hold, drop, add. */
public interface Middlebox {
    /**
     * A segment comes by. What is not given to {@code output} is dropped.
     *
     * @param segment belongs to the middlebox, which may change it
     */
    void forward(Segment segment, Direction direction, long nowNanos, Output output);

    /** A deadline has come: segments held back may go. */
    default void advance(long nowNanos, Output output) {}

    /** When {@link #advance} is to be called; {@code Long.MAX_VALUE} for never. */
    default long nextDeadline() {
        return Long.MAX_VALUE;
    }

    /** Where segments go from a middlebox. */
    @FunctionalInterface
    interface Output {
        /** Sends a segment on its way: in its own direction, or for an injected one in either. */
        void send(Segment segment, Direction direction);

        /** Sends a packet that is no segment on its way; no other box sees it. */
        default void sendPacket(byte[] packet, Direction direction) {
            throw new UnsupportedOperationException("segments only");
        }
    }
}
