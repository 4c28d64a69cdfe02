package io.mptcp4j.mptcp;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.tcp.OutgoingSegment;
import io.mptcp4j.tcp.Verdict;
import io.mptcp4j.wire.TcpOptions;
import io.mptcp4j.wire.TcpView;
import io.mptcp4j.wire.mptcp.MpCapable;
import io.mptcp4j.wire.mptcp.MptcpOption;
import io.mptcp4j.wire.mptcp.MptcpSubtype;
import io.netty.buffer.ByteBuf;

/**
 * The handshake of a connection's first subflow in version 0 (RFC 6824 3.1), either role. All octets have a DSS of their
 * own, the first ones too.
 *
 * <pre>
 *   initiator                          listener
 *   SYN      A's key             ->
 *                                &lt;-    SYN/ACK  B's key
 *   ACK      A's key, B's key    ->             established, may send
 *   data     DSS                 ->
 *                                &lt;-    DSS: confirmed, the handshake is over
 * </pre>
 */
final class MpCapableHandshakeV0 implements Signalling {
    private static final MptcpVersion VERSION = MptcpVersion.V0;
    private static final int NUMBER = MptcpOption.VERSION_0;

    private final MptcpConnection connection;
    private final Subflow subflow;
    private final boolean initiator;
    private final DssSignalling afterwards;
    private final MpCapableAnswer answer;
    private final SynAttempts attempts;
    private final MpCapable view = new MpCapable();
    private boolean keysTold;
    private boolean dataSent;
    private int plannedLength;

    MpCapableHandshakeV0(Subflow subflow, boolean initiator) {
        this.subflow = subflow;
        this.connection = subflow.connection();
        this.initiator = initiator;
        this.afterwards = new DssSignalling(subflow);
        this.answer = new MpCapableAnswer(subflow, VERSION, afterwards);
        this.attempts = new SynAttempts(subflow);
    }

    // ---- what leaves

    @Override
    public int optionsLength(OutgoingSegment segment, int room) {
        plannedLength = planKeys(segment);
        assert plannedLength <= room;
        return plannedLength > 0 || segment.isSyn() ? plannedLength : afterwards.optionsLength(segment, room);
    }

    private int planKeys(OutgoingSegment segment) {
        if (segment.isRst()) {
            return 0;
        }
        if (segment.isSyn()) {
            return !initiator || attempts.mayAsk() ? MpCapable.LENGTH_KEY : 0;
        }
        if (!initiator) {
            return 0;
        }
        if (segment.payloadLength() > 0) {
            dataSent = true;
            return 0;
        }
        // Until octets show that the handshake is over, or a DATA_FIN does, each ACK may be the third one.
        return dataSent || keysTold && subflow.owesDataFin() ? 0 : MpCapable.LENGTH_KEYS;
    }

    @Override
    public void writeOptions(OutgoingSegment segment, ByteBuf into, int index) {
        if (plannedLength == 0) {
            afterwards.writeOptions(segment, into, index);
            return;
        }
        ConnectionKeys keys = connection.keys();
        if (plannedLength == MpCapable.LENGTH_KEY) {
            MpCapable.writeKey(into, index, NUMBER, flags(), keys.localKey());
            return;
        }
        keysTold = true;
        if (subflow.owesDataFin()) {
            subflow.tcp().requestAck();
        }
        MpCapable.writeKeys(into, index, NUMBER, flags(), keys.localKey(), keys.remoteKey());
    }

    /** RFC 6824 3.1: of the crypto bits H alone, and C to G are 0. */
    private int flags() {
        return MpCapable.FLAG_HMAC | MpCapableRules.checksumFlag(connection);
    }

    @Override
    public void beforeUnit(long nowNanos) {
        if (initiator && !keysTold) {
            // RFC 6824 3.6: the third ACK has no room for a DSS, so it leaves before the first octets.
            subflow.tcp().requestAck();
            subflow.tcp().sendAcknowledgment(nowNanos);
        }
    }

    // ---- what arrives

    @Override
    public Verdict onSegment(TcpView segment, TcpOptions options, long window, long nowNanos) {
        if (segment.isSyn()) {
            return initiator ? answer.onSynAck(segment, options, window, nowNanos) : answer.onSyn(options);
        }
        return initiator
                ? answer.onAnswer(this, segment, options, window, nowNanos)
                : onThirdAck(segment, options, window, nowNanos);
    }

    private Verdict onThirdAck(TcpView segment, TcpOptions options, long window, long nowNanos) {
        if (!segment.isAck()) {
            return Verdict.ACCEPT;
        }
        FallbackReason reason = judgeThirdAck(options);
        if (reason != null) {
            return connection.fallback().fallBack(subflow, reason, false);
        }
        connection.count(Counter.MP_CAPABLE_ACK_RX);
        connection.arrives().onDataAck(0, window, nowNanos);
        subflow.signalBy(afterwards);
        return afterwards.onSegment(segment, options, window, nowNanos);
    }

    private FallbackReason judgeThirdAck(TcpOptions options) {
        if (MpCapableRules.isPresent(options)) {
            boolean right = MpCapableRules.find(options, view)
                    && view.hasReceiverKey()
                    && view.version() == NUMBER
                    && view.senderKey() == connection.keys().remoteKey()
                    && view.receiverKey() == connection.keys().localKey();
            return right ? null : FallbackReason.WRONG_KEYS_IN_ACK;
        }
        for (int i = 0; i < options.mptcpCount(); i++) {
            if (options.mptcpSubtype(i) == MptcpSubtype.DSS) {
                // The third ACK was lost or comes later, but what it is to show is shown: options come through.
                return null;
            }
        }
        return FallbackReason.NO_MP_CAPABLE_IN_ACK;
    }
}
