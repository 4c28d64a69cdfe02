package io.mptcp4j.stack;

import io.mptcp4j.number.Entropy;
import io.mptcp4j.wire.IpAddress;

/**
 * SipHash-2-4 (Aumasson, Bernstein) under a secret key: a pseudorandom function that is quick on short input and
 * allocates nothing. Who does not know the key can neither foretell a value nor find collisions.
 *
 * <p>The input is always five 64-bit words, which hold a 4-tuple.
 */
final class SipHash {
    private static final int INPUT_OCTETS = 40;

    private final long key0;
    private final long key1;
    private long v0;
    private long v1;
    private long v2;
    private long v3;

    SipHash(long key0, long key1) {
        this.key0 = key0;
        this.key1 = key1;
    }

    /** A function under a fresh key. */
    static SipHash draw(Entropy entropy) {
        return new SipHash(entropy.nextLong(), entropy.nextLong());
    }

    /** The value for two addresses and two ports. */
    long of(IpAddress local, int localPort, IpAddress remote, int remotePort) {
        return of(local.high(), local.low(), remote.high(), remote.low(), ports(localPort, remotePort));
    }

    /** The value for five words, as if they lay in memory in little-endian order. */
    long of(long a, long b, long c, long d, long e) {
        v0 = key0 ^ 0x736f6d6570736575L;
        v1 = key1 ^ 0x646f72616e646f6dL;
        v2 = key0 ^ 0x6c7967656e657261L;
        v3 = key1 ^ 0x7465646279746573L;
        absorb(a);
        absorb(b);
        absorb(c);
        absorb(d);
        absorb(e);
        absorb((long) INPUT_OCTETS << 56);
        v2 ^= 0xff;
        round();
        round();
        round();
        round();
        return v0 ^ v1 ^ v2 ^ v3;
    }

    /** Both ports in one word. */
    static long ports(int localPort, int remotePort) {
        return (long) localPort << 16 | remotePort;
    }

    private void absorb(long word) {
        v3 ^= word;
        round();
        round();
        v0 ^= word;
    }

    private void round() {
        v0 += v1;
        v2 += v3;
        v1 = Long.rotateLeft(v1, 13) ^ v0;
        v3 = Long.rotateLeft(v3, 16) ^ v2;
        v0 = Long.rotateLeft(v0, 32);
        v2 += v1;
        v0 += v3;
        v1 = Long.rotateLeft(v1, 17) ^ v2;
        v3 = Long.rotateLeft(v3, 21) ^ v0;
        v2 = Long.rotateLeft(v2, 32);
    }
}
