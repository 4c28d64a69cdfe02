package io.mptcp4j.tcp;

import io.mptcp4j.wire.TcpFlags;

/** RSTs that are to leave in the next output step. */
final class Resets {
    private final Tcb tcb;
    private final ReceiveSequence receive;
    private final SegmentSender sender;
    private final Lifecycle lifecycle;

    private boolean silent;
    private int seq;
    private int ack;
    private int flags;
    private boolean replyPending;
    private int replySeq;

    Resets(Tcb tcb, ReceiveSequence receive, SegmentSender sender, Lifecycle lifecycle) {
        this.tcb = tcb;
        this.receive = receive;
        this.sender = sender;
        this.lifecycle = lifecycle;
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
        silent = false;
        seq = resetSeq;
        ack = resetAck;
        flags = resetFlags;
        tcb.resetRequested = true;
    }

    /** {@code <SEQ=SEG.ACK><CTL=RST>}; the connection goes on. */
    void reply(int segAck) {
        replyPending = true;
        replySeq = segAck;
    }

    boolean hasWork() {
        return tcb.resetRequested || replyPending;
    }

    /** Sends what is to be sent; the connection may be CLOSED afterwards. */
    void send(long now) {
        if (replyPending) {
            replyPending = false;
            sender.sendReset(replySeq, 0, 0);
        }
        if (tcb.resetRequested) {
            if (!silent) {
                sender.sendReset(seq, ack, flags);
            }
            lifecycle.close(now);
        }
    }
}
