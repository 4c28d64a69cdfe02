package io.mptcp4j.mptcp;

/**
 * What a server of a group is called in the tokens of its connections: their top bits are its index. So any server of the
 * group, and any shard of a host, can tell from an MP_JOIN whose connection it means (RFC 8684 3.2).
 *
 * <pre>
 *  token: | index: bits | random: 32 - bits |
 * </pre>
 *
 * @param index which server this is, from 0
 * @param bits how many bits name a server, the same for the whole group, 0 to {@value #MAXIMUM_BITS}
 */
public record ServerName(int index, int bits) {
    /** The most bits that name a server: each one doubles the work of drawing a key. */
    public static final int MAXIMUM_BITS = 8;

    private static final int TOKEN_BITS = 32;

    /** Checks the ranges. */
    public ServerName {
        if (bits < 0 || bits > MAXIMUM_BITS) {
            throw new IllegalArgumentException("the bits that name a server are 0 to " + MAXIMUM_BITS + ": " + bits);
        }
        if (index < 0 || index >= 1 << bits) {
            throw new IllegalArgumentException("server " + index + " has no name of " + bits + " bits");
        }
    }

    /** Server {@code index} of a group of so many, which has as few bits as will do. */
    public static ServerName of(int index, int servers) {
        if (servers < 1 || servers > 1 << MAXIMUM_BITS) {
            throw new IllegalArgumentException("a group has 1 to " + (1 << MAXIMUM_BITS) + " servers: " + servers);
        }
        return new ServerName(index, TOKEN_BITS - Integer.numberOfLeadingZeros(servers - 1));
    }

    /** The index of the server that a token names. */
    public int serverOf(int token) {
        return (int) ((token & 0xffff_ffffL) >>> TOKEN_BITS - bits);
    }

    /** Whether a token names this server. */
    public boolean isNamedBy(int token) {
        return serverOf(token) == index;
    }
}
