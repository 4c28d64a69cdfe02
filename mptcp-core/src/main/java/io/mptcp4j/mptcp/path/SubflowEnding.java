package io.mptcp4j.mptcp.path;

/**
 * How a subflow ended.
 *
 * @param failed whether by anything else than an orderly close
 * @param reason what the peer's RST gave as reason (RFC 8684 3.6), or {@link #NO_REASON}
 * @param isTransient whether the peer's RST said that the subflow may be tried again (flag T)
 */
public record SubflowEnding(boolean failed, int reason, boolean isTransient) {
    /** The peer sent no RST, or gave no reason. */
    public static final int NO_REASON = -1;

    /** It was closed in order. */
    public static final SubflowEnding ORDERLY = new SubflowEnding(false, NO_REASON, false);

    /** It failed, and the peer did not say why. */
    public static final SubflowEnding FAILED = new SubflowEnding(true, NO_REASON, false);

    /** RFC 8684 3.6: the peer gave a reason that stays; trying again soon is of no use. */
    public boolean isForGood() {
        return failed && reason > 0 && !isTransient;
    }
}
