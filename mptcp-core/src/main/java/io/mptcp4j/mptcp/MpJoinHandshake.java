package io.mptcp4j.mptcp;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.tcp.OutgoingSegment;
import io.mptcp4j.tcp.Verdict;
import io.mptcp4j.time.Deadlines;
import io.mptcp4j.wire.TcpOptions;
import io.mptcp4j.wire.TcpView;
import io.mptcp4j.wire.mptcp.MpJoin;
import io.mptcp4j.wire.mptcp.MpTcprst;
import io.mptcp4j.wire.mptcp.MptcpCrypto;
import io.mptcp4j.wire.mptcp.MptcpSubtype;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * The handshake of an additional subflow (RFC 8684 3.2), either role. A is the end that opens the subflow.
 *
 * <pre>
 *   A                                     B
 *   SYN      token of B, nonce of A  ->
 *                                    &lt;-   SYN/ACK  64 bits of HMAC-B, nonce of B
 *   ACK      160 bits of HMAC-A      ->            established
 *   PRE_ESTABLISHED                  &lt;-   ACK      (the fourth)
 *   established
 * </pre>
 */
final class MpJoinHandshake implements Signalling {
    private static final int LONGEST_BACKOFF = 6;

    private final MptcpConnection connection;
    private final Subflow subflow;
    private final boolean opener;
    private final int localNonce;
    private final MpJoin view = new MpJoin();
    private int remoteNonce;
    private boolean answered;
    private int plannedLength;
    private int thirdAcks;
    private long deadline = Deadlines.NEVER;

    MpJoinHandshake(Subflow subflow, boolean opener, int localNonce) {
        this.subflow = subflow;
        this.connection = subflow.connection();
        this.opener = opener;
        this.localNonce = localNonce;
    }

    // ---- what leaves

    @Override
    public int optionsLength(OutgoingSegment segment, int room) {
        plannedLength = 0;
        if (segment.isRst()) {
            return 0;
        }
        if (segment.isSyn()) {
            plannedLength = opener ? MpJoin.LENGTH_SYN : MpJoin.LENGTH_SYN_ACK;
        } else if (opener && answered) {
            plannedLength = MpJoin.LENGTH_ACK;
        }
        assert plannedLength <= room;
        return plannedLength;
    }

    @Override
    public void writeOptions(OutgoingSegment segment, ByteBuf into, int index) {
        ConnectionKeys keys = connection.keys();
        switch (plannedLength) {
            case MpJoin.LENGTH_SYN ->
                MpJoin.writeSyn(
                        into, index, subflow.isBackupLocally(), subflow.localId(), keys.remoteToken(), localNonce);
            case MpJoin.LENGTH_SYN_ACK ->
                MpJoin.writeSynAck(
                        into,
                        index,
                        subflow.isBackupLocally(),
                        subflow.localId(),
                        MptcpCrypto.leftmost64(keys.localHmac(localNonce, remoteNonce)),
                        localNonce);
            default ->
                MpJoin.writeAck(
                        into, index, Arrays.copyOf(keys.localHmac(localNonce, remoteNonce), MpJoin.HMAC_LENGTH));
        }
    }

    // ---- what arrives

    @Override
    public Verdict onSegment(TcpView segment, TcpOptions options, long window, long nowNanos) {
        if (opener) {
            return segment.isSyn()
                    ? onSynAck(segment, options, nowNanos)
                    : onFourthAck(segment, options, window, nowNanos);
        }
        return segment.isSyn() ? onSyn(options) : onThirdAck(segment, options, window, nowNanos);
    }

    private Verdict onSyn(TcpOptions options) {
        if (!find(options) || !view.isSyn()) {
            return refuse(MpTcprst.MPTCP_SPECIFIC);
        }
        remoteNonce = view.nonce();
        subflow.role().setRemote(view.addressId(), view.isBackup());
        return Verdict.ACCEPT;
    }

