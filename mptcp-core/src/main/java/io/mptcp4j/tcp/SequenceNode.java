package io.mptcp4j.tcp;

/**
 * A range of sequence numbers that is a member of one {@link SequenceList}. The links are the list's.
 *
 * @param <T> what the members are
 */
abstract class SequenceNode<T extends SequenceNode<T>> {
    /** Neighbours in sequence order. */
    T previous;

    T next;

    /** In the search tree of the list: above, before and behind. */
    T parent;

    T low;
    T high;
    int height;

    /** The marks of this node and of all below it in the tree. */
    int marksBelow;

    /** The first sequence number. */
    int seq;

    /** The sequence number just after it. */
    abstract int end();

    /** A set of bits by which {@link SequenceList} searches; {@link SequenceList#refresh} tells it that they have changed. */
    abstract int marks();

    /** Forgets the links, so that a node that is kept for reuse holds nothing else. */
    final void unlink() {
        previous = null;
        next = null;
        parent = null;
        low = null;
        high = null;
    }
}
