package io.mptcp4j.testing;

/** Which way a packet goes over a path. */
public enum Direction {
    /** From the first host of the path, usually the client, to the second. */
    A_TO_B,
    /** From the second host to the first. */
    B_TO_A;

    /** The other way. */
    public Direction reverse() {
        return this == A_TO_B ? B_TO_A : A_TO_B;
    }
}
