package io.mptcp4j.tcp;

import io.mptcp4j.congestion.CongestionController;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.number.SequenceNumber;
import io.mptcp4j.wire.TcpFlags;
import io.mptcp4j.wire.TcpView;

/**
 * Explicit congestion notification (RFC 3168 6.1): routers mark packets instead of dropping them, the receiver tells the sender by
 * ECE until it hears CWR, and the sender answers as it does to a loss, once for each window of octets.
 */
final class ExplicitCongestion {
    /** The codepoint of packets that may be marked (RFC 3168 5): ECT(0). */
    static final int ECT_0 = 0b10;

    /** The codepoint of packets that were: CE. */
    static final int CE = 0b11;

    private static final int ECN = 0b11;
    /** What a SYN asks with. */
    static final int SETUP = TcpFlags.ECE | TcpFlags.CWR;

    private final Tcb tcb;
    private boolean enabled;
    private boolean repeated;
    /** A SYN has gone one way or the other that does not ask. */
    private boolean plainSyn;

    /** ECE is set on what we send, until CWR arrives. */
    private boolean echoing;

    /** CWR is to go on the next new octets. */
    private boolean reductionUntold;

    /** SND.NXT when the window was last reduced: ECE that acknowledges nothing behind it is no news. */
    private int reducedAt;

    /** That was because of ECE. */
    private boolean reducedByEcho;

    /** Octets have come in a packet with a codepoint. */
    private boolean seen;

    private long received;
    private long deliveredMarked;

    ExplicitCongestion(Tcb tcb) {
        this.tcb = tcb;
        this.reducedAt = tcb.iss;
    }

    /** Whether both ends use it. */
    boolean isEnabled() {
        return enabled;
    }

    boolean isSeen() {
        return seen;
    }

    /** Segments that were acknowledged with ECE. */
    long delivered() {
        return deliveredMarked;
    }

    /** Marked packets that came with octets. */
    long received() {
        return received;
    }

    // ---- the handshake

    /** The bits of our SYN or SYN/ACK. */
    int handshakeFlags(boolean ack) {
        if (ack) {
            return enabled ? TcpFlags.ECE : 0;
        }
        // RFC 3168 6.1.1.1: a host or firewall that swallows such SYNs shall not stop the connection.
        boolean asks = tcb.settings.ecn() == EcnMode.OFFER && !repeated;
        plainSyn |= !asks;
        return asks ? SETUP : 0;
    }

    /** SYN or SYN/ACK was not answered. */
    void onSynRepeated() {
        repeated = true;
    }

    /** The peer's SYN or SYN/ACK. */
    void onPeerSyn(TcpView segment) {
        int asked = segment.flags() & SETUP;
        if (segment.isAck()) {
            // RFC 3168 6.1.1: both bits on a SYN/ACK are our own, thrown back by somebody who does not know them.
            enabled = tcb.settings.ecn() == EcnMode.OFFER && asked == TcpFlags.ECE;
        } else {
            enabled = isAgreed(tcb.settings, segment);
        }
        if (enabled) {
            tcb.counters.count(Counter.ECN_CONNECTIONS);
        }
    }

    /** The peer's SYN again, which was answered before. */
    void onPeerSynAgain(TcpView segment) {
        plainSyn |= (segment.flags() & SETUP) != SETUP;
    }

    /** Whether a SYN asks for it and gets it (RFC 3168 6.1.1). */
    static boolean isAgreed(TcpSettings settings, TcpView syn) {
        return settings.ecn() != EcnMode.OFF && (syn.flags() & SETUP) == SETUP;
    }

    // ---- the receiver

    /**
     * Octets arrived inside the window.
     *
     * @return whether the peer should hear of it at once
     */
    boolean onOctets(TcpView segment) {
        if (!enabled) {
            return false;
        }
        int codepoint = segment.trafficClass() & ECN;
        seen |= codepoint != 0;
        received += codepoint == CE ? 1 : 0;
        boolean before = echoing;
        boolean isReduced = (segment.flags() & TcpFlags.CWR) != 0;
        // RFC 3168 6.1.3: CWR ends the echo; CE on the same packet begins it again.
        echoing = echoing && !isReduced || codepoint == CE;
        return echoing && !before || isReduced;
    }

    /** The bits of a segment that acknowledges. */
    int echoFlags() {
        return echoing ? TcpFlags.ECE : 0;
    }

    // ---- the sender

    /**
     * The ECN codepoint of a segment.
     *
     * @param isNewOctets whether it carries octets for the first time
     */
    int codepoint(boolean isNewOctets) {
        // RFC 3168 6.1.4, 6.1.5, 6.1.6: neither pure acknowledgments nor retransmissions, and so no window probes.
        // RFC 3168 6.1.1: nor anything after a SYN that did not ask, sent or received; what comes marked is echoed.
        // RFC 8311 4.2: ECT(0), for ECT(1) is an experiment's.
        return enabled && isNewOctets && !plainSyn ? ECT_0 : 0;
    }

    /** The bits of new octets. */
    int takeReductionFlags() {
        boolean tell = reductionUntold;
        reductionUntold = false;
        return tell ? TcpFlags.CWR : 0;
    }

    /** The congestion window was reduced, for whatever reason. */
    void onReduced() {
        // RFC 3168 6.1.2: CWR tells of a reduction for any reason.
        reductionUntold = enabled;
        reducedAt = tcb.sndNxt;
        reducedByEcho = false;
    }

    /** Whether the window was reduced because of ECE, and something is outstanding that left before. */
    boolean hasReduced() {
        return reducedByEcho && SequenceNumber.lessThan(tcb.sndUna, reducedAt);
    }

    /** Whether an acknowledgment tells that a router has marked a packet. */
    boolean isEcho(TcpView segment) {
        return enabled && (segment.flags() & TcpFlags.ECE) != 0;
    }

    /**
     * An acceptable acknowledgment, SND.UNA already advanced.
     *
     * @param mayReduce whether no loss is being repaired, for which the window has been reduced
     * @param delivered the octets that it says have arrived
     */
    void onAcknowledgment(
            TcpView segment,
            boolean mayReduce,
            long delivered,
            long flightSize,
            CongestionController congestion,
            long now) {
        if (!enabled) {
            return;
        }
        boolean isNews = SequenceNumber.greaterThan(tcb.sndUna, reducedAt);
        if (isEcho(segment)) {
            long count = (delivered + tcb.smss - 1) / tcb.smss;
            deliveredMarked += count;
            tcb.counters.add(Counter.DELIVERED_CE, count);
            // RFC 3168 6.1.2: once for each window of octets.
            if (isNews && mayReduce) {
                tcb.counters.count(Counter.ECN_REDUCTIONS);
                long before = congestion.window();
                congestion.onCongestionExperienced(flightSize, now);
                onReduced();
                reducedByEcho = congestion.window() < before;
            }
        } else if (isNews) {
            // Keeps up, so that it compares rightly after 2^31 octets.
            reducedAt = tcb.sndUna - 1;
        }
    }
}
