package io.mptcp4j.tcp;

import io.mptcp4j.number.SequenceNumber;
import io.mptcp4j.wire.TcpOptions;

/** The D-SACK block of an acknowledgment: what the peer has received twice (RFC 2883). One instance a connection, reused. */
final class DuplicateReport {
    private boolean present;
    private int left;
    private int right;

    /** Reads the options of an acknowledgment of {@code ack}. */
    void read(TcpOptions options, int ack) {
        present = false;
        if (options.sackCount() == 0) {
            return;
        }
        left = options.sackLeft(0);
        right = options.sackRight(0);
        // RFC 2883 5: the first block reports a duplicate when it lies before the acknowledgment number, or inside
        // the second.
        present = SequenceNumber.lessThan(left, right)
                && (SequenceNumber.lessOrEqual(right, ack) || options.sackCount() > 1 && isInside(options));
    }

    private boolean isInside(TcpOptions options) {
        return SequenceNumber.greaterOrEqual(left, options.sackLeft(1))
                && SequenceNumber.lessOrEqual(right, options.sackRight(1));
    }

    /** Nothing was reported. */
    void clear() {
        present = false;
    }

    /** Whether the acknowledgment reports a duplicate. */
    boolean isPresent() {
        return present;
    }

    /** The first number received twice. */
    int left() {
        return left;
    }

    /** The number just after the last received twice. */
    int right() {
        return right;
    }
}
