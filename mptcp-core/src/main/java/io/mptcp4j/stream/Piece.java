package io.mptcp4j.stream;

import io.netty.buffer.ByteBuf;

/** Octets of a receive stream that lie in one place of one buffer; owns one reference of it while it is among {@link Chunks}. */
final class Piece extends SortedNode<Piece> {
    /** What it takes to remember a piece: this object, and the range of a subflow that it came in. */
    static final int OCTETS = 160;

    ByteBuf buffer;
    int index;
    int length;

    /** What to pay back to the budget when the reference goes; see {@link Chunks#OWN_BUFFER}. */
    int charge;

    long position;

    /** The next one that is kept for reuse. */
    Piece nextFree;

    /** The position just after it. */
    long end() {
        return position + length;
    }

    @Override
    protected boolean endsAfter(long number) {
        return end() > number;
    }
}
