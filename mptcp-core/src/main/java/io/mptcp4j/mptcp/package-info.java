/**
 * One MPTCP connection over its subflows (RFC 8684): handshakes, data sequence space, mappings, reinjection, close and
 * fallback. Plain TCP is the case of one subflow whose mapping is infinite from the first octet.
 *
 * <p>Must not know devices, packets' IP headers, clocks or threads, and never touches the inside of a TCP connection. Main
 * type: {@link io.mptcp4j.mptcp.MptcpConnection}.
 */
package io.mptcp4j.mptcp;
