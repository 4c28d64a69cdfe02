package io.mptcp4j.stack;

import io.mptcp4j.mptcp.MptcpVersion;
import io.mptcp4j.mptcp.TokenTable;
import io.mptcp4j.number.Entropy;
import io.mptcp4j.wire.FourTuple;

/**
 * Initial sequence numbers that prove, when they are acknowledged, that we answered a SYN of this 4-tuple a short while ago (RFC
 * 4987 3.6), and the keys that went with them.
 *
 * <pre>
 *   | 28 bits: keyed hash of 4-tuple, the peer's ISN, time, options, code | 4 bits: code |
 *     code = 3 * index of the peer's MSS + (0: no MP_CAPABLE, 1: version 1, 2: version 0)
 * </pre>
 *
 * <p>Time is counted in periods of 68.7 s; a number is good for the period in which it was made and for the next. Who guesses
 * needs 2^27 segments on the average.
 */
final class CookieNumbers {
    /** How long a number may be good. */
    static final long LIFETIME_NANOS = 2L << 36;

    /** Keys derived for one that names this server, in a group; then the connection is plain TCP. */
    static final int MOST_KEYS = 64;

    private static final int PERIOD_SHIFT = 36;
    private static final int CODE_BITS = 4;
    private static final int CODE_MASK = 0xf;
    private static final int[] MSS_IPV4 = {88, 536, 1300, 1400, 1460};
    private static final int[] MSS_IPV6 = {88, 1220, 1340, 1440, 8940};
    private static final MptcpVersion[] VERSIONS = {null, MptcpVersion.V1, MptcpVersion.V0};

    private final SipHash numbers;
    private final SipHash keys;

    CookieNumbers(Entropy entropy) {
        this.numbers = SipHash.draw(entropy);
        this.keys = SipHash.draw(entropy);
    }

    /** The code for a peer's MSS, which is rounded down, and the MP_CAPABLE of the answer. */
    static int code(boolean ipv4, int mss, MptcpVersion version) {
        int[] table = ipv4 ? MSS_IPV4 : MSS_IPV6;
        int index = table.length - 1;
        while (index > 0 && table[index] > mss) {
            index--;
        }
        int number = version == null ? 0 : version == MptcpVersion.V1 ? 1 : 2;
        return VERSIONS.length * index + number;
    }

    static int mss(boolean ipv4, int code) {
        return (ipv4 ? MSS_IPV4 : MSS_IPV6)[code / VERSIONS.length];
    }

    /** Null for none. */
    static MptcpVersion version(int code) {
        return VERSIONS[code % VERSIONS.length];
    }

    /** The number for a SYN. */
    int number(FourTuple tuple, int irs, int agreed, int code, long now) {
        return number(tuple, irs, agreed, code, now >>> PERIOD_SHIFT, numbers);
    }

    private static int number(FourTuple tuple, int irs, int agreed, int code, long period, SipHash hash) {
        long ends = hash.of(tuple.localAddress(), tuple.localPort(), tuple.remoteAddress(), tuple.remotePort());
        long value = hash.of(ends, irs, period, agreed, code);
        return (int) value << CODE_BITS | code;
    }

    /** The code of a number, when it is one of ours that is still good; else -1. */
    int verify(FourTuple tuple, int irs, int agreed, int number, long now) {
        int code = number & CODE_MASK;
        if (code / VERSIONS.length >= MSS_IPV4.length) {
            return -1;
        }
        long period = now >>> PERIOD_SHIFT;
        boolean genuine = number == number(tuple, irs, agreed, code, period, numbers)
                || number == number(tuple, irs, agreed, code, period - 1, numbers);
        return genuine ? code : -1;
    }

    /**
     * The key that goes with a number (RFC 8684 3.1: hard to guess), the first out of a series that suits.
     *
     * @param tokens who knows which keys suit this server
     * @return 0 when none does
     */
    long key(FourTuple tuple, int irs, int number, MptcpVersion version, TokenTable tokens) {
        long ends = keys.of(tuple.localAddress(), tuple.localPort(), tuple.remoteAddress(), tuple.remotePort());
        for (int i = 0; i < MOST_KEYS; i++) {
            long key = keys.of(ends, irs, number, version.number(), i);
            if (tokens.suits(version, key)) {
                return key;
            }
        }
        return 0;
    }
}
