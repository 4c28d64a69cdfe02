package io.mptcp4j.mptcp;

import io.netty.buffer.ByteBuf;

/**
 * Octets of a subflow that arrived before their mapping (RFC 8684 3.3.1): held for a short while, up to a small bound;
 * what goes beyond it is discarded and comes again at data level.
 */
final class UnmappedOctets {
    /** The most pieces held. */
    static final int MAXIMUM_PIECES = 32;

    /**
     * The most octets that come before a mapping is given up for lost. RFC 8684 3.3.1: a mapping has a length of 16 bits,
     * so that none that is still to come covers the first of more.
     */
    static final int MAXIMUM_OCTETS = 0xffff;

    private final ByteBuf[] buffers = new ByteBuf[MAXIMUM_PIECES];
    private final int[] indexes = new int[MAXIMUM_PIECES];
    private final int[] lengths = new int[MAXIMUM_PIECES];
    private final int[] ssns = new int[MAXIMUM_PIECES];
    private int count;
    private long octetsSinceMapping;

    /** Keeps octets (retains their buffer) while there is room. */
    void hold(int ssn, ByteBuf octets, int index, int length) {
        octetsSinceMapping += length;
        if (count < MAXIMUM_PIECES) {
            buffers[count] = octets.retain();
            indexes[count] = index;
            lengths[count] = length;
            ssns[count] = ssn;
            count++;
        }
    }

    /** A mapping was declared: hands up what it covers. */
    void deliver(SubflowReceiver receiver, SequenceMapping mapping) {
        octetsSinceMapping = 0;
        int kept = 0;
        for (int i = 0; i < count; i++) {
            int run = mapping.run(ssns[i], lengths[i]);
            if (run <= 0) {
                move(i, kept++);
                continue;
            }
            receiver.take(ssns[i], buffers[i], indexes[i], run);
            if (run < lengths[i]) {
                ssns[i] += run;
                indexes[i] += run;
                lengths[i] -= run;
                i--;
                continue;
            }
            buffers[i].release();
            buffers[i] = null;
        }
        count = kept;
    }

    private void move(int from, int to) {
        if (from == to) {
            return;
        }
        buffers[to] = buffers[from];
        indexes[to] = indexes[from];
        lengths[to] = lengths[from];
        ssns[to] = ssns[from];
        buffers[from] = null;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Whether more than this has come since the last mapping. */
    boolean exceeds(long octets) {
        return octetsSinceMapping > octets;
    }

    /** Gives everything up. */
    void release() {
        for (int i = 0; i < count; i++) {
            buffers[i].release();
            buffers[i] = null;
        }
        count = 0;
    }
}
