package io.mptcp4j.wire;

import io.netty.buffer.ByteBuf;

/** Sums octets up that lie in spans, in order (RFC 1071). Reusable: {@link #clear()} begins again. */
public final class SpanSum implements SpanSink {
    private int sum;
    private int octets;

    /** Nothing has been added. */
    public void clear() {
        sum = 0;
        octets = 0;
    }

    @Override
    public boolean addSpan(ByteBuf buffer, int from, int count) {
        sum = Checksum.append(sum, octets, Checksum.sum(buffer, from, count));
        octets += count;
        return true;
    }

    /** The sum of all octets, as {@link Checksum} has it. */
    public int sum() {
        return sum;
    }

    /** How many octets were added. */
    public int octets() {
        return octets;
    }
}
