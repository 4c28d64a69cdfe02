package io.mptcp4j.mptcp;

import io.mptcp4j.number.Entropy;
import io.mptcp4j.wire.mptcp.MptcpCrypto;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Draws random keys until the token of one names this server. Each key is as hard to guess as one out of all keys of the
 * group divided by its servers: with 256 of them 56 bits of a key are its own.
 */
public final class ServerNamedKeys implements KeySource {
    /**
     * Keys drawn for one that fits, in multiples of what it takes on the average. After so many the last one is taken as it
     * is: its connection is as good as any, but a join of it may go to another server and die there. That befalls one
     * connection of 10^13.
     */
    static final int MAXIMUM_EFFORT = 32;

    private static final int KEYS_AT_ONCE = 64;

    private final ServerName name;
    private final Entropy entropy;
    private final ByteBuffer candidates = ByteBuffer.allocate(KEYS_AT_ONCE * Long.BYTES);

    /** Keys out of this entropy for the server of this name. */
    public ServerNamedKeys(ServerName name, Entropy entropy) {
        this.name = Objects.requireNonNull(name, "name");
        this.entropy = Objects.requireNonNull(entropy, "entropy");
        candidates.limit(0);
    }

    @Override
    public long draw(MptcpCrypto crypto) {
        long key = next();
        for (int left = (MAXIMUM_EFFORT << name.bits()) - 1; left > 0 && !name.isNamedBy(crypto.token(key)); left--) {
            key = next();
        }
        return key;
    }

    @Override
    public boolean suits(MptcpCrypto crypto, long key) {
        return name.isNamedBy(crypto.token(key));
    }

    private long next() {
        if (!candidates.hasRemaining()) {
            entropy.nextBytes(candidates.array());
            candidates.clear();
        }
        return candidates.getLong();
    }
}
