package io.mptcp4j.mptcp;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.tcp.Verdict;
import io.mptcp4j.wire.mptcp.MpTcprst;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way back to plain TCP (RFC 8684 3.7): the one subflow swaps its mapping for the infinite one, and nothing is moved.
 * Once gone back, a connection never returns to MPTCP.
 */
final class Fallback {
    private static final Logger LOG = LoggerFactory.getLogger(Fallback.class);

    private final MptcpConnection connection;
    private FallbackReason reason = FallbackReason.NONE;
    private boolean infinite;

    Fallback(MptcpConnection connection) {
        this.connection = connection;
    }

    /** Whether it is still possible: nothing was ever confirmed, nor sent or received on another subflow. */
    boolean isPossible() {
        return !infinite && !connection.isConfirmed() && connection.subflowCount() == 1;
    }

    /**
     * Goes on as plain TCP on this subflow.
     *
     * @param declare whether a last segment shall declare the infinite mapping
     */
    void fallBack(Subflow subflow, FallbackReason why, boolean declare) {
        if (infinite) {
            return;
        }
        infinite = true;
        reason = why;
        LOG.debug("{} goes on as plain TCP: {}", connection, why);
        if (why != FallbackReason.DISABLED) {
            connection.count(Counter.MPTCP_FALLBACKS);
            connection.host().events().onFallback(connection, why);
        }
        boolean keysKnown = connection.keys() != null && connection.keys().isComplete();
        subflow.signalBy(new NoSignalling(declare && keysKnown ? connection.data() : null));
        boolean started = subflow.tcp() != null && subflow.tcp().state().isSynchronized();
        int ssn = started ? subflow.tcp().receivedInOrderSsn() : 1;
        subflow.mapBy(new InfiniteMapping(ssn, connection.receivedOctets()));
        connection.data().liftWindow();
        connection.endMultipath();
    }

    /** The peer declares an infinite mapping. */
    Verdict onInfiniteMapping(Subflow subflow, int ssn, long position) {
        // RFC 8684 3.7: possible while only one subflow carries all octets, in order.
        // Our octets must be so too: the peer will take copies, or what others carried, for what comes next.
        boolean contiguous = connection.subflowCount() == 1
                && subflow.tcp().octetsSent() == connection.data().sndNxt()
                && position - connection.receivedOctets() == ssn - subflow.tcp().receivedInOrderSsn();
        if (!contiguous) {
            return subflow.refuse(MpTcprst.MPTCP_SPECIFIC);
        }
        fallBack(subflow, FallbackReason.INFINITE_MAPPING, false);
        return Verdict.ACCEPT;
    }

    boolean isInfinite() {
        return infinite;
    }

    FallbackReason reason() {
        return reason;
    }
}
