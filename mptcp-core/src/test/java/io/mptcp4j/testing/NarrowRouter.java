package io.mptcp4j.testing;

import io.mptcp4j.wire.IpAddress;

/** A router before a link of a smaller MTU: larger segments do not pass, which it tells by ICMP, or does not. */
public final class NarrowRouter implements Middlebox {
    private static final IpAddress IPV4 = IpAddress.parse("192.0.2.1");
    private static final IpAddress IPV6 = IpAddress.parse("2001:db8::1");
    private static final int UNREACHABLE_V4 = 3;
    private static final int FRAGMENTATION_NEEDED = 4;
    private static final int PACKET_TOO_BIG_V6 = 2;
    private static final int IPV4_HEADERS = 40;
    private static final int IPV6_HEADERS = 60;

    private final boolean tells;
    private int mtu;
    private int dropped;
    private int largest;

    /** A router for packets of up to {@code mtu} octets. */
    public NarrowRouter(int mtu, boolean tells) {
        this.mtu = mtu;
        this.tells = tells;
    }

    /** The route changes. */
    public void setMtu(int octets) {
        mtu = octets;
        largest = 0;
    }

    /** Segments that did not pass. */
    public int dropped() {
        return dropped;
    }

    /** The largest packet that has passed since the MTU was set. */
    public int largest() {
        return largest;
    }

    @Override
    public void forward(Segment segment, Direction direction, long nowNanos, Output output) {
        boolean ipv4 = segment.source().isIpv4();
        int length = (ipv4 ? IPV4_HEADERS : IPV6_HEADERS) + segment.optionsLength() + segment.payloadLength();
        if (length <= mtu) {
            largest = Math.max(largest, length);
            output.send(segment, direction);
            return;
        }
        dropped++;
        if (tells) {
            byte[] quoted = segment.toBytes();
            byte[] error = ipv4
                    ? IcmpPacket.error(IPV4, segment.source(), UNREACHABLE_V4, FRAGMENTATION_NEEDED, mtu, quoted)
                    : IcmpPacket.error(IPV6, segment.source(), PACKET_TOO_BIG_V6, 0, mtu, quoted);
            output.sendPacket(error, direction == Direction.A_TO_B ? Direction.B_TO_A : Direction.A_TO_B);
        }
    }
}
