package io.mptcp4j.mptcp;

import io.mptcp4j.wire.mptcp.MptcpCrypto;

/**
 * Where the keys of connections come from (RFC 8684 3.1: hard to guess). A source may choose among random keys by their
 * tokens, as {@link ServerNamedKeys} does; whether a token is unique in this host is for {@link TokenTable} to see.
 */
@FunctionalInterface
public interface KeySource {
    /**
     * A key that was never given before.
     *
     * @param crypto the hash that makes a token of it
     */
    long draw(MptcpCrypto crypto);

    /** Whether a key that comes from elsewhere would do as well; of random ones any does. */
    default boolean suits(MptcpCrypto crypto, long key) {
        return true;
    }
}
