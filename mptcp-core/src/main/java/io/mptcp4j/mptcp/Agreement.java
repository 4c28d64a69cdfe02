package io.mptcp4j.mptcp;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.path.RemoteAddress;
import io.mptcp4j.wire.FourTuple;

/** What both ends of a connection know of each other to speak MPTCP (RFC 8684 3.1): the keys, and whether options come through. */
final class Agreement {
    private final MptcpConnection connection;
    private ConnectionKeys keys;
    private boolean confirmed;
    private boolean joinForbidden;
    private boolean released;

    Agreement(MptcpConnection connection) {
        this.connection = connection;
    }

    /** The connection shall be MPTCP: it gets its key and its token. */
    void drawKeys(MptcpVersion version) {
        keys = connection.host().tokens().register(connection, version);
    }

    /** The peer was told this key before the connection began; false when the token of that is another's. */
    boolean takeKey(MptcpVersion version, long key) {
        keys = connection.host().tokens().register(connection, version, key);
        return keys != null;
    }

    /** The peer has told its key. */
    void onRemoteKey(long key, boolean forbidsJoins) {
        if (keys.isComplete()) {
            return;
        }
        keys.setRemoteKey(key);
        joinForbidden = forbidsJoins;
        // RFC 8684 B.2: octets of SYNs lie before the data sequence space, whose first octet follows them.
        EarlyOctets early = connection.earlyOctets();
        connection.data().setIdsns(keys.localIdsn() - early.sent(), keys.remoteIdsn() - early.received());
    }

    /** RFC 8684 3.1: a DSS came through the first subflow, so that others may be added. */
    void onConfirmed() {
        if (confirmed || !connection.isMptcp()) {
            return;
        }
        confirmed = true;
        connection.count(Counter.MPTCP_ESTABLISHED);
        connection.count(Counter.MPTCP_CURRENTLY_ESTABLISHED);
        connection.host().events().onEstablished(connection);
        FourTuple tuple = connection.subflow(0).tcp().tuple();
        if (!joinForbidden) {
            connection.signals().addInitialRemote(new RemoteAddress(tuple.remoteAddress(), tuple.remotePort(), 0));
        }
        connection.paths().onConfirmed();
    }

    /** The connection is over. */
    void release() {
        if (confirmed && !released) {
            connection.host().counters().add(Counter.MPTCP_CURRENTLY_ESTABLISHED, -1);
        }
        released = true;
    }

    /** No join is expected any more. */
    void forgetToken() {
        if (keys != null && connection.host().tokens().find(keys.localToken()) == connection) {
            connection.host().tokens().remove(keys.localToken());
        }
    }

    /** Our key and, once it is complete, the peer's; null when MPTCP was never asked for. */
    ConnectionKeys keys() {
        return keys;
    }

    /** Whether both keys are known. */
    boolean hasBothKeys() {
        return keys != null && keys.isComplete();
    }

    boolean isConfirmed() {
        return confirmed;
    }

    /** Whether the peer takes no joins at the address and port of the first subflow (RFC 8684 3.1, flag C). */
    boolean isJoinForbidden() {
        return joinForbidden;
    }
}
