package io.mptcp4j.mptcp;

import io.mptcp4j.number.Entropy;
import io.mptcp4j.wire.mptcp.MptcpCrypto;
import java.util.Objects;

/** Any key will do. */
public final class RandomKeys implements KeySource {
    private final Entropy entropy;

    /** Keys out of this entropy. */
    public RandomKeys(Entropy entropy) {
        this.entropy = Objects.requireNonNull(entropy, "entropy");
    }

    @Override
    public long draw(MptcpCrypto crypto) {
        return entropy.nextLong();
    }
}
