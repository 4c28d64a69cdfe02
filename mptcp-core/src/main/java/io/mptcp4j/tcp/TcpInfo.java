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
 * @param announcedSegmentSize what ours said, or would say on this path now
 * @param pathMtu octets of the longest packet that leaves
 * @param retransmissionTimeoutNanos the retransmission timeout, with its back-off (RFC 6298)
 * @param consecutiveTimeouts timeouts since something was last acknowledged
 * @param smoothedRttNanos SRTT; 0 before the first sample
 * @param rttVarianceNanos RTTVAR
 * @param minimumRttNanos the least sample; 0 before the first
 * @param receiverRttNanos the round-trip time as whoever receives octets sees it; 0 while nothing is known
 * @param timeouts retransmission timeouts ever
 * @param congestionControl the name of the algorithm
 * @param congestionWindow octets that may be in flight
 * @param slowStartThreshold octets; {@code Long.MAX_VALUE} before the first loss
 * @param pacingRate octets a second as the congestion controller names it; {@code Long.MAX_VALUE} when it leaves that to the window
 * @param recovering whether a loss is being repaired (RFC 5681 3.2, RFC 6675)
 * @param reorderingSeen whether the path has been seen to reorder (RFC 8985 6.2)
 * @param deliveryRate octets a second that were delivered by the last acknowledgment; 0 where the congestion control does not
 *     ask for it
 * @param deliveryRateLimited whether that was less than the path may carry, for want of octets to send
 * @param sendWindow octets that the peer takes from SND.UNA on
 * @param receiveWindow octets that we have told the peer to be taken from RCV.NXT on
 * @param octetsUnacknowledged octets sent and not acknowledged cumulatively
 * @param octetsSelectivelyAcknowledged those of them that SACK has reported
 * @param octetsLost those of them that are judged lost
 * @param octetsRepeated those of them that were sent again, and have not been reported
 * @param octetsInFlight those of them that are neither selectively acknowledged nor lost
 * @param segmentsSent segments sent, retransmissions and empty ones included
 * @param segmentsReceived packets received; super-segments, which the kernel joined, count as one
 * @param dataSegmentsSent segments with payload sent
 * @param dataSegmentsReceived packets with payload received
 * @param octetsSent octets of payload sent, without retransmissions
 * @param octetsAcknowledged octets of payload acknowledged cumulatively
 * @param octetsOfSynAcknowledged those of them that left with the SYN (RFC 7413)
 * @param octetsReceived octets of payload received, duplicates not counted
 * @param segmentsOutOfOrder segments received that left a gap before them
 * @param segmentsRetransmitted segments sent again
 * @param octetsRetransmitted octets sent again
 * @param duplicateReports reports of the peer that something came twice (RFC 2883)
 * @param busyNanos time in which octets were outstanding
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
        int announcedSegmentSize,
        int pathMtu,
        long retransmissionTimeoutNanos,
        int consecutiveTimeouts,
        long smoothedRttNanos,
        long rttVarianceNanos,
        long minimumRttNanos,
        long receiverRttNanos,
        long timeouts,
        String congestionControl,
        long congestionWindow,
        long slowStartThreshold,
        long pacingRate,
        boolean recovering,
        boolean reorderingSeen,
        long deliveryRate,
        boolean deliveryRateLimited,
        long sendWindow,
        long receiveWindow,
        long octetsUnacknowledged,
        long octetsSelectivelyAcknowledged,
        long octetsLost,
        long octetsRepeated,
        long octetsInFlight,
        long segmentsSent,
        long segmentsReceived,
        long dataSegmentsSent,
        long dataSegmentsReceived,
        long octetsSent,
        long octetsAcknowledged,
        long octetsOfSynAcknowledged,
        long octetsReceived,
        long segmentsOutOfOrder,
        long segmentsRetransmitted,
        long octetsRetransmitted,
        long duplicateReports,
        long busyNanos,
        long sinceDataSentNanos,
        long sinceDataReceivedNanos,
        long sinceAckReceivedNanos) {

    /** Takes down what is known now. */
    static TcpInfo of(
            TcpConnection tcp,
            Tcb tcb,
            LossRecovery recovery,
            ReceiveSequence receive,
            PathMtu pathMtu,
            DeliveryRate rate,
            long now) {
        TcpActivity activity = tcb.activity;
        RetransmissionQueue queue = tcp.queue;
        boolean finOutstanding = tcb.finSent && !tcb.isFinAcknowledged();
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
                pathMtu.announcedMss(),
                pathMtu.packetSize(),
                tcp.retransmissionTimeoutNanos(),
                tcp.consecutiveTimeouts(),
                tcp.smoothedRttNanos(),
                tcp.rttVarianceNanos(),
                tcp.minimumRttNanos(),
                tcp.receiverRttNanos(),
                activity.timeouts(),
                tcp.congestion().name(),
                tcp.congestion().window(),
                tcp.congestion().slowStartThreshold(),
                tcp.congestion().pacingRate(),
                recovery.isRecovering(),
                recovery.hasSeenReordering(),
                rate.octetsPerSecond(),
                rate.isApplicationLimited(),
                tcp.sendWindow(),
                receive.advertisedWindow(),
                tcp.outstandingOctets(),
                queue.sackedOctets(),
                queue.lostOctets(),
                queue.retransmittedOctets(),
                tcp.octetsInFlight(),
                activity.segmentsSent(),
                activity.segmentsReceived(),
                activity.dataSegmentsSent(),
                activity.dataSegmentsReceived(),
                tcp.octetsSent(),
                tcp.octetsSent() - tcp.outstandingOctets() + (finOutstanding ? 1 : 0),
                tcb.fastOpenClient.acknowledged(),
                tcp.octetsReceived(),
                activity.outOfOrder(),
                tcp.segmentsRetransmitted(),
                tcp.octetsRetransmitted(),
                activity.duplicateReports(),
                activity.busyNanos(now),
                activity.sinceDataSent(now),
                activity.sinceDataReceived(now),
                activity.sinceAckReceived(now));
    }
}
