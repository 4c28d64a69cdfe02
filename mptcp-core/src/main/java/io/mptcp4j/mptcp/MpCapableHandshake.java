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
 * The handshake of a connection's first subflow in version 1 (RFC 8684 3.1), either role.
 *
 * <pre>
 *   initiator                          listener
 *   SYN      MP_CAPABLE          ->
 *                                &lt;-    SYN/ACK  MP_CAPABLE, B's key
 *   ACK      A's key, B's key    ->             established, may send
 *   first data  both keys, length ->
 *                                &lt;-    DSS: confirmed, the handshake is over
 * </pre>
 */
final class MpCapableHandshake implements Signalling {
    private static final MptcpVersion VERSION = MptcpVersion.V1;
    private static final int NUMBER = MptcpOption.VERSION_1;

    private final MptcpConnection connection;
    private final Subflow subflow;
    private final boolean initiator;
    private final DssSignalling afterwards;
    private final MpCapableAnswer answer;
    private final SynAttempts attempts;
    private final MpCapable view = new MpCapable();
    private boolean keysTold;
    private boolean dataWithKeys;
    private int plannedLength;

    MpCapableHandshake(Subflow subflow, boolean initiator) {
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
        if (plannedLength > 0) {
            int length = OptionBudget.padded(plannedLength);
            assert length <= room;
            return length;
        }
        // Without the peer's key nothing can be said about its octets.
        boolean silent = segment.isSyn() || !connection.agreement().hasBothKeys();
        return silent ? 0 : afterwards.optionsLength(segment, room);
    }

    private int planKeys(OutgoingSegment segment) {
        if (segment.isRst()) {
            return 0;
        }
        if (segment.isSyn()) {
            return planSyn();
        }
        if (!initiator) {
            return 0;
        }
        if (segment.payloadLength() > 0) {
            // RFC 8684 3.1: the first data carries both keys and its length in place of a DSS; so does each piece when
            // it comes again in smaller ones, also where a device cuts them.
            boolean first = subflow.declaredSsn(segment.unitSsn()) == 1;
            dataWithKeys |= first;
            return first ? dataLength() : 0;
        }
        // A stream without an octet still has its DATA_FIN, which a DSS carries; but the third ACK must have the keys.
        return dataWithKeys || keysTold && subflow.owesDataFin() ? 0 : MpCapable.LENGTH_KEYS;
    }

    private int dataLength() {
        return connection.usesChecksums() ? MpCapable.LENGTH_DATA_CHECKSUM : MpCapable.LENGTH_DATA;
    }

    private int planSyn() {
        if (!initiator) {
            return MpCapable.LENGTH_KEY;
        }
        return attempts.mayAsk() ? MpCapable.LENGTH_SYN : 0;
    }

    @Override
    public void writeOptions(OutgoingSegment segment, ByteBuf into, int index) {
        if (plannedLength == 0) {
            // When the DATA_FIN comes again, so do the keys before it: either may have been lost.
            keysTold &= !(initiator && segment.isPureAck() && subflow.owesDataFin());
            afterwards.writeOptions(segment, into, index);
            return;
        }
        ConnectionKeys keys = connection.keys();
        int written =
                switch (plannedLength) {
                    case MpCapable.LENGTH_SYN -> MpCapable.writeSyn(into, index, NUMBER, flags());
                    case MpCapable.LENGTH_KEY -> MpCapable.writeKey(into, index, NUMBER, flags(), keys.localKey());
                    case MpCapable.LENGTH_KEYS -> writeKeys(into, index, keys);
                    default -> writeKeysAndData(segment, into, index, keys);
                };
        OptionBudget.pad(into, index + written, OptionBudget.padded(written) - written);
    }

    private int writeKeys(ByteBuf into, int index, ConnectionKeys keys) {
        keysTold = true;
        if (subflow.owesDataFin()) {
            subflow.tcp().requestAck();
        }
        return MpCapable.writeKeys(into, index, NUMBER, flags(), keys.localKey(), keys.remoteKey());
    }

