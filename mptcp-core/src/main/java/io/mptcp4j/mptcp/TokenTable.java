package io.mptcp4j.mptcp;

import io.netty.util.collection.IntObjectHashMap;
import java.util.Objects;

/** The connections of a host by the token that names them in MP_JOIN (RFC 8684 3.2). */
public final class TokenTable {
    private final IntObjectHashMap<MptcpConnection> connections = new IntObjectHashMap<>();
    private final KeySource keySource;

    /** An empty table, whose connections get their keys from this source. */
    public TokenTable(KeySource keySource) {
        this.keySource = Objects.requireNonNull(keySource, "keySource");
    }

    /** The connection with this token, or null. */
    public MptcpConnection find(int token) {
        return connections.get(token);
    }

    /** How many connections have a token. */
    public int count() {
        return connections.size();
    }

    /**
     * Draws a key whose token no other connection has (RFC 8684 3.1: hard to guess, and unique for this host), and enters
     * the connection under it.
     */
    ConnectionKeys register(MptcpConnection connection, MptcpVersion version) {
        ConnectionKeys keys;
        do {
            keys = new ConnectionKeys(version, keySource.draw(version.crypto()));
        } while (keys.localToken() == 0 || connections.containsKey(keys.localToken()));
        connections.put(keys.localToken(), connection);
        return keys;
    }

    /** Enters the connection under a key that its peer knows already; null when another connection has its token. */
    ConnectionKeys register(MptcpConnection connection, MptcpVersion version, long key) {
        ConnectionKeys keys = new ConnectionKeys(version, key);
        if (keys.localToken() == 0 || connections.containsKey(keys.localToken())) {
            return null;
        }
        connections.put(keys.localToken(), connection);
        return keys;
    }

    /** Whether a key that is derived, not drawn, would do for a connection of this version. */
    public boolean suits(MptcpVersion version, long key) {
        return keySource.suits(version.crypto(), key);
    }

    /** Forgets a token. */
    void remove(int token) {
        connections.remove(token);
    }
}
