package io.mptcp4j.stack;

import io.mptcp4j.number.Entropy;
import io.mptcp4j.wire.FourTuple;

/** Chooses where the sequence numbers and timestamps of a connection begin. */
final class InitialSequence {
    private static final long NANOS_A_TICK = 4_000;

    private final SipHash sequenceHash;
    private final SipHash timestampHash;

    InitialSequence(Entropy entropy) {
        this.sequenceHash = SipHash.draw(entropy);
        this.timestampHash = SipHash.draw(entropy);
    }

    /** The ISS of a connection that begins now. */
    int sequenceNumber(FourTuple tuple, long nowNanos) {
        // RFC 6528 3, RFC 9293 3.4.1 (MUST-8, MUST-9): ISN = M + F(4-tuple, secret key), where M is a clock of 4
        // microseconds and F
        // a pseudorandom function.
        return (int) (nowNanos / NANOS_A_TICK) + (int) hash(sequenceHash, tuple);
    }

    /** What is added to the timestamp clock of a connection; constant for a 4-tuple. */
    int timestampOffset(FourTuple tuple) {
        // RFC 7323 5.4: the timestamp clock may start at a random offset that others cannot foretell.
        return (int) hash(timestampHash, tuple);
    }

    private static long hash(SipHash function, FourTuple tuple) {
        return function.of(tuple.localAddress(), tuple.localPort(), tuple.remoteAddress(), tuple.remotePort());
    }
}
