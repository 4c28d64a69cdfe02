package io.mptcp4j.tcp;

/** Octets received behind a gap: {@code [seq, right)}. The links are those of {@link ReceivedRanges}. */
final class ReceivedRange extends SequenceNode<ReceivedRange> {
    int right;

    /** Neighbours among all ranges, by when they last changed. */
    ReceivedRange older;

    ReceivedRange newer;

    /** Neighbours among those that SACK has not told of since they changed. */
    ReceivedRange olderUntold;

    ReceivedRange newerUntold;
    boolean isUntold;

    @Override
    int end() {
        return right;
    }
}
