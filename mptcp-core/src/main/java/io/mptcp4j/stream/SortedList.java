package io.mptcp4j.stream;

/**
 * Ranges of numbers that do not overlap, linked in their order. A number, and the next range that bears a mark, are
 * found in O(log n) steps, whatever a peer asks for; joining the end and leaving the front costs O(1) on the average.
 *
 * <p>A short list is walked along. Once a longer one is searched, a balanced tree (AVL) is built over it, of which each node knows
 * the marks of all nodes below it. As long as nothing is searched there is no tree, and no cost of one. For one thread; allocates
 * nothing.
 *
 * @param <T> what the members are
 */
public final class SortedList<T extends SortedNode<T>> {
    /** A list that is no longer than this is walked along. */
    private static final int SHORT = 16;

    private T head;
    private T tail;
    private int count;

    private T root;
    private boolean isIndexed;

    /** How many members the tree was built over, less those that are gone since. */
    private int youngIndex;

    /** What was found last: the next search is likely to be for the same, or for what follows. */
    private T hint;

    private long steps;

    /** The first member; null for none. */
    public T head() {
        return head;
    }

    /** The last member; null for none. */
    public T tail() {
        return tail;
    }

    /** How many members there are. */
    public int count() {
        return count;
    }

    /** How many members were looked at until now, for whatever reason. */
    public long steps() {
        return steps;
    }

    // ---- changes

    /** Adds a node behind {@code place}, or before all others when that is null. */
    public void insertAfter(T place, T node) {
        T following = place == null ? head : place.next;
        node.previous = place;
        node.next = following;
        if (place == null) {
            head = node;
        } else {
            place.next = node;
        }
        if (following == null) {
            tail = node;
        } else {
            following.previous = node;
        }
        count++;
        if (isIndexed) {
            attach(place, node);
        }
    }

    /** Removes a node. */
    public void remove(T node) {
        if (isIndexed) {
            youngIndex--;
            detach(node);
        }
        T before = node.previous;
        T after = node.next;
        if (before == null) {
            head = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            tail = before;
        } else {
            after.previous = before;
        }
        count--;
        if (hint == node) {
            hint = null;
        }
        node.unlink();
        if (count == 0) {
            isIndexed = false;
        }
    }

    /** The marks of a node may have changed. */
    public void refresh(T node) {
        if (isIndexed) {
            repair(node);
        }
    }

    /** Nothing will be searched for a while: the tree goes, unless that would be so soon that the next one comes too dear. */
    public void relax() {
        if (isIndexed && youngIndex <= 0) {
            // As many have gone as it was built over, so that building costs O(1) a member.
            isIndexed = false;
            root = null;
        }
    }

    // ---- searches

    /** The next search is likely to be for this node, or for what follows it. */
    public void expect(T node) {
        hint = node;
    }

    /** The first node that ends after {@code number}; null for none. */
    public T find(long number) {
        T likely = likely(number);
        if (likely == null) {
            likely = index() ? descend(number) : walk(number);
        }
        hint = likely;
        return likely;
    }

    private T likely(long number) {
        T node = hint;
        for (int i = 0; i < 2 && node != null; i++) {
            steps++;
            if (node.endsAfter(number)) {
                return node == head || !node.previous.endsAfter(number) ? node : null;
            }
            node = node.next;
        }
        return null;
    }

    private T walk(long number) {
        T node = head;
        while (node != null && !node.endsAfter(number)) {
            steps++;
            node = node.next;
        }
        return node;
    }

    private T descend(long number) {
        T found = null;
        T node = root;
        while (node != null) {
            steps++;
            if (node.endsAfter(number)) {
                found = node;
                node = node.low;
            } else {
                node = node.high;
            }
        }
        return found;
    }

    /** The first node that bears this mark; null for none. */
    public T first(int mark) {
        if (index()) {
            return lowest(root, mark);
        }
        return head == null ? null : nextByWalking(head, mark);
    }

    /** The last node that bears this mark; null for none. */
    public T last(int mark) {
        if (index()) {
            return highest(root, mark);
        }
        T node = tail;
        while (node != null && (node.marks() & mark) == 0) {
            steps++;
            node = node.previous;
        }
        return node;
    }

    /** The first node from this one on that bears this mark; null for none. */
    public T next(T from, int mark) {
        steps++;
        if ((from.marks() & mark) != 0 || !index()) {
            return nextByWalking(from, mark);
        }
        T node = from;
        T found = lowest(node.high, mark);
        while (found == null && node.parent != null) {
            steps++;
            T above = node.parent;
            if (node == above.low) {
                found = (above.marks() & mark) != 0 ? above : lowest(above.high, mark);
            }
            node = above;
        }
        return found;
    }

