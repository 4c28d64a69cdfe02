package io.mptcp4j.stack;

import io.mptcp4j.number.Entropy;
import io.mptcp4j.wire.FourTuple;

/**
 * Finds what belongs to a 4-tuple, without allocation: open addressing with linear probing on primitive keys.
 *
 * <p>The hash is keyed, so that nobody outside can choose 4-tuples that collide. Removal moves later entries of the run
 * back, so there are no tombstones and a lookup never grows slower with age.
 *
 * <pre>
 *  keys: | local high | local low | remote high | remote low | ports |  five words a slot
 * </pre>
 */
final class FlowTable<T> {
    private static final int WORDS = 5;
    private static final int INITIAL_SLOTS = 64;

    private final SipHash hash;
    private long[] keys = new long[INITIAL_SLOTS * WORDS];
    private Object[] entries = new Object[INITIAL_SLOTS];
    private int mask = INITIAL_SLOTS - 1;
    private int size;

    FlowTable(Entropy entropy) {
        this.hash = SipHash.draw(entropy);
    }

    /** The entry of this 4-tuple, or null. */
    T find(FourTuple tuple) {
        return find(
                tuple.localAddress().high(),
                tuple.localAddress().low(),
                tuple.localPort(),
                tuple.remoteAddress().high(),
                tuple.remoteAddress().low(),
                tuple.remotePort());
    }

    /** The entry of the 4-tuple with these parts, or null. */
    @SuppressWarnings("unchecked")
    T find(long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int remotePort) {
        int slot = slotOf(localHigh, localLow, remoteHigh, remoteLow, SipHash.ports(localPort, remotePort));
        return (T) entries[slot];
    }

    /**
     * Adds an entry.
     *
     * @return false when the 4-tuple has one already, which stays
     */
    boolean add(FourTuple tuple, T entry) {
        if (2 * (size + 1) > entries.length) {
            grow();
        }
        long localHigh = tuple.localAddress().high();
        long localLow = tuple.localAddress().low();
        long remoteHigh = tuple.remoteAddress().high();
        long remoteLow = tuple.remoteAddress().low();
        long ports = SipHash.ports(tuple.localPort(), tuple.remotePort());
        int slot = slotOf(localHigh, localLow, remoteHigh, remoteLow, ports);
        if (entries[slot] != null) {
            return false;
        }
        int at = slot * WORDS;
        keys[at] = localHigh;
        keys[at + 1] = localLow;
        keys[at + 2] = remoteHigh;
        keys[at + 3] = remoteLow;
        keys[at + 4] = ports;
        entries[slot] = entry;
        size++;
        return true;
    }

    /** Takes the entry of this 4-tuple out, and returns it; null when there is none. */
    @SuppressWarnings("unchecked")
    T remove(FourTuple tuple) {
        int slot = slotOf(
                tuple.localAddress().high(),
                tuple.localAddress().low(),
                tuple.remoteAddress().high(),
                tuple.remoteAddress().low(),
                SipHash.ports(tuple.localPort(), tuple.remotePort()));
        T removed = (T) entries[slot];
        if (removed != null) {
            size--;
            closeGap(slot);
        }
        return removed;
    }

    /** How many entries there are. */
    int size() {
        return size;
    }

    /** The slot that holds this key, or the empty one where it would go. */
    private int slotOf(long localHigh, long localLow, long remoteHigh, long remoteLow, long ports) {
        int slot = (int) hash.of(localHigh, localLow, remoteHigh, remoteLow, ports) & mask;
        while (entries[slot] != null) {
            int at = slot * WORDS;
            if (keys[at + 4] == ports
                    && keys[at + 3] == remoteLow
                    && keys[at + 2] == remoteHigh
                    && keys[at + 1] == localLow
                    && keys[at] == localHigh) {
                return slot;
            }
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private void closeGap(int removed) {
        int gap = removed;
        int slot = gap + 1 & mask;
        while (entries[slot] != null) {
            int home = homeOf(keys, slot);
            // An entry may move back to the gap unless its home lies behind the gap.
            if ((slot - home & mask) >= (slot - gap & mask)) {
                System.arraycopy(keys, slot * WORDS, keys, gap * WORDS, WORDS);
                entries[gap] = entries[slot];
                gap = slot;
            }
            slot = slot + 1 & mask;
        }
        entries[gap] = null;
    }

    private int homeOf(long[] from, int slot) {
        int at = slot * WORDS;
        return (int) hash.of(from[at], from[at + 1], from[at + 2], from[at + 3], from[at + 4]) & mask;
    }

    private void grow() {
        long[] oldKeys = keys;
        Object[] oldEntries = entries;
        keys = new long[oldKeys.length * 2];
        entries = new Object[oldEntries.length * 2];
        mask = entries.length - 1;
        for (int old = 0; old < oldEntries.length; old++) {
            if (oldEntries[old] != null) {
                int slot = homeOf(oldKeys, old);
                while (entries[slot] != null) {
                    slot = slot + 1 & mask;
                }
                System.arraycopy(oldKeys, old * WORDS, keys, slot * WORDS, WORDS);
                entries[slot] = oldEntries[old];
            }
        }
    }
}
