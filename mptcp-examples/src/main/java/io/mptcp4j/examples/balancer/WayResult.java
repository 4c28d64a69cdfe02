package io.mptcp4j.examples.balancer;

/**
 * What came of one way.
 *
 * @param way which
 * @param connections how many were opened
 * @param joinsTried SYNs with MP_JOIN of the client's, one a subflow, until all were answered
 * @param joinsEstablished those of them that came to be subflows
 * @param joinsRelayed those that a server handed to another
 * @param subflows usable subflows on each path then, the first ones of the connections included
 * @param octets octets of packets on each path from the client to the balancer, headers included, at the end
 * @param right connections whose octets arrived as they were sent
 */
public record WayResult(
        Way way,
        int connections,
        long joinsTried,
        long joinsEstablished,
        long joinsRelayed,
        int[] subflows,
        long[] octets,
        int right) {
    /** Whether all octets of all connections arrived as they were sent. */
    public boolean isRight() {
        return right == connections;
    }
}
