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
    private final ChecksumFailures failures;

    Fallback(MptcpConnection connection) {
        this.connection = connection;
        this.failures = new ChecksumFailures(connection);
    }

    /** Whether it is still possible: nothing was ever confirmed, nor sent or received on another subflow. */
    boolean isPossible() {
        return !infinite && !connection.isConfirmed() && connection.subflowCount() == 1;
    }

    /** Whether it is still possible though there were mappings: this subflow alone has carried all octets, in order. */
    boolean isPossibleInOrder(Subflow subflow) {
        return !infinite
                && connection.subflowCount() == 1
                && subflow.tcp().octetsSent() == connection.data().sndNxt()
                && subflow.tcp().receivedInOrderSsn() - 1 == (int) receivedWithRepeated();
    }

    /** Linux probes a closed window with an octet that was DATA_ACKed, on a new subflow sequence number: it came twice. */
    private long receivedWithRepeated() {
        return connection.receivedOctets() + connection.receiveStream().duplicateOctets();
    }

    /**
     * Goes on as plain TCP on this subflow; or ends the connection, when it is not to do so.
     *
     * @param declare whether a last segment shall declare the infinite mapping
     * @return what is to become of the segment that made it so
     */
    Verdict fallBack(Subflow subflow, FallbackReason why, boolean declare) {
        if (infinite) {
            return Verdict.ACCEPT;
        }
        if (!failures.isAgreed() && isRefused(connection.settings(), why)) {
            note(why);
            return refuse(subflow);
        }
        tell(why);
        infinite = true;
        boolean keysKnown = connection.keys() != null && connection.keys().isComplete();
        subflow.signalBy(new NoSignalling(subflow, declare && keysKnown));
        if (!subflow.receiver().isInfinite()) {
            // RFC 8684 B.2: octets of the peer's SYN have been received before it is known that it does
            // not speak MPTCP.
            boolean started = subflow.tcp() != null && subflow.tcp().state().isSynchronized();
            int ssn = started ? subflow.tcp().receivedInOrderSsn() : subflow.ssnOfDeclared(1);
            subflow.receiver().mapBy(new InfiniteMapping(ssn, connection.receivedOctets()));
        }
        connection.data().liftWindow();
        connection.endMultipath();
        return Verdict.ACCEPT;
    }

    /** Both ends know that octets were altered: from here on it is plain TCP, also where nothing new declares that. */
    void onAgreed() {
        tell(FallbackReason.CHECKSUM_FAILED);
    }

    /** Says, wherever it can be learnt and once, that the connection goes on as plain TCP. */
    private void tell(FallbackReason why) {
        if (reason != FallbackReason.NONE) {
            return;
        }
        note(why);
        LOG.debug("{} goes on as plain TCP: {}", connection, why);
        if (why != FallbackReason.DISABLED) {
            connection.count(Counter.MPTCP_FALLBACKS);
            connection.host().events().onFallback(connection, why);
        }
    }

    private void note(FallbackReason why) {
        reason = why;
        why.counter().ifPresent(connection::count);
    }

    /** Whether these settings want no connection rather than one that is plain TCP for this reason. */
    static boolean isRefused(ConnectionSettings settings, FallbackReason why) {
        return settings.fallbackPolicy() == FallbackPolicy.REFUSE && why != FallbackReason.DISABLED;
    }

    private Verdict refuse(Subflow subflow) {
        LOG.debug("{} ends, for plain TCP is refused: {}", connection, reason);
        connection.count(Counter.FALLBACKS_REFUSED);
        boolean spoken = reason.stage().compareTo(FallbackReason.Stage.THIRD_ACK) > 0;
        if (!spoken) {
            subflow.signalBy(new NoSignalling(subflow, false));
        }
        connection.endMultipath();
        connection.onFallbackRefused();
        return subflow.refuse(MpTcprst.MIDDLEBOX_INTERFERENCE);
    }

    /** It would have to fall back and cannot: the subflow is given up instead (RFC 8684 3.7). */
    Verdict giveUp(Subflow subflow, int resetReason) {
        connection.count(Counter.FALLBACKS_FAILED);
        return subflow.refuse(resetReason);
    }

    /** The peer declares an infinite mapping. */
    Verdict onInfiniteMapping(Subflow subflow, int ssn, long position) {
        connection.count(Counter.INFINITE_MAPPING_RX);
        // RFC 8684 3.7: possible while only one subflow carries all octets, in order.
        // Our octets must be so too: the peer will take copies, or what others carried, for what comes next.
        DataLevel data = connection.data();
        boolean contiguous = connection.subflowList().isOnlyActive(subflow)
                && subflow.sentRun().covers(data.sndUna(), data.sndNxt())
                && subflow.receiver().goInfinite(ssn, position);
        if (!contiguous) {
            return giveUp(subflow, MpTcprst.MPTCP_SPECIFIC);
        }
        boolean altered = failures.isUnderWay();
        return fallBack(subflow, altered ? FallbackReason.CHECKSUM_FAILED : FallbackReason.INFINITE_MAPPING, false);
    }

    /** So does the peer, after we did. */
    Verdict onInfiniteMappingToo(Subflow subflow, int ssn, long position) {
        connection.count(Counter.INFINITE_MAPPING_RX);
        return subflow.receiver().goInfinite(ssn, position) ? Verdict.ACCEPT : giveUp(subflow, MpTcprst.MPTCP_SPECIFIC);
    }

    /** Octets were altered, both ends know, and new ones are about to leave: with them the infinite mapping does. */
    void declareInfinite(Subflow subflow, DssSignalling before) {
        InfiniteSignalling signalling = new InfiniteSignalling(subflow, before);
        if (fallBack(subflow, FallbackReason.CHECKSUM_FAILED, false) == Verdict.ACCEPT) {
            subflow.signalBy(signalling);
        }
    }

    /** What becomes of altered octets. */
    ChecksumFailures failures() {
        return failures;
    }

    /** Whether octets may go a second time, on whatever subflow. */
    boolean permitsReinjection() {
        return !infinite && failures.permitsReinjection();
    }

    /** Whether the connection cannot outlive its subflow. */
    boolean isForGood() {
        return infinite || failures.isAgreed();
    }

    /** A mapping on this subflow does not sum up. */
    void onWrongChecksum(Subflow subflow) {
        failures.onWrong(subflow);
    }

    /** The batch is dealt with. */
    void onInputDone(long nowNanos) {
        failures.onInputDone(nowNanos);
    }

    boolean isInfinite() {
        return infinite;
    }

    FallbackReason reason() {
        return reason;
    }
}
