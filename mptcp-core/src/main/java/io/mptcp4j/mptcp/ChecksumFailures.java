package io.mptcp4j.mptcp;

/** What follows when a mapping does not sum up (RFC 8684 3.7). */
final class ChecksumFailures {
    private final MptcpConnection connection;

    /** The subflow on which a mapping was wrong, until the input is dealt with; null when there is none. */
    private Subflow suspect;

    ChecksumFailures(MptcpConnection connection) {
        this.connection = connection;
    }

    /** A mapping on this subflow does not sum up. */
    void onWrong(Subflow subflow) {
        suspect = subflow;
    }

    /** The batch is dealt with, TCP's part in it too. */
    void onInputDone(long nowNanos) {
        if (suspect == null) {
            return;
        }
        Subflow subflow = suspect;
        suspect = null;
        MappedUnit wrong = subflow.receiver().wrong();
        if (wrong != null) {
            // RFC 8684 3.7: nobody knows what else was changed, so that the subflow must be closed at once.
            subflow.failByChecksum(connection.data().receivedDsn(wrong.position), nowNanos);
        }
    }
}
