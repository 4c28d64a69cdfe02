package io.mptcp4j.tcp;

/**
 * What was known about a TCP connection at one moment: what {@code TCP_INFO} tells of the kernel's, in octets and
 * nanoseconds. Times since something are -1 when it has never happened.
 *
 * @param state the state (RFC 9293 3.3.2)
 * @param timestamps whether both ends use timestamps (RFC 7323 3)
 * @param selectiveAcknowledgments whether both ends use SACK (RFC 2018)
 * @param ecn whether both ends use explicit congestion notification (RFC 3168 6.1.1)
 * @param ecnSeen whether octets have come in a packet that could be marked, or was: the path lets codepoints through
 * @param deliveredCe segments of ours that were acknowledged with ECE
 * @param receivedCe packets with octets that had been marked; super-segments, which the kernel joined, count as one
 * @param sendWindowShift the shift of the peer's windows (RFC 7323 2)
 * @param receiveWindowShift the shift of ours
 * @param maximumSegmentSize octets of payload of a segment without options
 * @param peerMaximumSegmentSize what the peer's MSS option said
 * @param retransmissionTimeoutNanos the retransmission timeout, with its back-off (RFC 6298)
 * @param consecutiveTimeouts timeouts since something was last acknowledged
 * @param smoothedRttNanos SRTT; 0 before the first sample
 * @param rttVarianceNanos RTTVAR
 * @param minimumRttNanos the least sample; 0 before the first
 * @param congestionControl the name of the algorithm
 * @param congestionWindow octets that may be in flight
 * @param slowStartThreshold octets; {@code Long.MAX_VALUE} before the first loss
 * @param pacingRate octets a second; {@code Long.MAX_VALUE} when nothing is paced
 * @param recovering whether a loss is being repaired (RFC 5681 3.2, RFC 6675)
 * @param sendWindow octets that the peer takes from SND.UNA on
 * @param octetsUnacknowledged octets sent and not acknowledged cumulatively
 * @param octetsInFlight those of them that are neither selectively acknowledged nor lost
 * @param segmentsSent segments sent, retransmissions and empty ones included
 * @param segmentsReceived packets received; super-segments, which the kernel joined, count as one
 * @param dataSegmentsSent segments with payload sent
 * @param dataSegmentsReceived packets with payload received
 * @param octetsSent octets of payload sent, without retransmissions
 * @param octetsReceived octets of payload received, duplicates not counted
 * @param segmentsRetransmitted segments sent again
 * @param octetsRetransmitted octets sent again
 * @param sinceDataSentNanos time since octets were last sent
 * @param sinceDataReceivedNanos time since octets last arrived
 * @param sinceAckReceivedNanos time since an acknowledgment last arrived
 */
public record TcpInfo(
        TcpState state,
        boolean timestamps,
        boolean selectiveAcknowledgments,
        boolean ecn,
        boolean ecnSeen,
        long deliveredCe,
        long receivedCe,
        int sendWindowShift,
        int receiveWindowShift,
        int maximumSegmentSize,
        int peerMaximumSegmentSize,
        long retransmissionTimeoutNanos,
        int consecutiveTimeouts,
        long smoothedRttNanos,
        long rttVarianceNanos,
        long minimumRttNanos,
        String congestionControl,
        long congestionWindow,
        long slowStartThreshold,
        long pacingRate,
        boolean recovering,
        long sendWindow,
        long octetsUnacknowledged,
        long octetsInFlight,
        long segmentsSent,
        long segmentsReceived,
        long dataSegmentsSent,
        long dataSegmentsReceived,
        long octetsSent,
        long octetsReceived,
        long segmentsRetransmitted,
        long octetsRetransmitted,
        long sinceDataSentNanos,
        long sinceDataReceivedNanos,
        long sinceAckReceivedNanos) {

    /** Takes down what is known now. */
    static TcpInfo of(TcpConnection tcp, Tcb tcb, boolean recovering, long now) {
        TcpActivity activity = tcb.activity;
        return new TcpInfo(
                tcb.state(),
                tcb.timestampsEnabled,
                tcb.sackEnabled,
                tcb.ecn.isEnabled(),
                tcb.ecn.isSeen(),
                tcb.ecn.delivered(),
                tcb.ecn.received(),
                tcb.sndShift,
                tcb.rcvShift,
                tcp.maximumSegmentSize(),
                tcb.peerMss,
                tcp.retransmissionTimeoutNanos(),
                tcp.consecutiveTimeouts(),
                tcp.smoothedRttNanos(),
                tcp.rttVarianceNanos(),
                tcp.minimumRttNanos(),
                tcp.congestion().name(),
                tcp.congestion().window(),
                tcp.congestion().slowStartThreshold(),
                tcp.congestion().pacingRate(),
                recovering,
                tcp.sendWindow(),
                tcp.outstandingOctets(),
                tcp.octetsInFlight(),
                activity.segmentsSent(),
                activity.segmentsReceived(),
                activity.dataSegmentsSent(),
                activity.dataSegmentsReceived(),
                tcp.octetsSent(),
                tcp.octetsReceived(),
                tcp.segmentsRetransmitted(),
                tcp.octetsRetransmitted(),
                activity.sinceDataSent(now),
                activity.sinceDataReceived(now),
                activity.sinceAckReceived(now));
    }
}
