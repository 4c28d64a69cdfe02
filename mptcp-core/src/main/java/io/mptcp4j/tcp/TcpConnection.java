package io.mptcp4j.tcp;

import io.mptcp4j.congestion.CongestionController;
import io.mptcp4j.metric.StackCounters;
import io.mptcp4j.stream.RangeSet;
import io.mptcp4j.wire.FourTuple;
import io.mptcp4j.wire.TcpOptions;
import io.mptcp4j.wire.TcpView;

/**
 * One TCP connection (RFC 9293), named by its 4-tuple. The facade: the work is done by the classes behind it.
 *
 * <p>A user of the connection calls, in each turn of its loop: {@link #segmentArrives} for each segment, {@link #advance}
 * when {@link #nextDeadline} has passed, then the outputs in this order: {@link #sendPending}, {@link #transmit} as long as
 * there are octets and room, {@link #sendAcknowledgment}. Nothing else sends.
 *
 * <p>Subflow sequence numbers (ssn) at this border are relative: 0 is the SYN, 1 the first octet. Used by the thread that
 * drives the stack alone; time is {@code now} in nanoseconds of a monotonic clock. Nothing here throws because of what the
 * network does.
 */
public final class TcpConnection {
    /**
     * A connection in CLOSED; {@link #open} or {@link #accept} starts it.
     *
     * @param iss the initial send sequence number (RFC 6528)
     * @param timestampOffset what is added to our timestamp clock (RFC 7323 5.4)
     */
    public TcpConnection(
            FourTuple tuple,
            TcpSettings settings,
            UpperLayer upper,
            SegmentOutput output,
            CongestionController.Factory congestion,
            StackCounters counters,
            int iss,
            int timestampOffset) {
        throw new UnsupportedOperationException();
    }

    // ---- user calls

    /** Active OPEN (RFC 9293 3.10.1): SYN-SENT; the SYN leaves in {@link #sendPending}. */
    public void open(long now) {
        throw new UnsupportedOperationException();
    }

    /**
     * Passive OPEN by a SYN that a listener takes: SYN-RECEIVED; the SYN/ACK leaves in {@link #sendPending}. Asks
     * {@link UpperLayer#onSegment} first: DROP closes without a word, RESET with a RST.
     *
     * @param options the parsed options of the SYN
     */
    public void accept(TcpView syn, TcpOptions options, long now) {
        throw new UnsupportedOperationException();
    }

    /**
     * Puts one unit of octets on the wire, now: as many of {@code length} as the congestion window, the peer's window and one
     * (super-)segment allow.
     *
     * @param position the stream position of the first octet; need not follow the previous unit's
     * @param length how many octets are there; they must fit in half of {@code PacketBuffer.MAX_SPANS} spans
     * @param more whether the stream has octets behind these
     * @return the octets taken; 0 when held back: not established, window, Nagle, or silly window avoidance
     */
    public int transmit(long position, int length, boolean more, long now) {
        throw new UnsupportedOperationException();
    }

    /**
     * A pure ACK, with the options that the layer above then gives, leaves in the next {@link #sendAcknowledgment}. A single
     * segment of data that leaves before takes its place; a super-segment does not.
     */
    public void requestAck() {
        throw new UnsupportedOperationException();
    }

    /**
     * An empty segment before the window leaves in the next {@link #sendAcknowledgment}: any receiver answers it with an ACK
     * that tells its window (RFC 9293 3.8.4, 3.8.6.1).
     */
    public void sendProbe(long now) {
        throw new UnsupportedOperationException();
    }

    /** CLOSE (RFC 9293 3.10.4): a FIN behind all octets transmitted. Receiving goes on. Idempotent. */
    public void close(long now) {
        throw new UnsupportedOperationException();
    }

    /**
     * The user reads no more. After {@link #close} FIN-WAIT-2 is then limited in time, so that a peer that never closes holds
     * nothing here.
     */
    public void closeReceive(long now) {
        throw new UnsupportedOperationException();
    }

    /**
     * ABORT (RFC 9293 3.10.5): the RST leaves in the next {@link #sendPending}, which closes the connection and calls
     * {@link UpperLayer#onClosed}. From now on segments are ignored and nothing else is sent.
     */
    public void reset(long now) {
        throw new UnsupportedOperationException();
    }

    /** CLOSED at once, without a word to the peer; calls {@link UpperLayer#onClosed}. */
    public void abandon(long now) {
        throw new UnsupportedOperationException();
    }

    // ---- inputs

    /** SEGMENT ARRIVES (RFC 9293 3.10.7). The checksum is right; the options are those of the segment. */
    public void segmentArrives(TcpView segment, TcpOptions options, long now) {
        throw new UnsupportedOperationException();
    }

    /** The path takes packets of this many octets only (RFC 1191, RFC 8201), as a validated ICMP message said. */
    public void onPathMtu(int mtu, long now) {
        throw new UnsupportedOperationException();
    }

