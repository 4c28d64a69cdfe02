package io.mptcp4j.mptcp;

import io.mptcp4j.wire.mptcp.MptcpCrypto;
import io.mptcp4j.wire.mptcp.MptcpOption;
import java.util.Set;

/** The versions of the protocol that connections can speak, the older one first. */
public enum MptcpVersion {
    /** RFC 6824: keys in SYN and SYN/ACK, SHA-1. What Apple's stack spoke, and Linux before 5.6 with patches. */
    V0(MptcpOption.VERSION_0),

    /** RFC 8684: keys in the third ACK, SHA-256. What Linux speaks since 5.6. */
    V1(MptcpOption.VERSION_1);

    private final int number;
    private final MptcpCrypto crypto;

    MptcpVersion(int number) {
        this.number = number;
        this.crypto = MptcpCrypto.ofVersion(number);
    }

    /** The highest of these, or null when there is none. */
    static MptcpVersion highest(Set<MptcpVersion> versions) {
        return versions.contains(V1) ? V1 : versions.contains(V0) ? V0 : null;
    }

    /** The number that MP_CAPABLE carries. */
    public int number() {
        return number;
    }

    /** What makes tokens, initial data sequence numbers and HMACs of keys. */
    MptcpCrypto crypto() {
        return crypto;
    }

    /** Whether ADD_ADDR carries an HMAC and is echoed (RFC 8684 3.4.1; neither in RFC 6824 3.4.1). */
    boolean provesAddresses() {
        return this != V0;
    }

    /** Whether a RST says why by MP_TCPRST (RFC 8684 3.6; unknown to RFC 6824). */
    boolean givesResetReasons() {
        return this != V0;
    }

    /** Whether MP_PRIO may name an address id in place of the subflow it rides on (RFC 6824 3.3.8; not RFC 8684 3.3.8). */
    boolean namesAddressesInPriorities() {
        return this == V0;
    }

    /** Whether flag C of MP_CAPABLE forbids joins (RFC 8684 3.1) or names an algorithm (RFC 6824 3.1). */
    boolean canForbidJoins() {
        return this != V0;
    }

    /** Whether MP_FASTCLOSE may ride on a RST (RFC 8684 3.5, option R) or on an ACK only (RFC 6824 3.5). */
    boolean fastclosesByReset() {
        return this != V0;
    }

    /** Whether a DSS checksum that was never agreed on is ignored (RFC 6824 3.3) or ends the subflow (RFC 8684 3.3). */
    boolean ignoresNeedlessChecksums() {
        return this == V0;
    }
}
