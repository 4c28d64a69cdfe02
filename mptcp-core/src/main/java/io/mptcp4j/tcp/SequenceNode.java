package io.mptcp4j.tcp;

import io.mptcp4j.number.SequenceNumber;
import io.mptcp4j.stream.SortedNode;

/**
 * A range of sequence numbers that can be found by one of them.
 *
 * @param <T> what the members of the list are
 */
abstract class SequenceNode<T extends SequenceNode<T>> extends SortedNode<T> {
    /** The first sequence number. */
    int seq;

    /** The sequence number just after it. */
    abstract int end();

    @Override
    protected final boolean endsAfter(long number) {
        return SequenceNumber.greaterThan(end(), (int) number);
    }
}
