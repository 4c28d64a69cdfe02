package io.mptcp4j.tcp;

import io.mptcp4j.congestion.CongestionController;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.metric.DropReason;
import io.mptcp4j.number.SequenceNumber;
import io.mptcp4j.wire.TcpOptions;
import io.mptcp4j.wire.TcpView;

/**
 * SEGMENT ARRIVES (RFC 9293 3.10.7), one method a step in the order of the text. Each step says whether the next one follows.
 * Nothing is sent here: what is owed is noted and leaves in the output step.
 */
final class SegmentArrives {
    private final Tcb tcb;
    private final UpperLayer upper;
    private final ReceiveSequence receive;
    private final Acknowledgments acknowledgments;
    private final Timestamps timestamps;
    private final Handshake handshake;
    private final Resets resets;
    private final Lifecycle lifecycle;
    private final AcknowledgmentStep acknowledgmentStep;
    private final CongestionController congestion;
    private final AckRateLimit rateLimit = new AckRateLimit();

    private TcpView segment;
    private TcpOptions options;
    private long now;
    private int segSeq;
    private int segAck;
    private int segLen;
    private long lastHeardAt;

    SegmentArrives(
            Tcb tcb,
            UpperLayer upper,
            ReceiveSequence receive,
            Acknowledgments acknowledgments,
            Timestamps timestamps,
            Handshake handshake,
            Resets resets,
            Lifecycle lifecycle,
            AcknowledgmentStep acknowledgmentStep,
            CongestionController congestion) {
        this.tcb = tcb;
        this.upper = upper;
        this.receive = receive;
        this.acknowledgments = acknowledgments;
        this.timestamps = timestamps;
        this.handshake = handshake;
        this.resets = resets;
        this.lifecycle = lifecycle;
        this.acknowledgmentStep = acknowledgmentStep;
        this.congestion = congestion;
    }

    void arrive(TcpView arrived, TcpOptions arrivedOptions, long nowNanos) {
        if (tcb.isClosed() || tcb.resetRequested && !resets.isAnnounced()) {
            drop(DropReason.CLOSED);
            return;
        }
        segment = arrived;
        options = arrivedOptions;
        now = nowNanos;
        segSeq = arrived.sequenceNumber();
        segAck = arrived.acknowledgmentNumber();
        segLen = arrived.segmentLength();
        tcb.activity.onReceived(arrived.payloadLength(), arrived.isAck(), now);
        if (tcb.resetRequested) {
            resetAnnounced();
        } else if (tcb.state() == TcpState.SYN_SENT) {
            synSent();
        } else {
            otherStates();
        }
        segment = null;
        options = null;
    }

    /** When an acceptable segment last arrived. */
    long lastHeardAt() {
        return lastHeardAt;
    }

    /** The connection is over for us; the peer may know already. */
    private void resetAnnounced() {
        if (segment.isRst() && receive.isAcceptable(segSeq, segLen)) {
            // In the window is enough: nothing is left that a forged RST could harm.
            reset(false);
        } else if (!segment.isRst() && upper.onSegment(segment, options, 0, now) == Verdict.RESET) {
            resets.closeOnSegment();
        } else {
            drop(DropReason.CLOSED);
        }
    }

    // ---- RFC 9293 3.10.7.3: SYN-SENT

    private void synSent() {
        if (synSentCheckAck() && synSentCheckRst()) {
            synSentCheckSyn();
        }
    }

    private boolean synSentCheckAck() {
        // RFC 9293 3.10.7.3, first: an ACK of what was not sent draws a RST, and is discarded.
        if (segment.isAck()
                && (SequenceNumber.lessOrEqual(segAck, tcb.iss) || SequenceNumber.greaterThan(segAck, tcb.sndNxt))) {
            if (!segment.isRst()) {
                resets.reply(segAck);
            }
            return drop(DropReason.BAD_ACKNOWLEDGMENT);
        }
        return true;
    }

    private boolean synSentCheckRst() {
        if (!segment.isRst()) {
            return true;
        }
        // RFC 9293 3.10.7.3, second: only a RST that acknowledges our SYN counts.
        if (!segment.isAck()) {
            return drop(DropReason.BAD_RESET);
        }
        reset(true);
        return false;
    }

