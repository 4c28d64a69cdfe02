package io.mptcp4j.device;

/**
 * What a device does for the stack.
 *
 * @param checksumOffload outgoing TCP checksums may be left partial ({@link PacketBuffer#setPartialChecksum})
 * @param segmentationOffloadIpv4 outgoing IPv4 super-segments are taken
 * @param segmentationOffloadIpv6 outgoing IPv6 super-segments are taken
 * @param maxSuperSegment the longest outgoing IP packet that is taken for segmentation, in octets, at most 65535
 */
public record DeviceCapabilities(
        boolean checksumOffload,
        boolean segmentationOffloadIpv4,
        boolean segmentationOffloadIpv6,
        int maxSuperSegment) {
    /** A device that takes whole packets only. */
    public static final DeviceCapabilities NONE = new DeviceCapabilities(false, false, false, 0);

    private static final int LONGEST_IP_PACKET = 65_535;

    /** Checks that the parts agree. */
    public DeviceCapabilities {
        if (maxSuperSegment < 0 || maxSuperSegment > LONGEST_IP_PACKET) {
            throw new IllegalArgumentException("maxSuperSegment is 0 to 65535: " + maxSuperSegment);
        }
        if ((segmentationOffloadIpv4 || segmentationOffloadIpv6) && !checksumOffload) {
            throw new IllegalArgumentException("segmentation offload needs checksum offload");
        }
    }
}
