package io.mptcp4j.mptcp;

import io.mptcp4j.wire.TcpOptions;
import io.mptcp4j.wire.mptcp.MpFail;
import io.mptcp4j.wire.mptcp.MpFastclose;
import io.mptcp4j.wire.mptcp.MpTcprst;
import io.mptcp4j.wire.mptcp.MptcpSubtype;
import io.netty.buffer.ByteBuf;

/** How a subflow ends when it does not end in order: what our RST says (RFC 8684 3.5, 3.6), and what the peer's said. */
final class SubflowEnd {
    private boolean failed;
    private boolean reset;
    private int peerReason = Subflow.NO_REASON;
    private boolean peerTransient;
    private int reason = Subflow.NO_REASON;
    private boolean fastclose;
    private boolean checksumFailed;
    private boolean reasoned;
    private long failedDsn;
    private boolean told;

    /** Whether nobody has been told yet that it ends; once. */
    boolean isNews() {
        boolean news = !told;
        told = true;
        return news;
    }

    /** It ends by anything else than an orderly close. */
    void onFailed() {
        failed = true;
    }

    /** It ends with a RST of ours that gives this reason. */
    void onFailed(int resetReason) {
        failed = true;
        reason = resetReason;
    }

    /** It ends with a RST of ours that carries MP_FAIL (RFC 8684 3.7). */
    void onChecksumFailed(long dsn) {
        // RFC 8684 3.6: "for example, this may be sent if the checksum does not validate".
        onFailed(MpTcprst.MIDDLEBOX_INTERFERENCE);
        checksumFailed = true;
        failedDsn = dsn;
    }

    /** Our RST carries MP_FASTCLOSE, where that exists. */
    void onFastclose(MptcpVersion version) {
        fastclose = version.fastclosesByReset();
    }

    /** The peer reset it; the options of its RST may say why. */
    void onReset(TcpOptions options) {
        failed = true;
        reset = true;
        MpTcprst view = new MpTcprst();
        for (int i = 0; i < options.mptcpCount(); i++) {
            if (options.mptcpSubtype(i) == MptcpSubtype.MP_TCPRST
                    && view.wrap(options.buffer(), options.mptcpIndex(i), options.mptcpLength(i))) {
                peerReason = view.reason();
                peerTransient = view.isTransient();
                return;
            }
        }
    }

    /** Whether our RST carries MP_FASTCLOSE. */
    boolean isFastclose() {
        return fastclose;
    }

    boolean hasFailed() {
        return failed;
    }

    /** Whether the peer reset it. */
    boolean wasReset() {
        return reset;
    }

    /** The peer's reason; {@link Subflow#NO_REASON} when it gave none. */
    int peerReason() {
        return peerReason;
    }

    /** Whether the peer's RST had flag T: the subflow may be tried again. */
    boolean isTransient() {
        return peerTransient;
    }

    /** Our reason; {@link Subflow#NO_REASON} when there was no RST of ours, or none with a reason. */
    int reason() {
        return reason;
    }

    /** RFC 8684 3.6: octets of options on our RST of a subflow that speaks MPTCP; version 0 gives no reasons. */
    int optionLength(ConnectionKeys keys, int room) {
        reasoned = keys.version().givesResetReasons();
        int length = fastclose ? MpFastclose.LENGTH : failLength() + (reasoned ? MpTcprst.LENGTH : 0);
        return reason == Subflow.NO_REASON && !fastclose || length > room ? 0 : length;
    }

    private int failLength() {
        return checksumFailed ? MpFail.LENGTH : 0;
    }

    /** Whether our RST carries MP_FAIL. */
    boolean isFail() {
        return checksumFailed && !fastclose;
    }

    /** Writes the option just announced. */
    void writeOption(ByteBuf into, int index, ConnectionKeys keys) {
        if (fastclose) {
            // RFC 8684 3.5: the peer's key proves that it is us.
            MpFastclose.write(into, index, keys.remoteKey());
        } else {
            int at = checksumFailed ? index + MpFail.write(into, index, failedDsn) : index;
            if (reasoned) {
                MpTcprst.write(into, at, ResetReason.isTransient(reason), reason);
            }
        }
    }
}