    private Verdict onSynAck(TcpView segment, TcpOptions options, long nowNanos) {
        // RFC 8684 3.2: without MP_JOIN in the SYN/ACK, or with a wrong HMAC, the subflow is closed with a RST.
        if (!segment.isAck() || !find(options) || !view.isSynAck()) {
            return refuse(MpTcprst.MPTCP_SPECIFIC);
        }
        byte[] expected = connection.keys().remoteHmac(localNonce, view.nonce());
        connection.count(Counter.JOIN_SYN_ACK_RX);
        if (connection.passiveJoins().isOtherPort(subflow.tcp().tuple(), true)) {
            connection.count(Counter.JOIN_PORT_SYN_ACK_RX);
        }
        if (!MptcpCrypto.isSameHmac(MptcpCrypto.leftmost64(expected), view.truncatedHmac())) {
            connection.count(Counter.JOIN_SYN_ACK_HMAC_FAILURES);
            return refuse(MpTcprst.MPTCP_SPECIFIC);
        }
        remoteNonce = view.nonce();
        answered = true;
        if (view.isBackup()) {
            connection.count(Counter.JOIN_SYN_ACK_BACKUP_RX);
        }
        subflow.role().setRemote(view.addressId(), view.isBackup());
        // RFC 8684 3.2: the third ACK is sent until the fourth arrives.
        schedule(nowNanos);
        return Verdict.ACCEPT;
    }

    private Verdict onThirdAck(TcpView segment, TcpOptions options, long window, long nowNanos) {
        if (!find(options) || !view.isAck()) {
            // RFC 8684 3.2: the RST says "MPTCP-specific error" here and in all cases of this section.
            return refuse(MpTcprst.MPTCP_SPECIFIC);
        }
        byte[] expected = connection.keys().remoteHmac(localNonce, remoteNonce);
        if (!MptcpCrypto.isSameHmac(expected, view.hmac())) {
            connection.count(Counter.JOIN_ACK_HMAC_FAILURES);
            return refuse(MpTcprst.MPTCP_SPECIFIC);
        }
        connection.count(Counter.JOIN_ACK_RX);
        if (connection.passiveJoins().isOtherPort(subflow.tcp().tuple(), false)) {
            connection.count(Counter.JOIN_PORT_ACK_RX);
        }
        DssSignalling afterwards = new DssSignalling(subflow);
        subflow.signalBy(afterwards);
        // RFC 8684 3.2: the fourth ACK tells the opener that its HMAC arrived.
        subflow.tcp().requestAck();
        return afterwards.onSegment(segment, options, window, nowNanos);
    }

    private Verdict onFourthAck(TcpView segment, TcpOptions options, long window, long nowNanos) {
        DssSignalling afterwards = new DssSignalling(subflow);
        subflow.signalBy(afterwards);
        subflow.activate(nowNanos);
        return afterwards.onSegment(segment, options, window, nowNanos);
    }

    @Override
    public long nextDeadline() {
        return deadline;
    }

    @Override
    public void advance(long nowNanos) {
        if (nowNanos < deadline) {
            return;
        }
        if (thirdAcks > LONGEST_BACKOFF) {
            deadline = Deadlines.NEVER;
            connection.count(Counter.JOINS_FAILED);
            subflow.fail(MpTcprst.UNACCEPTABLE_PERFORMANCE, nowNanos);
            return;
        }
        subflow.tcp().requestAck();
        schedule(nowNanos);
    }

    private void schedule(long nowNanos) {
        deadline = nowNanos + (subflow.tcp().retransmissionTimeoutNanos() << thirdAcks);
        thirdAcks++;
    }

    private Verdict refuse(int reason) {
        connection.count(Counter.JOINS_FAILED);
        return subflow.refuse(reason);
    }

    private boolean find(TcpOptions options) {
        for (int i = 0; i < options.mptcpCount(); i++) {
            if (options.mptcpSubtype(i) == MptcpSubtype.MP_JOIN) {
                return view.wrap(options.buffer(), options.mptcpIndex(i), options.mptcpLength(i));
            }
        }
        return false;
    }
}
