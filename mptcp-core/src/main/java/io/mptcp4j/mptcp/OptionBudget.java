package io.mptcp4j.mptcp;

import io.mptcp4j.wire.TcpOptionsWriter;
import io.netty.buffer.ByteBuf;

/**
 * What fits into the 40 octets of options. Timestamps (12, with their padding) come first and belong to TCP; what is left
 * goes by this order:
 *
 * <pre>
 *   segment             options                                          octets
 *   data                DSS: DATA_ACK, mapping                           28 (24 with a 32-bit DATA_ACK)
 *   pure ACK            signal that waits, DSS with DATA_ACK             4 to 28, 8 to 12
 *                       or ADD_ADDR of IPv6 with port, no timestamps     32
 *                       else DSS with DATA_ACK and DATA_FIN              28
 *                       else DSS with DATA_ACK; SACK in the rest         8 to 12
 * </pre>
 *
 * <p>On a super-segment the device repeats the options, so that it carries nothing but timestamps and DSS.
 */
final class OptionBudget {
    private static final int ALIGNMENT = 4;

    private OptionBudget() {}

    /** {@code length} rounded up to what a header can hold. */
    static int padded(int length) {
        return (length + ALIGNMENT - 1) & -ALIGNMENT;
    }

    /** Fills {@code octets} with padding. */
    static void pad(ByteBuf into, int index, int octets) {
        if (octets > 0) {
            TcpOptionsWriter.pad(into, index, octets);
        }
    }
}