    private int writeKeysAndData(OutgoingSegment segment, ByteBuf into, int index, ConnectionKeys keys) {
        long localKey = keys.localKey();
        long remoteKey = keys.remoteKey();
        int length = segment.unitLength();
        return connection.usesChecksums()
                ? MpCapable.writeKeysAndDataChecksum(
                        into, index, NUMBER, flags(), localKey, remoteKey, length, afterwards.checksumOf(segment))
                : MpCapable.writeKeysAndData(into, index, NUMBER, flags(), localKey, remoteKey, length);
    }

    private int flags() {
        // RFC 8684 3.1: C says that the source address and port of the segment take no joins.
        int joins = connection.settings().joinsToInitialAddress() ? 0 : MpCapable.FLAG_JOIN_FORBIDDEN;
        return MpCapable.FLAG_HMAC | joins | MpCapableRules.checksumFlag(connection);
    }

    /** The unit that starts the stream leaves in one segment, so that no device has to repeat its MP_CAPABLE. */
    @Override
    public int limitUnit(int length, int maximumSegmentSize) {
        boolean first = initiator && !dataWithKeys;
        return first ? Math.min(length, maximumSegmentSize - TcpView.MAXIMUM_OPTIONS) : length;
    }

    @Override
    public void beforeUnit(long nowNanos) {
        if (initiator && !keysTold && !dataWithKeys && !fitsInOneSegment()) {
            // RFC 8684 3.1: A's key must be delivered reliably. Of the segments that leave now only the first has it. A
            // peer that hears another first falls back, as Linux does, unless an ACK with the keys came before.
            subflow.tcp().requestAck();
            subflow.tcp().sendAcknowledgment(nowNanos);
        }
    }

    private boolean fitsInOneSegment() {
        int longest = subflow.tcp().maximumSegmentSize() - TcpView.MAXIMUM_OPTIONS;
        return connection.sendStream().written() <= longest;
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
        if (hasOvertaken(segment, options)) {
            return Verdict.DROP;
        }
        FallbackReason reason = judgeThirdAck(options);
        if (reason != null) {
            // RFC 8684 3.1: when anything of the handshake looks wrong, MPTCP is not used; the peer finds out by 3.7.
            return connection.fallback().fallBack(subflow, reason, false);
        }
        connection.count(Counter.MP_CAPABLE_ACK_RX);
        MpCapableRules.noteChecksums(connection, view);
        connection.agreement().onRemoteKey(view.senderKey(), view.isJoinForbidden());
        connection.arrives().onDataAck(0, window, nowNanos);
        subflow.signalBy(afterwards);
        return afterwards.onSegment(segment, options, window, nowNanos);
    }

    private FallbackReason judgeThirdAck(TcpOptions options) {
        if (!MpCapableRules.isPresent(options)) {
            return FallbackReason.NO_MP_CAPABLE_IN_ACK;
        }
        boolean right = MpCapableRules.find(options, view)
                && view.hasReceiverKey()
                && view.version() == NUMBER
                && view.receiverKey() == connection.keys().localKey();
        return right ? null : FallbackReason.WRONG_KEYS_IN_ACK;
    }

    /**
     * RFC 8684 3.1: the first octets carry MP_CAPABLE and are sent until they arrive. A segment behind them with a DSS, or
     * one without octets, shows that options come through; without the keys nothing can be made of it, and it comes again.
     */
    private boolean hasOvertaken(TcpView segment, TcpOptions options) {
        boolean isFirst = segment.sequenceNumber() == subflow.tcp().initialReceiveSequence() + subflow.ssnOfDeclared(1);
        if (isFirst && segment.payloadLength() > 0) {
            return false;
        }
        boolean hasDss = false;
        for (int i = 0; i < options.mptcpCount(); i++) {
            if (options.mptcpSubtype(i) == MptcpSubtype.MP_CAPABLE) {
                return false;
            }
            hasDss |= options.mptcpSubtype(i) == MptcpSubtype.DSS;
        }
        return hasDss;
    }
}
