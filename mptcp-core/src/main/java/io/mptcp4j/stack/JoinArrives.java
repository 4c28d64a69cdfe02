package io.mptcp4j.stack;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.metric.DropReason;
import io.mptcp4j.mptcp.ConnectionHost;
import io.mptcp4j.mptcp.JoinRequest;
import io.mptcp4j.mptcp.JoinVerdict;
import io.mptcp4j.mptcp.MptcpConnection;
import io.mptcp4j.wire.TcpOptions;
import io.mptcp4j.wire.TcpView;
import io.mptcp4j.wire.mptcp.MpJoin;
import io.mptcp4j.wire.mptcp.MpTcprst;

/** SYNs with MP_JOIN, and the third ACKs that follow (RFC 8684 3.2). */
final class JoinArrives {
    private static final int BURST = 256;

    private final ConnectionHost host;
    private final SubflowTable subflows;
    private final ResetReplies resets;
    private final JoinRequests requests;
    private final RateLimit limit;

    JoinArrives(ConnectionHost host, SubflowTable subflows, ResetReplies resets, StackSettings settings) {
        this.host = host;
        this.subflows = subflows;
        this.resets = resets;
        this.requests = new JoinRequests(settings.maxHalfOpenJoins(), host.entropy());
        this.limit = new RateLimit(settings.joinsPerSecond(), BURST);
    }

    /** Answers a SYN; null, or why not. */
    DropReason onSyn(Arrival arrival, TcpView syn, TcpOptions options, MpJoin join, long now) {
        // RFC 8684 3.2: a join belongs to the connection that its token names, whatever port it comes to.
        host.counters().count(Counter.JOIN_SYN_RX);
        if (join.isBackup()) {
            host.counters().count(Counter.JOIN_SYN_BACKUP_RX);
        }
        MptcpConnection connection = host.tokens().find(join.token());
        if (connection == null) {
            host.counters().count(Counter.JOIN_NO_TOKEN);
            // RFC 8684 3.2: an unknown token is answered with a RST as an unknown port is, with MP_TCPRST reason 1.
            resets.reply(arrival, syn, MpTcprst.MPTCP_SPECIFIC, now);
            return DropReason.UNKNOWN_TOKEN;
        }
        if (!limit.tryAcquire(now)) {
            // Not refused: the peer comes again.
            return DropReason.RATE_LIMITED;
        }
        JoinRequest request = requests.find(arrival, syn, now);
        boolean again = request != null
                && request.token() == join.token()
                && request.synSequenceNumber() == syn.sequenceNumber();
        if (!again) {
            request = subflows.request(
                    arrival.tuple(syn), join.token(), host.entropy().nextInt(), now);
        }
        JoinVerdict verdict = connection.answerJoin(request, syn, options, now);
        if (verdict != JoinVerdict.ACCEPTED) {
            resets.reply(arrival, syn, verdict.reason(), now);
            return DropReason.BAD_HANDSHAKE;
        }
        if (!again) {
            requests.add(request, now);
        }
        return null;
    }

    /**
     * A segment that belongs to no subflow. If it may be the third ACK of a join, its subflow begins, and the segment is then
     * that subflow's.
     *
     * @return whether it was one; there is no subflow all the same when that is refused
     */
    boolean resume(Arrival arrival, TcpView segment, long now) {
        JoinRequest request = requests.find(arrival, segment, now);
        if (request == null || segment.isSyn() || segment.sequenceNumber() != request.synSequenceNumber() + 1) {
            return false;
        }
        if (segment.isRst()) {
            requests.remove(request);
            return false;
        }
        MptcpConnection connection = host.tokens().find(request.token());
        if (connection == null || !segment.isAck() || segment.acknowledgmentNumber() != request.iss() + 1) {
            // RFC 9293 3.10.7.4, fifth, SYN-RECEIVED: an ACK of something else is answered with a RST.
            return false;
        }
        subflows.beginPassive(request.tuple(), request.iss());
        JoinVerdict verdict = connection.resumeJoin(request, now);
        subflows.endPassive();
        requests.remove(request);
        if (verdict != JoinVerdict.ACCEPTED) {
            resets.reply(arrival, segment, verdict.reason(), now);
        } else {
            host.ready(connection);
        }
        return true;
    }

    /** How many joins wait for their third ACK. */
    int halfOpen() {
        return requests.size();
    }
}
