package io.mptcp4j.tcp;

import io.mptcp4j.metric.StackCounters;
import io.mptcp4j.number.SequenceNumber;
import io.mptcp4j.wire.FourTuple;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The variables of one connection that several of its parts share (RFC 9293 3.3.1), those of the send sequence space
 * first. What belongs to one part alone lives there: RCV.NXT in {@link ReceiveSequence}, the records sent in
 * {@link RetransmissionQueue}.
 */
final class Tcb {
    private static final Logger LOG = LoggerFactory.getLogger(TcpConnection.class);

    final FourTuple tuple;
    TcpSettings settings;
    final StackCounters counters;
    final TcpActivity activity = new TcpActivity();
    final ReceiverRtt receiverRtt = new ReceiverRtt();

    final ExplicitCongestion ecn;

    /** ISS. */
    final int iss;

    /** The oldest sequence number not acknowledged. */
    int sndUna;

    /** The sequence number that is sent next. */
    int sndNxt;

    /** The peer's window in octets from SND.UNA on. */
    long sndWnd;

    /** SEG.SEQ of the segment that last updated the window. */
    int sndWl1;

    /** SEG.ACK of the segment that last updated the window. */
    int sndWl2;

    /** The largest window that the peer ever offered (RFC 9293 3.8.6.2.1: Max(SND.WND)). */
    long maxSndWnd;

    /** The shift that the peer's windows need (RFC 7323 2). */
    int sndShift;

    /** The shift of the windows that we send. */
    int rcvShift;

    /** Payload octets of a segment without options: the least of the peer's MSS, the path's MTU and the settings. */
    int smss;

    /** What the peer's MSS option said. */
    int peerMss;

    boolean sackEnabled;
    boolean timestampsEnabled;
    boolean windowScalingEnabled;

    /** Whether the connection began with a SYN of the peer (passive OPEN). */
    boolean passive;

    /** The user has closed: the FIN leaves as soon as it may. */
    boolean closeRequested;

    /** Whether the FIN was sent; its number is SND.NXT - 1. */
    boolean finSent;

    /** The user reads no more. */
    boolean receiveClosed;

    /** A RST is to leave, then the connection closes. */
    boolean resetRequested;

    /** An ICMP error ended the connection, or came before it was given up. */
    boolean unreachable;

    /** An ICMP error has come since the peer was last heard, and has ended nothing. */
    boolean softError;

    /** What a SYN with octets is answered with. */
    final FastOpen fastOpen = new FastOpen(this);

    /** What goes with our SYN. */
    final FastOpenClient fastOpenClient = new FastOpenClient(this);

    private TcpState state = TcpState.CLOSED;

    Tcb(FourTuple tuple, TcpSettings settings, StackCounters counters, int iss) {
        this.tuple = tuple;
        this.settings = settings;
        this.counters = counters;
        this.iss = iss;
        this.sndUna = iss;
        this.sndNxt = iss;
        this.ecn = new ExplicitCongestion(this);
    }

    TcpState state() {
        return state;
    }

    /** Every transition of the state happens here. */
    void enter(TcpState next) {
        assert next != state : state;
        if (LOG.isDebugEnabled()) {
            LOG.debug("{} {} -> {}", tuple, state, next);
        }
        state = next;
    }

    boolean isClosed() {
        return state == TcpState.CLOSED;
    }

    /** Whether our FIN was sent and acknowledged. */
    boolean isFinAcknowledged() {
        return finSent && sndUna == sndNxt;
    }

    /** The octets that the peer's window still has room for; negative after the window has shrunk. */
    long usableWindow() {
        return sndWnd - (sndNxt - sndUna);
    }

    /**
     * The sequence number of a segment without octets: SND.NXT, unless the peer's window has shrunk to before it, where it
     * would not be accepted.
     */
    int emptySequenceNumber() {
        // RFC 7323 2.4: less than a unit of the window field is rounding; the peer still takes, or has,
        // what it allowed.
        // A number from behind what it has would make it answer instead of listen: if both ends do that, neither hears.
        boolean isRounding = usableWindow() > -(1L << sndShift);
        if (isRounding || !state.isSynchronized()) {
            return sndNxt;
        }
        return sndUna + (int) sndWnd;
    }

    /** Notes the window of a segment, whose acknowledgment lies in SND.UNA..SND.NXT; tells whether it changed. */
    boolean updateWindow(int segSeq, int segAck, long segWnd) {
        // RFC 9293 3.10.7.4, fifth step: old segments do not update the window.
        if (SequenceNumber.lessThan(sndWl1, segSeq) || sndWl1 == segSeq && SequenceNumber.lessOrEqual(sndWl2, segAck)) {
            return setWindow(segSeq, segAck, segWnd);
        }
        return false;
    }

    boolean setWindow(int segSeq, int segAck, long segWnd) {
        boolean changed = segWnd != sndWnd;
        sndWnd = segWnd;
        sndWl1 = segSeq;
        sndWl2 = segAck;
        maxSndWnd = Math.max(maxSndWnd, segWnd);
        return changed;
    }
}