    private void synSentCheckSyn() {
        // RFC 9293 3.10.7.3, fourth and fifth.
        if (!segment.isSyn()) {
            drop(DropReason.NO_ACKNOWLEDGMENT);
            return;
        }
        receive.start(segSeq);
        tcb.ecn.onPeerSyn(segment);
        handshake.onPeerSyn(options, receive.rcvNxt(), now);
        acknowledgments.onMaximumSegmentSize(tcb.smss);
        if (segment.isAck()) {
            answered();
        }
        // RFC 7323 2.2: the window of a segment with SYN is not scaled.
        if (!askUpper(segment.window())) {
            return;
        }
        lastHeardAt = now;
        if (segment.isAck()) {
            tcb.sndUna = segAck;
            tcb.setWindow(segSeq, segAck, segment.window());
            acknowledgments.require();
            establish();
        } else {
            // RFC 9293 3.5, figure 7: both ends have sent a SYN; answer with SYN,ACK.
            tcb.setWindow(segSeq, tcb.iss, segment.window());
            tcb.enter(TcpState.SYN_RECEIVED);
            handshake.repeat();
        }
    }

    /** RFC 7413 4.2.2: octets of our SYN that are not acknowledged with it are sent again, as if they had never left. */
    private void answered() {
        if (!tcb.passive) {
            tcb.fastOpenClient.onAnswered(segAck - tcb.iss - 1, options, now);
            tcb.sndNxt = segAck;
        }
    }

    private void establish() {
        handshake.onEstablished(options, congestion, now);
        tcb.enter(TcpState.ESTABLISHED);
        lifecycle.startKeepAlive(now);
        if (!tcb.fastOpen.isOpened()) {
            upper.onEstablished(now);
        }
        if (tcb.closeRequested && tcb.state() == TcpState.ESTABLISHED) {
            // RFC 9293 3.10.4: a CLOSE in SYN-RECEIVED waits for ESTABLISHED.
            tcb.enter(TcpState.FIN_WAIT_1);
        }
    }

    // ---- RFC 9293 3.10.7.4: other states

    private void otherStates() {
        if (tcb.state() == TcpState.SYN_RECEIVED && isSynAgain()) {
            synReceivedSynAgain();
            return;
        }
        if (checkTimestamps() && checkSequenceNumber() && checkRst() && checkSyn() && checkAck()) {
            // Sixth step, URG: urgent octets are ordinary octets of the stream here (RFC 9293 3.8.5:
            // for new applications).
            processText();
            checkFin();
        }
    }

    private boolean isSynAgain() {
        return segment.isSyn() && !segment.isRst() && segSeq == receive.irs();
    }

    private void synReceivedSynAgain() {
        boolean acceptable = segment.isAck()
                && SequenceNumber.lessThan(tcb.sndUna, segAck)
                && SequenceNumber.lessOrEqual(segAck, tcb.sndNxt);
        if (acceptable) {
            answered();
            // RFC 9293 3.5, figure 7, line 6: the SYN,ACK of a simultaneous open establishes the connection.
            if (askUpper(segment.window())) {
                lastHeardAt = now;
                synReceivedEstablish(segment.window());
                acknowledgments.require();
            }
        } else if (rateLimit.tryAcquire(now)) {
            // Our SYN/ACK was lost, so that an ACK (first step) would not help the peer: the SYN/ACK again.
            tcb.ecn.onPeerSynAgain(segment);
            handshake.repeat();
        } else {
            drop(DropReason.RATE_LIMITED);
        }
    }

    private boolean checkTimestamps() {
        // RFC 7323 5.3, R1: an old timestamp makes a segment unacceptable, unless it is a RST or merely late. One
        // without the option is let through (RFC 7323 3.2 would have it dropped): middleboxes strip options, and the
        // stream shall survive them.
        if (tcb.timestampsEnabled && options.hasTimestamps() && !segment.isRst() && timestamps.isOld(options, now)) {
            answerUnacceptable();
            return drop(DropReason.PAWS);
        }
        return true;
    }

