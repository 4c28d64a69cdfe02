/**
 * One TCP connection of RFC 9293, named by its 4-tuple: sequence space, recovery, round-trip time. It holds no octets and
 * no receive window of its own; those belong to the layer above, behind {@link io.mptcp4j.tcp.UpperLayer}.
 *
 * <p>Must not know MPTCP: an option of kind 30 is a place in the header that the layer above reads. Main type:
 * {@code TcpConnection}.
 */
package io.mptcp4j.tcp;
