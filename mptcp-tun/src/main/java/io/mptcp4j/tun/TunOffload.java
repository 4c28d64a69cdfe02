package io.mptcp4j.tun;

/**
 * What a TUN device and the kernel leave to each other, from nothing to most. With any but {@link #NONE} the kernel
 * takes partial checksums and super-segments from us; the steps differ in what it hands to us.
 */
public enum TunOffload {
    /** Whole packets with complete checksums, both ways. */
    NONE(false, 0),
    /** The kernel takes super-segments, and hands over whole packets with complete checksums. */
    OUTGOING(true, 0),
    /** As {@link #OUTGOING}, and the kernel hands over IPv4 super-segments, and packets with partial checksums. */
    SEGMENTATION_IPV4(true, 0x3),
    /** As {@link #SEGMENTATION_IPV4}, and for IPv6 too. */
    SEGMENTATION(true, 0x7);

    private final boolean virtioHeader;
    private final int flags;

    TunOffload(boolean virtioHeader, int flags) {
        this.virtioHeader = virtioHeader;
        this.flags = flags;
    }

    boolean hasVirtioHeader() {
        return virtioHeader;
    }

    /** The argument of TUNSETOFFLOAD. */
    int flags() {
        return flags;
    }

    /** The next lesser offload; {@link #NONE} of {@link #NONE}. */
    TunOffload less() {
        return this == NONE ? NONE : values()[ordinal() - 1];
    }
}