    private boolean checkSequenceNumber() {
        // RFC 9293 3.10.7.4, first.
        if (receive.isAcceptable(segSeq, segLen)) {
            return true;
        }
        if (!segment.isRst()) {
            answerUnacceptable();
            if (tcb.state() == TcpState.TIME_WAIT && segment.isFin()) {
                // RFC 9293 3.10.7.4, eighth, TIME-WAIT: the peer's FIN again restarts the timeout.
                lifecycle.restartTimeWait(now);
            }
        }
        return drop(DropReason.OUT_OF_WINDOW);
    }

    private void answerUnacceptable() {
        if (segLen > 0 && !segment.isSyn()) {
            receive.noteDuplicate(segSeq, segLen);
            acknowledgments.onOutOfOrder();
        } else if (segment.isSyn()) {
            challenge();
        } else if (rateLimit.tryAcquire(now)) {
            acknowledgments.require();
            tcb.counters.count(Counter.CHALLENGE_ACKS);
        } else {
            tcb.counters.drop(DropReason.RATE_LIMITED);
        }
    }

    /**
     * RFC 5961: an ACK that lets an honest peer find its place, and a dishonest one learn nothing. The limit of all connections
     * holds for these alone: others must not be able to use up the answers that keepalives and window probes wait for.
     */
    private void challenge() {
        if (rateLimit.tryAcquire(now) && resets.mayChallenge(now)) {
            acknowledgments.require();
            tcb.counters.count(Counter.CHALLENGE_ACKS);
        } else {
            tcb.counters.drop(DropReason.RATE_LIMITED);
        }
    }

    private boolean checkRst() {
        if (!segment.isRst()) {
            return true;
        }
        // RFC 5961 3.2: a RST must have exactly the next number; elsewhere in the window it draws a challenge ACK.
        if (segSeq != receive.rcvNxt()) {
            challenge();
            return drop(DropReason.BAD_RESET);
        }
        reset(tcb.state() == TcpState.SYN_RECEIVED && !tcb.passive);
        return false;
    }

    private void reset(boolean refused) {
        tcb.counters.count(Counter.RESETS_IN);
        if (refused) {
            tcb.fastOpenClient.onFailed(now);
        }
        // RFC 9293 3.10.7.4, second: in TIME-WAIT there is nobody to tell.
        if (tcb.state() != TcpState.TIME_WAIT) {
            upper.onReset(segment, options, refused, now);
        }
        lifecycle.close(now);
    }

    private boolean checkSyn() {
        // RFC 5961 4.2: a SYN on a synchronized connection draws a challenge ACK, whatever its number.
        if (segment.isSyn()) {
            challenge();
            return drop(DropReason.BAD_SYN);
        }
        return true;
    }

    private boolean checkAck() {
        // RFC 9293 3.10.7.4, fifth.
        if (!segment.isAck()) {
            return drop(DropReason.NO_ACKNOWLEDGMENT);
        }
        if (tcb.state() == TcpState.SYN_RECEIVED) {
            return synReceivedCheckAck();
        }
        // RFC 5961 5.2: SND.UNA - MAX.SND.WND =< SEG.ACK =< SND.NXT.
        if (SequenceNumber.greaterThan(segAck, tcb.sndNxt) || tcb.sndUna - segAck > tcb.maxSndWnd) {
            challenge();
            return drop(DropReason.BAD_ACKNOWLEDGMENT);
        }
        long segWnd = (long) segment.window() << tcb.sndShift;
        if (!askUpper(segWnd)) {
            return false;
        }
        noteAcceptable();
        return acknowledgmentStep.process(segment, options, segWnd, now) && !tcb.isClosed() && !tcb.resetRequested;
    }

