package io.mptcp4j.mptcp;

/** How often a SYN asks for MPTCP before one goes without (RFC 8684 3.9.3, 6). Dies with the handshake that owns it. */
final class SynAttempts {
    private final MptcpConnection connection;
    private final Subflow subflow;
    private int sent;

    SynAttempts(Subflow subflow) {
        this.subflow = subflow;
        this.connection = subflow.connection();
    }

    /** Whether the SYN that is about to leave asks for MPTCP; if not, the connection has fallen back. */
    boolean mayAsk() {
        sent++;
        boolean enough = sent > 1 + connection.settings().synRetriesBeforeFallback();
        // Who refuses plain TCP goes on asking until TCP gives up.
        if (!enough || connection.settings().fallbackPolicy() == FallbackPolicy.REFUSE) {
            return true;
        }
        connection.fallback().fallBack(subflow, FallbackReason.SYN_LOST, false);
        subflow.signalBy(new SynWithoutOption(subflow));
        return false;
    }
}
