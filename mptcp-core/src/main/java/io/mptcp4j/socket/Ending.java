package io.mptcp4j.socket;

import io.mptcp4j.mptcp.CloseCause;
import io.mptcp4j.mptcp.FallbackReason;

/**
 * How a connection ended.
 *
 * @param cause why
 * @param afterPeersEnd whether everything that the peer sent had been received before
 * @param fallback why the connection would have had to be plain TCP
 * @param stackEnd what ended the whole stack; null when the connection ended by itself
 */
record Ending(CloseCause cause, boolean afterPeersEnd, FallbackReason fallback, Throwable stackEnd) {
    /** Whether both sides finished in good order. */
    boolean isOrderly() {
        return cause == CloseCause.NORMAL && stackEnd == null;
    }
}
