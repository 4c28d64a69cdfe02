package io.mptcp4j.stream;

/**
 * A range that is a member of at most one {@link SortedList} at a time. The links are the list's.
 *
 * @param <T> what the members are
 */
public abstract class SortedNode<T extends SortedNode<T>> {
    T previous;
    T next;

    /** In the search tree of the list: above, before and behind. */
    T parent;

    T low;
    T high;
    int height;

    /** The marks of this node and of all below it in the tree. */
    int marksBelow;

    /** A range that is in no list. */
    protected SortedNode() {}

    /** The range before this one; null for none. */
    public final T previous() {
        return previous;
    }

    /** The range behind this one; null for none. */
    public final T next() {
        return next;
    }

    /** Whether the range ends after a number: what a list is sorted by. */
    protected abstract boolean endsAfter(long number);

    /** A set of bits to be searched by; {@link SortedList#refresh} is told of each change. */
    protected int marks() {
        return 0;
    }

    /** Forgets the links, so that a node that is kept for reuse holds nothing else. */
    final void unlink() {
        previous = null;
        next = null;
        parent = null;
        low = null;
        high = null;
    }
}
