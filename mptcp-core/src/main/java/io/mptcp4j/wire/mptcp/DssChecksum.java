package io.mptcp4j.wire.mptcp;

import io.mptcp4j.wire.Checksum;

/**
 * The checksum of a mapping (RFC 8684 3.3.1), over the octets mapped and a pseudo-header.
 *
 * <pre>
 *   0 data sequence number, always 8 octets
 *   8 subflow sequence number, relative
 *  12 data-level length | 14 zeros
 * </pre>
 *
 * <p>Sums are those of {@link Checksum}; the octets' sum may be taken over parts as they arrive.
 */
public final class DssChecksum {
    private DssChecksum() {}

    /** The pseudo-header's sum. */
    public static int pseudoHeaderSum(long dsn, int ssn, int dataLength) {
        return Checksum.fold((dsn >>> 32) + (dsn & 0xffff_ffffL) + (ssn & 0xffff_ffffL) + (dataLength & 0xffffL));
    }

    /**
     * The checksum field of a mapping.
     *
     * @param octetsSum the sum over the octets mapped; a DATA_FIN has none
     * @param dsn the 64-bit data sequence number, whatever the option carries
     * @param ssn the subflow sequence number as the option carries it: 0 for a DATA_FIN alone
     * @param dataLength the data-level length as the option carries it, with the DATA_FIN
     */
    public static int compute(int octetsSum, long dsn, int ssn, int dataLength) {
        return Checksum.complement(Checksum.add(octetsSum, pseudoHeaderSum(dsn, ssn, dataLength)));
    }

    /** Whether a mapping's checksum field is right; see {@link #compute}. */
    public static boolean isRight(int checksum, int octetsSum, long dsn, int ssn, int dataLength) {
        int sum = Checksum.add(octetsSum, pseudoHeaderSum(dsn, ssn, dataLength));
        return Checksum.add(sum, checksum) == Checksum.RIGHT;
    }
}
