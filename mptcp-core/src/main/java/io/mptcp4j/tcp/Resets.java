package io.mptcp4j.tcp;

import io.mptcp4j.wire.TcpFlags;

/** RSTs that are to leave in the next output step. */
final class Resets {
    /** RFC 8684 3.5 recommends to announce a reset once and 3 times more. */
    static final int MOST_ANNOUNCEMENTS = 4;

    private final Tcb tcb;
    private final ReceiveSequence receive;
    private final SegmentSender sender;
    private final Lifecycle lifecycle;
    private final RttEstimator rtt;

    private boolean announced;
    private int announcements;
    private long announceAt;
    private boolean silent;
    private int seq;
    private int ack;
    private int flags;
    private boolean replyPending;
    private int replySeq;

    Resets(Tcb tcb, ReceiveSequence receive, SegmentSender sender, Lifecycle lifecycle, RttEstimator rtt) {
        this.tcb = tcb;
        this.receive = receive;
        this.sender = sender;
        this.lifecycle = lifecycle;
        this.rtt = rtt;
    }

    /** ABORT by the user. */
    void closeOurs() {
        switch (tcb.state()) {
            // RFC 9293 3.10.5: SYN-SENT, CLOSING, LAST-ACK and TIME-WAIT end without a RST.
            case SYN_SENT, CLOSING, LAST_ACK, TIME_WAIT -> {
                silent = true;
                tcb.resetRequested = true;
            }
            // RFC 9293 3.10.5: <SEQ=SND.NXT><CTL=RST>, here with the acknowledgment that middleboxes like to see.
            default -> closeOnSegment();
        }
    }

    /** The layer above refuses what a segment brought: RST from SND.NXT, then CLOSED. */
    void closeOnSegment() {
        close(tcb.emptySequenceNumber(), receive.rcvNxt(), TcpFlags.ACK);
    }

    /** This RST, then CLOSED. */
    void close(int resetSeq, int resetAck, int resetFlags) {
        announced = false;
        silent = false;
        seq = resetSeq;
        ack = resetAck;
        flags = resetFlags;
        tcb.resetRequested = true;
    }

    /**
     * ABORT, of which an ACK tells first, with the options of the layer above; repeated when the peer does not answer with a
     * RST, and in the end ours.
     */
    void announce(long now) {
        announced = true;
        announcements = 0;
        announceAt = now;
        tcb.resetRequested = true;
    }

    /** Whether the RST waits for that of the peer. */
    boolean isAnnounced() {
        return announced;
    }

    /** When an announcement, or the RST, is due; {@code Long.MAX_VALUE} for never. */
    long nextDeadline() {
        return announced ? announceAt : TcpTimers.NEVER;
    }

    /** {@code <SEQ=SEG.ACK><CTL=RST>}; the connection goes on. */
    void reply(int segAck) {
        replyPending = true;
        replySeq = segAck;
    }

    boolean hasWork() {
        return tcb.resetRequested && !announced || replyPending;
    }

    /** Sends what is to be sent; the connection may be CLOSED afterwards. */
    void send(long now) {
        if (replyPending) {
            replyPending = false;
            sender.sendReset(replySeq, 0, 0, now);
        }
        if (announced && now >= announceAt) {
            announceOnce(now);
        }
        if (tcb.resetRequested && !announced) {
            if (!silent) {
                sender.sendReset(seq, ack, flags, now);
            }
            lifecycle.close(now);
        }
    }

    /** Whether the stack has an answer left for what may be a forged RST, SYN or ACK (RFC 5961 7). */
    boolean mayChallenge(long now) {
        return sender.mayChallenge(now);
    }

    private void announceOnce(long now) {
        if (announcements == MOST_ANNOUNCEMENTS) {
            closeOnSegment();
            return;
        }
        sender.sendAck(now);
        announceAt = now + (rtt.timeout() << announcements);
        announcements++;
    }
}
