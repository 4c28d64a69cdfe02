package io.mptcp4j.tcp;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.wire.TcpFlags;
import io.mptcp4j.wire.TcpOptions;
import io.mptcp4j.wire.TcpView;

/** OPEN, CLOSE and ABORT (RFC 9293 3.10.1, 3.10.4, 3.10.5). They change state; segments leave in the output step. */
final class UserCalls {
    private final Tcb tcb;
    private final ReceiveSequence receive;
    private final Acknowledgments acknowledgments;
    private final Handshake handshake;
    private final Lifecycle lifecycle;
    private final UpperLayer upper;
    private final Resets resets;

    UserCalls(
            Tcb tcb,
            ReceiveSequence receive,
            Acknowledgments acknowledgments,
            Handshake handshake,
            Lifecycle lifecycle,
            UpperLayer upper,
            Resets resets) {
        this.tcb = tcb;
        this.receive = receive;
        this.acknowledgments = acknowledgments;
        this.handshake = handshake;
        this.lifecycle = lifecycle;
        this.upper = upper;
        this.resets = resets;
    }

    void open() {
        requireUnused();
        // RFC 9293 3.10.1: <SEQ=ISS><CTL=SYN>, SYN-SENT.
        tcb.enter(TcpState.SYN_SENT);
        handshake.start();
    }

    void accept(TcpView syn, TcpOptions options, long now) {
        requireUnused();
        tcb.passive = true;
        // RFC 9293 3.10.7.2, third step: RCV.NXT is SEG.SEQ + 1, SYN-RECEIVED. Text on the SYN is left to
        // be sent again.
        receive.start(syn.sequenceNumber());
        tcb.enter(TcpState.SYN_RECEIVED);
        tcb.ecn.onPeerSyn(syn);
        handshake.onPeerSyn(options, receive.rcvNxt(), now);
        acknowledgments.onMaximumSegmentSize(tcb.smss);
        tcb.setWindow(syn.sequenceNumber(), tcb.iss, syn.window());
        handshake.start();
        switch (upper.onSegment(syn, options, syn.window(), now)) {
            // The SYN/ACK leaves in the output step.
            case ACCEPT -> takeOctets(syn, now);
            case DROP -> lifecycle.close(now);
            // RFC 9293 3.10.7.1: a SYN is refused with <SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>.
            case RESET -> resets.close(0, syn.sequenceNumber() + syn.segmentLength(), TcpFlags.ACK);
        }
    }

    /** RFC 7413 4.2.2, server, step 4: the octets of the SYN are buffered, and the application learns of them. */
    private void takeOctets(TcpView syn, long now) {
        int length = syn.payloadLength();
        if (length == 0 || !tcb.fastOpen.takesOctets()) {
            return;
        }
        receive.advertise(0, tcb.smss);
        int first = syn.sequenceNumber() + 1;
        if (receive.accept(first, syn.buffer(), syn.payloadIndex(), length) == ReceiveSequence.Arrival.IN_ORDER) {
            tcb.fastOpen.onOpened();
            tcb.counters.count(Counter.FAST_OPEN_PASSIVE);
            upper.onEstablished(now);
        }
    }

    private void requireUnused() {
        if (!tcb.isClosed() || tcb.sndNxt != tcb.iss) {
            throw new IllegalStateException("a connection is opened once: " + tcb.tuple + " is " + tcb.state());
        }
    }

    void close(long now) {
        if (tcb.closeRequested || tcb.resetRequested) {
            return;
        }
        switch (tcb.state()) {
            // RFC 9293 3.10.4: in SYN-SENT the TCB is deleted.
            case SYN_SENT -> {
                tcb.closeRequested = true;
                lifecycle.close(now);
            }
            // RFC 9293 3.10.4: in SYN-RECEIVED the CLOSE is queued until ESTABLISHED.
            case SYN_RECEIVED -> tcb.closeRequested = true;
            case ESTABLISHED -> {
                tcb.closeRequested = true;
                tcb.enter(TcpState.FIN_WAIT_1);
            }
            case CLOSE_WAIT -> {
                tcb.closeRequested = true;
                tcb.enter(TcpState.LAST_ACK);
            }
            default -> {
                // RFC 9293 3.10.4: closed before.
            }
        }
    }

    void closeReceive(long now) {
        tcb.receiveClosed = true;
        lifecycle.limitFinWait2(now);
    }

    void reset() {
        if (!tcb.isClosed() && (!tcb.resetRequested || resets.isAnnounced())) {
            resets.closeOurs();
        }
    }
}