    private boolean synReceivedCheckAck() {
        if (SequenceNumber.lessOrEqual(segAck, tcb.sndUna) || SequenceNumber.greaterThan(segAck, tcb.sndNxt)) {
            // RFC 9293 3.10.7.4, fifth, SYN-RECEIVED: <SEQ=SEG.ACK><CTL=RST>.
            resets.reply(segAck);
            return drop(DropReason.BAD_ACKNOWLEDGMENT);
        }
        answered();
        long segWnd = (long) segment.window() << tcb.sndShift;
        if (!askUpper(segWnd)) {
            return false;
        }
        noteAcceptable();
        if (!tcb.fastOpen.isOpened()) {
            synReceivedEstablish(segWnd);
            return !tcb.isClosed() && !tcb.resetRequested;
        }
        // RFC 7413 4.2.2: octets of ours may have left before, and be acknowledged as well.
        tcb.sndUna = tcb.iss + 1;
        establish();
        return acknowledgmentStep.processThirdAck(segment, options, segWnd, now)
                && !tcb.isClosed()
                && !tcb.resetRequested;
    }

    private void synReceivedEstablish(long segWnd) {
        tcb.sndUna = segAck;
        tcb.setWindow(segSeq, segAck, segWnd);
        establish();
    }

    private void noteAcceptable() {
        lastHeardAt = now;
        if (tcb.timestampsEnabled && options.hasTimestamps()) {
            timestamps.onSegment(segSeq, options, now);
        }
    }

    private boolean askUpper(long segWnd) {
        return switch (upper.onSegment(segment, options, segWnd, now)) {
            case ACCEPT -> !tcb.isClosed() && !tcb.resetRequested;
            case DROP -> drop(DropReason.BAD_HANDSHAKE);
            case RESET -> {
                resets.closeOnSegment();
                yield false;
            }
        };
    }

    private void processText() {
        int length = segment.payloadLength();
        // RFC 9293 3.10.7.4, seventh: after the peer's FIN there is no text.
        if (length == 0 || !tcb.state().mayReceive()) {
            return;
        }
        if (tcb.ecn.onOctets(segment)) {
            acknowledgments.require();
        }
        switch (receive.accept(segSeq, segment.buffer(), segment.payloadIndex(), length)) {
            case IN_ORDER -> acknowledgments.onInOrder(length, now);
            // RFC 5681 4.2: a segment that fills a gap is acknowledged at once.
            case FILLED_GAP -> acknowledgments.require();
            // RFC 5681 4.2: an out-of-order segment is acknowledged at once.
            case OUT_OF_ORDER -> {
                acknowledgments.onOutOfOrder();
                tcb.activity.onOutOfOrder();
            }
            case DUPLICATE -> {
                acknowledgments.onOutOfOrder();
                tcb.counters.drop(DropReason.DUPLICATE);
            }
            case REFUSED -> {
                acknowledgments.require();
                tcb.counters.drop(DropReason.NO_ROOM);
            }
        }
        if (tcb.sackEnabled && !receive.duplicates().isEmpty()) {
            // RFC 2883 4.2: so is one of which a part came before.
            acknowledgments.require();
        }
        long sample = tcb.timestampsEnabled && options.hasTimestamps() ? timestamps.roundTrip(options, now) : 0;
        tcb.receiverRtt.onOctets(options, sample, receive.rcvNxt(), receive.advertisedWindow(), now);
    }

    private void checkFin() {
        if (!tcb.state().mayReceive()) {
            return;
        }
        if (segment.isFin()) {
            receive.onFin(segSeq + segment.payloadLength());
            acknowledgments.require();
        }
        if (!receive.reachFin()) {
            return;
        }
        // RFC 9293 3.10.7.4, eighth: RCV.NXT has stepped over the FIN, which is acknowledged at once.
        acknowledgments.require();
        switch (tcb.state()) {
            case ESTABLISHED -> tcb.enter(TcpState.CLOSE_WAIT);
            // Were our FIN acknowledged, the fifth step had entered FIN-WAIT-2.
            case FIN_WAIT_1 -> tcb.enter(TcpState.CLOSING);
            default -> lifecycle.enterTimeWait(now);
        }
        upper.onFin(receive.finSsn(), now);
    }

    private boolean drop(DropReason reason) {
        tcb.counters.drop(reason);
        return false;
    }
}
