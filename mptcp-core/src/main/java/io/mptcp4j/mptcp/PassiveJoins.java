package io.mptcp4j.mptcp;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.wire.FourTuple;
import io.mptcp4j.wire.TcpOptions;
import io.mptcp4j.wire.TcpView;

/**
 * The peer's joins (RFC 8684 3.2). A SYN is answered without anything being kept here; a subflow begins when the third ACK
 * comes, so that forged SYNs take no place of genuine ones.
 */
final class PassiveJoins {
    private final MptcpConnection connection;
    private final PathControl paths;
    private final JoinRate rate;
    private FourTuple initial;

    PassiveJoins(MptcpConnection connection, PathControl paths, JoinRate rate) {
        this.connection = connection;
        this.paths = paths;
        this.rate = rate;
    }

    /** The addresses and ports of the first subflow. */
    void onInitial(FourTuple tuple) {
        initial = tuple;
    }

    /** Whether the acceptor's port is another one than that of the first subflow: one that was announced, as a rule. */
    boolean isOtherPort(FourTuple tuple, boolean opener) {
        return opener ? tuple.remotePort() != initial.remotePort() : tuple.localPort() != initial.localPort();
    }

    /** Answers a SYN that names our token, or says why not. */
    JoinVerdict answer(JoinRequest request, TcpView syn, TcpOptions options, long nowNanos) {
        if (isOtherPort(request.tuple(), false)) {
            connection.count(Counter.JOIN_PORT_SYN_RX);
        }
        return counted(answerIfAllowed(request, syn, options, nowNanos));
    }

    private JoinVerdict answerIfAllowed(JoinRequest request, TcpView syn, TcpOptions options, long nowNanos) {
        JoinVerdict verdict = judge(request.tuple(), nowNanos);
        Subflow subflow = verdict == JoinVerdict.ACCEPTED ? joining(request) : null;
        if (subflow != null) {
            request.onAnswered(syn, nowNanos);
            subflow.setTcp(connection
                    .host()
                    .detached(subflow, request, connection.settings().tcp()));
            subflow.tcp().accept(syn, options, nowNanos);
            subflow.tcp().sendPending(nowNanos, 1);
        }
        return verdict == JoinVerdict.ACCEPTED && subflow == null ? JoinVerdict.NO_RESOURCES : verdict;
    }

    /** A third ACK is about to arrive, perhaps a genuine one: the subflow begins where its SYN/ACK left it. */
    JoinVerdict resume(JoinRequest request, long nowNanos) {
        return counted(resumeIfAllowed(request, nowNanos));
    }

    private JoinVerdict resumeIfAllowed(JoinRequest request, long nowNanos) {
        FourTuple tuple = request.tuple();
        JoinVerdict verdict = judge(tuple, nowNanos);
        if (verdict != JoinVerdict.ACCEPTED) {
            return verdict;
        }
        Subflow subflow = joining(request);
        if (subflow == null
                || !rate.tryAcquire(connection.settings().joinsPerSecond(), nowNanos)
                || !ConnectionOpening.attach(
                        connection,
                        subflow,
                        tuple.localAddress(),
                        tuple.localPort(),
                        tuple.remoteAddress(),
                        tuple.remotePort(),
                        nowNanos)) {
            return JoinVerdict.NO_RESOURCES;
        }
        TcpView syn = new TcpView();
        TcpOptions options = new TcpOptions();
        request.readSyn(syn, options);
        subflow.tcp().resume(syn, options, request.answers() - 1, request.answeredAt(), nowNanos);
        return JoinVerdict.ACCEPTED;
    }

    private JoinVerdict judge(FourTuple tuple, long nowNanos) {
        if (!connection.isMptcp() || !connection.isTransmitting()) {
            return JoinVerdict.PROHIBITED;
        }
        // RFC 8684 3.2: the keys are known; a DSS on the first path may be slower than the SYN on another one.
        if (!connection.keys().isComplete() || connection.subflowsLeft() <= 0 || !paths.mayAccept(tuple)) {
            return JoinVerdict.PROHIBITED;
        }
        if (isForbidden(tuple)) {
            return JoinVerdict.PROHIBITED;
        }
        return rate.isExhausted(connection.settings().joinsPerSecond(), nowNanos)
                ? JoinVerdict.NO_RESOURCES
                : JoinVerdict.ACCEPTED;
    }

    private JoinVerdict counted(JoinVerdict verdict) {
        if (verdict != JoinVerdict.ACCEPTED) {
            connection.count(Counter.JOIN_REJECTED);
            connection.count(Counter.JOINS_FAILED);
        }
        return verdict;
    }

    /** RFC 8684 3.1, flag C: we have said that we take no subflows here. */
    private boolean isForbidden(FourTuple tuple) {
        return !connection.settings().joinsToInitialAddress()
                && tuple.localPort() == initial.localPort()
                && tuple.localAddress().equals(initial.localAddress());
    }

    /** Null when no address ID is free. */
    private Subflow joining(JoinRequest request) {
        Subflow subflow = new Subflow(connection, false, false);
        if (!paths.beginJoin(subflow, request.tuple())) {
            return null;
        }
        subflow.signalBy(new MpJoinHandshake(subflow, false, request.nonce()));
        return subflow;
    }
}
