package io.mptcp4j.mptcp;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.wire.TcpOptions;
import io.mptcp4j.wire.mptcp.MpFail;
import io.mptcp4j.wire.mptcp.MpFastclose;
import io.mptcp4j.wire.mptcp.MpTcprst;
import io.mptcp4j.wire.mptcp.MptcpSubtype;

/** What happens to subflows, and what follows for their connection. */
final class SubflowEvents {
    /** So often a subflow that is being closed may get no answer. */
    private static final int TIMEOUTS_WHILE_CLOSING = 6;

    private final MptcpConnection connection;
    private final DataLevel data;
    private final DataSender sender;
    private final AcknowledgedOctets acknowledged;
    private final Closing closing;
    private final PathControl paths;
    private boolean established;

    SubflowEvents(
            MptcpConnection connection,
            DataSender sender,
            AcknowledgedOctets acknowledged,
            Closing closing,
            PathControl paths) {
        this.connection = connection;
        this.data = connection.data();
        this.sender = sender;
        this.acknowledged = acknowledged;
        this.closing = closing;
        this.paths = paths;
    }

    boolean isEstablished() {
        return established;
    }

    void onActive(Subflow subflow) {
        if (!subflow.isInitial()) {
            connection.count(Counter.JOINS_ESTABLISHED);
            connection.host().events().onSubflowEstablished(subflow);
        } else if (!established) {
            established = true;
            connection.host().events().onCreated(connection, subflow);
            closing.onEstablished();
        }
        closing.onSubflowActive();
        paths.onSubflowActive(subflow);
        connection.markReady();
    }

    void onAcked(Subflow subflow, long nowNanos) {
        if (connection.fallback().isInfinite()) {
            connection.activity().onAcknowledged(nowNanos);
            // RFC 8684 3.7: after an infinite mapping only subflow ACKs clear the send buffer; before, they say
            // nothing of the data level (RFC 8684 4).
            data.onSubflowAcknowledged(Math.min(subflow.tcp().lowestOutstanding(), data.sndNxt()));
            checkPlainFin(subflow, nowNanos);
        }
    }

    void checkPlainFin(Subflow subflow, long nowNanos) {
        if (data.isFinPlaced()
                && !data.isFinAcknowledged()
                && Closing.isFinAcknowledged(subflow.tcp().state())) {
            data.onFinAcknowledged();
            closing.onFinAcknowledged(nowNanos);
        }
    }

    /**
     * The peer's FIN was reached.
     *
     * @param position where it ends the stream, after fallback; else negative
     */
    void onFin(Subflow subflow, long position, long nowNanos) {
        if (position >= 0) {
            connection.arrives().onRemoteEnd(position);
        } else if (!data.hasRemoteFin() || closing.cause() != null) {
            // RFC 8684 3.3.3: a FIN ends its subflow alone. Behind a DATA_FIN it ends the peer's direction, as appendix
            // D has it on the way to M_FIN_WAIT_2: ours stays open until our own DATA_FIN is acknowledged.
            subflow.close(nowNanos);
        }
    }

    /** The retransmission timer expired: what the subflow carries goes on others too, and it gets nothing new. */
    void onStalled(Subflow subflow, int consecutive, long nowNanos) {
        boolean closing = subflow.state() == SubflowState.CLOSING && connection.isMptcp();
        if (closing && consecutive >= TIMEOUTS_WHILE_CLOSING) {
            // RFC 8684 3.3.3: what others have delivered need not hold up the end of a subflow.
            subflow.fail(MpTcprst.TOO_MUCH_OUTSTANDING_DATA, nowNanos);
        }
        if (connection.subflowCount() > 1) {
            sender.reinject(subflow);
        }
        paths.onSubflowStalled(subflow);
        connection.markReady();
    }

    void onReset(Subflow subflow, TcpOptions options, boolean refused, long nowNanos) {
        noteFailedJoin(subflow);
        subflow.end().onReset(options);
        if (subflow.end().peerReason() != Subflow.NO_REASON) {
            connection.count(Counter.TCPRST_RX);
        }
        if (hasFail(options)) {
            connection.count(Counter.FAIL_RX);
        }
        if (isFastclose(options)) {
            connection.count(Counter.FASTCLOSE_RX);
            connection.onFastclose(nowNanos);
        } else if (endsWith(subflow)) {
            closing.end(refused ? CloseCause.REFUSED : CloseCause.RESET, nowNanos);
        } else {
            sender.reinject(subflow);
        }
    }

    void onTimedOut(Subflow subflow, boolean unreachable, long nowNanos) {
        noteFailedJoin(subflow);
        if (endsWith(subflow)) {
            closing.end(unreachable ? CloseCause.UNREACHABLE : CloseCause.TIMED_OUT, nowNanos);
        } else {
            sender.reinject(subflow);
        }
    }

    void onClosed(Subflow subflow, long nowNanos) {
        boolean infinite = connection.fallback().isInfinite();
        if (infinite && !subflow.end().hasFailed()) {
            checkPlainFin(subflow, nowNanos);
        } else if (closing.cause() == null) {
            sender.reinject(subflow);
        }
        if (subflow.wasActive() || subflow.isOpener() && !subflow.isInitial()) {
            connection.host().events().onSubflowClosed(subflow);
        }
        connection.subflowList().remove(subflow);
        connection.congestion().leave(subflow.tcp().congestion());
        acknowledged.onSubflowClosed();
        connection.host().detach(subflow);
        paths.onSubflowClosed(subflow);
        closing.onSubflowClosed(connection.subflowCount(), subflow, nowNanos);
        connection.markReady();
    }

    /** Whether the connection cannot outlive this subflow. */
    private boolean endsWith(Subflow subflow) {
        boolean complete = established && connection.agreement().hasBothKeys();
        return connection.fallback().isForGood() || !complete && subflow.isInitial();
    }

    private void noteFailedJoin(Subflow subflow) {
        boolean joining = subflow.state() == SubflowState.CONNECTING || subflow.state() == SubflowState.PRE_ESTABLISHED;
        if (!subflow.isInitial() && joining) {
            connection.count(Counter.JOINS_FAILED);
        }
    }

    /** RFC 8684 3.7: octets that we sent on the subflow were altered. */
    private static boolean hasFail(TcpOptions options) {
        MpFail view = new MpFail();
        for (int i = 0; i < options.mptcpCount(); i++) {
            if (options.mptcpSubtype(i) == MptcpSubtype.MP_FAIL
                    && view.wrap(options.buffer(), options.mptcpIndex(i), options.mptcpLength(i))) {
                return true;
            }
        }
        return false;
    }

    private boolean isFastclose(TcpOptions options) {
        MpFastclose view = new MpFastclose();
        for (int i = 0; i < options.mptcpCount(); i++) {
            if (options.mptcpSubtype(i) == MptcpSubtype.MP_FASTCLOSE
                    && view.wrap(options.buffer(), options.mptcpIndex(i), options.mptcpLength(i))) {
                return connection.keys() != null
                        && view.receiverKey() == connection.keys().localKey();
            }
        }
        return false;
    }
}
