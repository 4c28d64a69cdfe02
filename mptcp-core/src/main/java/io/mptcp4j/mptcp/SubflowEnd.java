package io.mptcp4j.mptcp;

import io.mptcp4j.wire.mptcp.MpFastclose;
import io.mptcp4j.wire.mptcp.MpTcprst;
import io.netty.buffer.ByteBuf;

/** How a subflow ends when it does not end in order: what our RST says (RFC 8684 3.5, 3.6), and what the peer's said. */
final class SubflowEnd {
    private boolean failed;
    private boolean reset;
    private int peerReason = Subflow.NO_REASON;
    private int reason = MpTcprst.UNSPECIFIED;
    private boolean fastclose;

    /** It ends by anything else than an orderly close. */
    void onFailed() {
        failed = true;
    }

    /** It ends with a RST of ours that gives this reason. */
    void onFailed(int resetReason) {
        failed = true;
        reason = resetReason;
    }

    /** Our RST carries MP_FASTCLOSE. */
    void onFastclose() {
        fastclose = true;
    }

    /** The peer reset it, for this reason or {@link Subflow#NO_REASON}. */
    void onReset(int reasonOfPeer) {
        failed = true;
        reset = true;
        peerReason = reasonOfPeer;
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

    /** RFC 8684 3.6: octets of options on our RST of a subflow that speaks MPTCP. */
    int optionLength(int room) {
        int length = fastclose ? MpFastclose.LENGTH : MpTcprst.LENGTH;
        return reason == MpTcprst.UNSPECIFIED && !fastclose || length > room ? 0 : length;
    }

    /** Writes the option just announced. */
    void writeOption(ByteBuf into, int index, ConnectionKeys keys) {
        if (fastclose) {
            // RFC 8684 3.5: the peer's key proves that it is us.
            MpFastclose.write(into, index, keys.remoteKey());
        } else {
            MpTcprst.write(into, index, isTransient(reason), reason);
        }
    }

    /** RFC 8684 3.6: flag T, when the path may be tried again. */
    private static boolean isTransient(int reason) {
        return reason == MpTcprst.LACK_OF_RESOURCES
                || reason == MpTcprst.TOO_MUCH_OUTSTANDING_DATA
                || reason == MpTcprst.UNACCEPTABLE_PERFORMANCE;
    }
}
