package io.mptcp4j.socket;

import io.mptcp4j.tcp.TcpState;
import java.net.InetSocketAddress;

/**
 * What was known about a subflow at one moment.
 *
 * @param local our address and port
 * @param remote the peer's address and port
 * @param state the state of its TCP connection
 * @param usable whether octets may be sent on it: its handshake is complete and it has not failed
 * @param backup whether one of the ends wants it used only when there is no other (RFC 8684 3.3.8)
 * @param smoothedRttNanos the smoothed round-trip time (RFC 6298); 0 before the first sample
 * @param congestionWindow octets that may be in flight
 * @param octetsInFlight octets that are
 * @param octetsSent octets of payload sent, without retransmissions
 * @param octetsReceived octets of payload received, duplicates not counted
 * @param segmentsRetransmitted segments sent again
 * @param octetsRetransmitted octets sent again
 */
public record SubflowInfo(
        InetSocketAddress local,
        InetSocketAddress remote,
        TcpState state,
        boolean usable,
        boolean backup,
        long smoothedRttNanos,
        long congestionWindow,
        long octetsInFlight,
        long octetsSent,
        long octetsReceived,
        long segmentsRetransmitted,
        long octetsRetransmitted) {}
