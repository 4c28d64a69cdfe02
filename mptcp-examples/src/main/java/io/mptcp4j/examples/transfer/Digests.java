package io.mptcp4j.examples.transfer;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The digest of the protocol. */
public final class Digests {
    /** Octets of a digest. */
    static final int LENGTH = 32;

    private Digests() {}

    /** A fresh SHA-256. */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
