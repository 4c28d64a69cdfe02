package io.mptcp4j.mptcp;

/** What the two ends call the addresses of a subflow (RFC 8684 3.2: address IDs), and for what they want to use it. */
final class SubflowRole {
    private int localId;
    private int remoteId;
    private boolean backupLocally;
    private boolean backupRemotely;

    void setLocal(int addressId, boolean backup) {
        localId = addressId;
        backupLocally = backup;
    }

    void setRemote(int addressId, boolean backup) {
        remoteId = addressId;
        backupRemotely = backup;
    }

    void setBackupLocally(boolean backup) {
        backupLocally = backup;
    }

    /** RFC 8684 3.3.8: the peer asked by flag B of MP_JOIN or by MP_PRIO. */
    void setBackupRemotely(boolean backup) {
        backupRemotely = backup;
    }

    int localId() {
        return localId;
    }

    int remoteId() {
        return remoteId;
    }

    boolean isBackupLocally() {
        return backupLocally;
    }

    boolean isBackup() {
        return backupLocally || backupRemotely;
    }
}
