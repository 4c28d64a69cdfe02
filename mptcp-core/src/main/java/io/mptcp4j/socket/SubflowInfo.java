package io.mptcp4j.socket;

import io.mptcp4j.tcp.TcpInfo;
import io.mptcp4j.tcp.TcpState;
import java.net.InetSocketAddress;

/**
 * What was known about a subflow at one moment.
 *
 * @param id names the subflow within its connection; the first one has 0
 * @param initiator whether this end opened it
 * @param localId our address ID (RFC 8684 3.2)
 * @param remoteId the peer's address ID
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
 * @param peerReason why the peer reset it (RFC 8684 3.6), or {@link io.mptcp4j.mptcp.Subflow#NO_REASON}
 * @param peerReasonIsTransient whether the peer's RST said that the subflow may be tried again (flag T)
 * @param tcp its TCP connection in detail
 */
public record SubflowInfo(
        int id,
        boolean initiator,
        int localId,
        int remoteId,
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
        long octetsRetransmitted,
        int peerReason,
        boolean peerReasonIsTransient,
        TcpInfo tcp) {}
