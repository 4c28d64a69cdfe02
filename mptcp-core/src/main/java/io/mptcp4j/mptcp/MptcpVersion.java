package io.mptcp4j.mptcp;

/** The versions of the protocol that connections can speak. */
public enum MptcpVersion {
    /** RFC 8684: keys in the third ACK, SHA-256. What Linux speaks since 5.6. */
    V1
}
