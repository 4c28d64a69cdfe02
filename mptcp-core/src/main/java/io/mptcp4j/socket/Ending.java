package io.mptcp4j.socket;

import io.mptcp4j.mptcp.CloseCause;

/**
 * How a connection ended.
 *
 * @param cause why
 * @param afterPeersEnd whether everything that the peer sent had been received before
 * @param stackEnd what ended the whole stack; null when the connection ended by itself
 */
record Ending(CloseCause cause, boolean afterPeersEnd, Throwable stackEnd) {
    /** Whether both sides finished in good order. */
    boolean isOrderly() {
        return cause == CloseCause.NORMAL && stackEnd == null;
    }
}
