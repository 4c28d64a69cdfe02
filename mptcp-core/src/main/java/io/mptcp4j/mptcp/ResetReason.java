package io.mptcp4j.mptcp;

import io.mptcp4j.wire.mptcp.MpTcprst;

/** What the reasons of a RST mean (RFC 8684 3.6). The reasons themselves are in {@link MpTcprst}. */
public final class ResetReason {
    private ResetReason() {}

    /** Whether a RST of ours with this reason has flag T: what stands in the way may pass, so the path may be tried again. */
    public static boolean isTransient(int reason) {
        return reason == MpTcprst.UNSPECIFIED
                || reason == MpTcprst.LACK_OF_RESOURCES
                || reason == MpTcprst.TOO_MUCH_OUTSTANDING_DATA
                || reason == MpTcprst.UNACCEPTABLE_PERFORMANCE;
    }
}