    private T nextByWalking(T from, int mark) {
        T node = from;
        while (node != null && (node.marks() & mark) == 0) {
            steps++;
            node = node.next;
        }
        return node;
    }

    private T lowest(T top, int mark) {
        T node = top;
        while (bearsBelow(node, mark)) {
            steps++;
            if (bearsBelow(node.low, mark)) {
                node = node.low;
            } else if ((node.marks() & mark) != 0) {
                return node;
            } else {
                node = node.high;
            }
        }
        return null;
    }

    private T highest(T top, int mark) {
        T node = top;
        while (bearsBelow(node, mark)) {
            steps++;
            if (bearsBelow(node.high, mark)) {
                node = node.high;
            } else if ((node.marks() & mark) != 0) {
                return node;
            } else {
                node = node.low;
            }
        }
        return null;
    }

    private boolean bearsBelow(T node, int mark) {
        return node != null && (node.marksBelow & mark) != 0;
    }

    // ---- the tree

    /** Whether there is a tree, now that one is needed. */
    private boolean index() {
        if (isIndexed || count <= SHORT) {
            return isIndexed;
        }
        isIndexed = true;
        youngIndex = count;
        root = null;
        T last = null;
        for (T node = head; node != null; node = node.next) {
            attachLast(last, node);
            last = node;
        }
        return true;
    }

    private void attachLast(T last, T node) {
        makeLeaf(node, last);
        if (last == null) {
            root = node;
        } else {
            last.high = node;
            repair(last);
        }
    }

    private void attach(T place, T node) {
        if (place != null && place.high == null) {
            makeLeaf(node, place);
            place.high = node;
        } else {
            // The next one has no lower node: that would stand between the two.
            makeLeaf(node, node.next);
            if (node.next == null) {
                root = node;
                return;
            }
            node.next.low = node;
        }
        repair(node.parent);
    }

    private void makeLeaf(T node, T parent) {
        node.parent = parent;
        node.low = null;
        node.high = null;
        node.height = 1;
        node.marksBelow = node.marks();
    }

    private void detach(T node) {
        if (node.low == null || node.high == null) {
            T above = node.parent;
            putInPlaceOf(node, node.low == null ? node.high : node.low);
            repair(above);
            return;
        }
        // The next one takes its place; it has no lower node.
        T heir = node.next;
        T from = heir.parent == node ? heir : heir.parent;
        putInPlaceOf(heir, heir.high);
        heir.low = node.low;
        heir.high = node.high;
        heir.height = node.height;
        heir.marksBelow = node.marksBelow;
        heir.low.parent = heir;
        if (heir.high != null) {
            heir.high.parent = heir;
        }
        putInPlaceOf(node, heir);
        repair(from);
        repair(heir);
    }

    private void putInPlaceOf(T node, T other) {
        T above = node.parent;
        if (above == null) {
            root = other;
        } else if (above.low == node) {
            above.low = other;
        } else {
            above.high = other;
        }
        if (other != null) {
            other.parent = above;
        }
    }

    /** Balances from a node upwards, as far as anything changes. */
    private void repair(T from) {
        T node = from;
        while (node != null) {
            steps++;
            int height = node.height;
            int marks = node.marksBelow;
            node = balance(node);
            if (node.height == height && node.marksBelow == marks) {
                return;
            }
            node = node.parent;
        }
    }

    /** Returns the node that stands in its place afterwards. */
    private T balance(T node) {
        int lean = height(node.low) - height(node.high);
        if (lean > 1) {
            if (height(node.low.low) < height(node.low.high)) {
                turnLow(node.low);
            }
            return turnHigh(node);
        }
        if (lean < -1) {
            if (height(node.high.high) < height(node.high.low)) {
                turnHigh(node.high);
            }
            return turnLow(node);
        }
        sum(node);
        return node;
    }

    /** The node's higher child takes its place, and the node becomes its lower one. */
    private T turnLow(T node) {
        T top = node.high;
        putInPlaceOf(node, top);
        node.high = top.low;
        if (node.high != null) {
            node.high.parent = node;
        }
        top.low = node;
        node.parent = top;
        sum(node);
        sum(top);
        return top;
    }

    /** The node's lower child takes its place, and the node becomes its higher one. */
    private T turnHigh(T node) {
        T top = node.low;
        putInPlaceOf(node, top);
        node.low = top.high;
        if (node.low != null) {
            node.low.parent = node;
        }
        top.high = node;
        node.parent = top;
        sum(node);
        sum(top);
        return top;
    }

    private void sum(T node) {
        T low = node.low;
        T high = node.high;
        node.height = 1 + Math.max(height(low), height(high));
        node.marksBelow = node.marks() | (low == null ? 0 : low.marksBelow) | (high == null ? 0 : high.marksBelow);
    }

    private int height(T node) {
        return node == null ? 0 : node.height;
    }
}