    /**
     * A validated ICMP message called the destination unreachable (RFC 9293 3.9.2.2).
     *
     * @param hard whether the kind of error will not pass: ends an attempt to connect
     */
    public void onUnreachable(boolean hard, long now) {
        throw new UnsupportedOperationException();
    }

    /** Does what the timers that have expired ask for. */
    public void advance(long now) {
        throw new UnsupportedOperationException();
    }

    /** When {@link #advance} is to be called next; {@code Long.MAX_VALUE}: never. */
    public long nextDeadline() {
        throw new UnsupportedOperationException();
    }

    // ---- outputs

    /** Sends what goes before new octets: SYN, RST, retransmissions, FIN; at most {@code budget} packets. */
    public void sendPending(long now, int budget) {
        throw new UnsupportedOperationException();
    }

    /** Sends the acknowledgments that are due and have not left on data; the last call of a turn. */
    public void sendAcknowledgment(long now) {
        throw new UnsupportedOperationException();
    }

    /** Whether {@link #sendPending} or {@link #sendAcknowledgment} would send something now. */
    public boolean hasPending() {
        throw new UnsupportedOperationException();
    }

    // ---- queries

    /** The state. */
    public TcpState state() {
        throw new UnsupportedOperationException();
    }

    /** The 4-tuple. */
    public FourTuple tuple() {
        throw new UnsupportedOperationException();
    }

    /** Whether the connection is CLOSED. */
    public boolean isClosed() {
        return state() == TcpState.CLOSED;
    }

    /** Whether the connection is in TIME-WAIT. */
    public boolean isTimeWait() {
        return state() == TcpState.TIME_WAIT;
    }

    /** Whether an ICMP error ended the attempt to connect. */
    public boolean isUnreachable() {
        throw new UnsupportedOperationException();
    }

    /** The octets that congestion window and peer's window allow to {@link #transmit} now; 0 or more. */
    public long sendRoom() {
        throw new UnsupportedOperationException();
    }

    /** The peer's window in octets, counted from SND.UNA, with its scale applied. */
    public long sendWindow() {
        throw new UnsupportedOperationException();
    }

    /** Whether octets or a FIN are not cumulatively acknowledged. */
    public boolean hasOutstanding() {
        throw new UnsupportedOperationException();
    }

    /** The octets not cumulatively acknowledged (a FIN counts one). */
    public long outstandingOctets() {
        throw new UnsupportedOperationException();
    }

    /** The octets believed to be in the network (RFC 6675: pipe). */
    public long octetsInFlight() {
        throw new UnsupportedOperationException();
    }

    /** The lowest stream position not cumulatively acknowledged; {@code Long.MAX_VALUE} when there is none. */
    public long lowestOutstanding() {
        throw new UnsupportedOperationException();
    }

    /** Adds the stream positions of all octets not cumulatively acknowledged; answers until {@code onClosed} returns. */
    public void outstandingRanges(RangeSet into) {
        throw new UnsupportedOperationException();
    }

    /** RCV.NXT relative to IRS: everything before has been handed up. */
    public int receivedInOrderSsn() {
        throw new UnsupportedOperationException();
    }

    /** Payload octets of a full segment without options (SMSS). */
    public int maximumSegmentSize() {
        throw new UnsupportedOperationException();
    }

    /** The smoothed round-trip time in nanoseconds; 0 before the first sample. */
    public long smoothedRttNanos() {
        throw new UnsupportedOperationException();
    }

    /** The round-trip time's variation in nanoseconds. */
    public long rttVarianceNanos() {
        throw new UnsupportedOperationException();
    }

    /** The least round-trip time seen in nanoseconds; 0 before the first sample. */
    public long minimumRttNanos() {
        throw new UnsupportedOperationException();
    }

    /** The retransmission timeout in nanoseconds, backed off. */
    public long retransmissionTimeoutNanos() {
        throw new UnsupportedOperationException();
    }

    /** The congestion controller. */
    public CongestionController congestion() {
        throw new UnsupportedOperationException();
    }

    /** Octets of payload transmitted for the first time. */
    public long octetsSent() {
        throw new UnsupportedOperationException();
    }

    /** Octets of payload handed up. */
    public long octetsReceived() {
        throw new UnsupportedOperationException();
    }

    /** Segments retransmitted; those of a super-segment count one by one. */
    public long segmentsRetransmitted() {
        throw new UnsupportedOperationException();
    }

    /** Octets of payload retransmitted. */
    public long octetsRetransmitted() {
        throw new UnsupportedOperationException();
    }

    /** Retransmission timeouts since the peer last acknowledged something new. */
    public int consecutiveTimeouts() {
        throw new UnsupportedOperationException();
    }

    /** Whether both ends use selective acknowledgment. */
    public boolean isSackEnabled() {
        throw new UnsupportedOperationException();
    }

    /** Whether both ends use timestamps. */
    public boolean hasTimestamps() {
        throw new UnsupportedOperationException();
    }

    /** ISS. */
    public int initialSendSequence() {
        throw new UnsupportedOperationException();
    }

    /** IRS. */
    public int initialReceiveSequence() {
        throw new UnsupportedOperationException();
    }
}
