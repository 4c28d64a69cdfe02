package io.mptcp4j.mptcp;

import io.mptcp4j.wire.mptcp.MpTcprst;

/** What becomes of a SYN with MP_JOIN, and what the RST says that refuses it (RFC 8684 3.2, 3.6). */
public enum JoinVerdict {
    /** It may go on. */
    ACCEPTED(MpTcprst.UNSPECIFIED),

    /** The connection wants no more subflows, or none here. */
    PROHIBITED(MpTcprst.PROHIBITED),

    /** The stack has too many subflows, or too many come at once. */
    NO_RESOURCES(MpTcprst.LACK_OF_RESOURCES);

    private final int reason;

    JoinVerdict(int reason) {
        this.reason = reason;
    }

    /** The reason of MP_TCPRST. */
    public int reason() {
        return reason;
    }
}
