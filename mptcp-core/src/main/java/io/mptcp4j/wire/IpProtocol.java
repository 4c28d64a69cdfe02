package io.mptcp4j.wire;

/** Protocol numbers that this stack knows (IPv4's protocol field, IPv6's next header). */
public final class IpProtocol {
    /** ICMP for IPv4 (RFC 792). */
    public static final int ICMP = 1;

    /** TCP (RFC 9293). */
    public static final int TCP = 6;

    /** ICMP for IPv6 (RFC 4443). */
    public static final int ICMPV6 = 58;

    private IpProtocol() {}
}
