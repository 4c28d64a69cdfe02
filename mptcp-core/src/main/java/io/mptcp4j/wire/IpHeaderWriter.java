package io.mptcp4j.wire;

import io.netty.buffer.ByteBuf;

/** Writes IP headers without options or extension headers, the octets that {@link Ipv4View} and {@link Ipv6View} read. */
public final class IpHeaderWriter {
    /** The time to live and hop limit that hosts start with. */
    public static final int DEFAULT_HOP_LIMIT = 64;

    private static final int IPV4_FIRST = 0x45;
    private static final int DONT_FRAGMENT = 0x4000;
    private static final int IPV6_VERSION = 6;

    private IpHeaderWriter() {}

    /**
     * Writes 20 octets of IPv4 header, DF set, with its checksum.
     *
     * @param into borrowed
     * @param transportLength octets behind the header
     * @param identification the lower 16 bits count
     * @param trafficClass DSCP and ECN
     * @return 20
     */
    public static int writeIpv4(
            ByteBuf into,
            int index,
            int transportLength,
            int protocol,
            int source,
            int destination,
            int identification,
            int trafficClass,
            int timeToLive) {
        int totalLength = Ipv4View.MINIMUM_HEADER + transportLength;
        assert totalLength <= 0xffff : totalLength;
        int word0 = IPV4_FIRST << 24 | (trafficClass & 0xff) << 16 | totalLength;
        int word4 = identification << 16 | DONT_FRAGMENT;
        int word8 = timeToLive << 24 | (protocol & 0xff) << 16;
        long sum = Integer.toUnsignedLong(word0)
                + Integer.toUnsignedLong(word4)
                + Integer.toUnsignedLong(word8)
                + Integer.toUnsignedLong(source)
                + Integer.toUnsignedLong(destination);
        into.setInt(index, word0);
        into.setInt(index + 4, word4);
        into.setInt(index + 8, word8 | Checksum.complement(Checksum.fold(sum)));
        into.setInt(index + 12, source);
        into.setInt(index + 16, destination);
        return Ipv4View.MINIMUM_HEADER;
    }

    /**
     * Writes 40 octets of IPv6 header.
     *
     * @param into borrowed
     * @param transportLength octets behind the header
     * @param flowLabel the lower 20 bits count
     * @param trafficClass DSCP and ECN
     * @return 40
     */
    public static int writeIpv6(
            ByteBuf into,
            int index,
            int transportLength,
            int protocol,
            IpAddress source,
            IpAddress destination,
            int flowLabel,
            int trafficClass,
            int hopLimit) {
        assert transportLength <= 0xffff : transportLength;
        into.setInt(index, IPV6_VERSION << 28 | (trafficClass & 0xff) << 20 | flowLabel & 0xfffff);
        into.setInt(index + 4, transportLength << 16 | (protocol & 0xff) << 8 | hopLimit & 0xff);
        into.setLong(index + 8, source.high());
        into.setLong(index + 16, source.low());
        into.setLong(index + 24, destination.high());
        into.setLong(index + 32, destination.low());
        return Ipv6View.HEADER;
    }
}
