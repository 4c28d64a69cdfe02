/**
 * Views over the octets of packets: IPv4, IPv6, TCP, ICMP; TCP options; checksums; addresses; a packet printer.
 *
 * <p>No state and no policy: {@code wrap} validates once, after that getters cannot fail, and a view judges nothing.
 */
package io.mptcp4j.wire;
