package io.mptcp4j.mptcp;

import io.mptcp4j.metric.Counter;

/**
 * Gives back what connections hold out of order when memory is at its end. Only where that is the receiver's own affair: on plain
 * TCP, whose SACK blocks are advice (RFC 2018 8). Octets of MPTCP may have been acknowledged for good by the subflow that brought
 * them, and would have to wait for a timeout at data level.
 */
public final class OutOfOrderPruning {
    private OutOfOrderPruning() {}

    /**
     * Gives back what a connection holds beyond the first hole.
     *
     * @return whether there was something
     */
    public static boolean prune(MptcpConnection connection) {
        if (!isPlainFromTheBegin(connection) || connection.receiveStream().pruneOutOfOrder() == 0) {
            return false;
        }
        connection.subflow(0).tcp().forgetOutOfOrder();
        connection.count(Counter.OUT_OF_ORDER_PRUNED);
        return true;
    }

    private static boolean isPlainFromTheBegin(MptcpConnection connection) {
        return connection.fallback().isInfinite()
                && !connection.isConfirmed()
                && connection.subflowCount() == 1
                && connection.subflow(0).receiver().isInfinite();
    }
}
