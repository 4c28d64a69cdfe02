package io.mptcp4j.mptcp;

import io.mptcp4j.wire.IpAddress;
import io.mptcp4j.wire.mptcp.MptcpCrypto;

/**
 * The keys of a connection and what follows from them (RFC 8684 3.1, 3.2; by SHA-1 in version 0): tokens, initial data
 * sequence numbers and the HMACs that let subflows join. Keys are secrets: they are never printed.
 */
final class ConnectionKeys {
    private final MptcpVersion version;
    private final MptcpCrypto crypto;
    private final long localKey;
    private final int localToken;
    private final long localIdsn;
    private long remoteKey;
    private int remoteToken;
    private long remoteIdsn;
    private boolean complete;

    ConnectionKeys(MptcpVersion version, long localKey) {
        this.version = version;
        this.crypto = version.crypto();
        this.localKey = localKey;
        this.localToken = crypto.token(localKey);
        this.localIdsn = crypto.idsn(localKey);
    }

    /** The peer has told its key. */
    void setRemoteKey(long key) {
        remoteKey = key;
        remoteToken = crypto.token(key);
        remoteIdsn = crypto.idsn(key);
        complete = true;
    }

    /** The version whose rules make tokens, numbers and HMACs of the keys. */
    MptcpVersion version() {
        return version;
    }

    boolean isComplete() {
        return complete;
    }

    long localKey() {
        return localKey;
    }

    long remoteKey() {
        return remoteKey;
    }

    int localToken() {
        return localToken;
    }

    int remoteToken() {
        return remoteToken;
    }

    long localIdsn() {
        return localIdsn;
    }

    long remoteIdsn() {
        return remoteIdsn;
    }

    /** The HMAC that we send: RFC 8684 3.2, key = own key then the peer's, message = own nonce then the peer's. */
    byte[] localHmac(int localNonce, int remoteNonce) {
        return crypto.hmac(localKey, remoteKey, localNonce, remoteNonce);
    }

    /** The HMAC that the peer must send. */
    byte[] remoteHmac(int localNonce, int remoteNonce) {
        return crypto.hmac(remoteKey, localKey, remoteNonce, localNonce);
    }

    /** What proves that an ADD_ADDR comes from us (RFC 8684 3.4.1). */
    long localAddAddrHmac(int addressId, IpAddress address, int port) {
        return crypto.addAddrHmac(localKey, remoteKey, addressId, address, port);
    }

    /** What must prove that an ADD_ADDR comes from the peer; {@code asIpv4}: whether the option has 4 octets of address. */
    long remoteAddAddrHmac(int addressId, boolean asIpv4, IpAddress address, int port) {
        return crypto.addAddrHmac(remoteKey, localKey, addressId, asIpv4, address, port);
    }

    @Override
    public String toString() {
        return "ConnectionKeys[token " + Integer.toHexString(localToken) + "]";
    }
}
