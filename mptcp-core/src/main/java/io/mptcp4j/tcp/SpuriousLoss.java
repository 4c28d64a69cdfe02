package io.mptcp4j.tcp;

import io.mptcp4j.number.SequenceNumber;

/**
 * Finds out afterwards that nothing was lost: when the peer has received all retransmissions of a recovery twice (RFC 2883, RFC
 * 3708), or when its timestamps tell that the hole was filled by what had left first (RFC 3522, Eifel). Then the reduction of the
 * congestion window is taken back (RFC 4015).
 */
final class SpuriousLoss {
    /** What proves it. */
    enum Proof {
        /** Nothing so far. */
        NONE,
        /** D-SACK. */
        DUPLICATES,
        /** Timestamps. */
        TIMESTAMPS
    }

    /** A recovery began, and its reduction has not been taken back. */
    private boolean active;

    /** SND.UNA when it began. */
    private int begin;

    private long firstRetransmissionAt;

    /** The octets retransmitted in it that the peer has not reported as received twice. */
    private long unreported;

    /** The octets retransmitted in it of which no timestamp tells that the first transmission has arrived. */
    private long unanswered;

    /** Whether what left again did so because the retransmission timer expired. */
    private boolean timedOut;

    /** The same of a tail loss probe before it. */
    private long unreportedOfProbe;

    private Proof proof = Proof.NONE;

    /** Recovery begins, with SND.UNA. */
    void begin(int sndUna) {
        active = true;
        begin = sndUna;
        firstRetransmissionAt = Long.MAX_VALUE;
        timedOut = false;
        unanswered = 0;
        unreported = unreportedOfProbe;
        unreportedOfProbe = 0;
        proof = Proof.NONE;
    }

    /** The retransmission timer expired. */
    void onTimeout() {
        timedOut = true;
    }

    /** Octets left again, while losses are being repaired or as a probe. */
    void onRetransmitted(long octets, boolean recovering, long now) {
        if (recovering) {
            firstRetransmissionAt = Math.min(firstRetransmissionAt, now);
            unreported += octets;
            unanswered += octets;
        } else {
            unreportedOfProbe = octets;
        }
    }

    /** The peer has received [left, right) twice. */
    void onDuplicateReport(int left, int right) {
        unreportedOfProbe = 0;
        if (active && firstRetransmissionAt != Long.MAX_VALUE && SequenceNumber.greaterOrEqual(left, begin)) {
            unreported -= right - left;
            if (unreported <= 0) {
                proof = Proof.DUPLICATES;
            }
        }
    }

    /**
     * An acknowledgment covers what has been retransmitted.
     *
     * @param octets how much of that
     * @param repeatedAt when it left last
     * @param echoedAt when the segment left at the latest that the acknowledgment answers, by its timestamp
     */
    void onRepeatedAcknowledged(long octets, long repeatedAt, long echoedAt) {
        // RFC 3522 3.2: the answer is to what left before the first retransmission. A later one says nothing when
        // several were retransmitted: the echo is of the first that the acknowledgment answers.
        if (active && repeatedAt >= firstRetransmissionAt && echoedAt < firstRetransmissionAt) {
            unanswered -= octets;
            // RFC 3522 3.2 speaks of the first hole, which tells all after a timeout. Of the holes of a fast
            // recovery each may have been a loss: where the path reorders, one that came late says nothing of others.
            if (timedOut || unanswered <= 0) {
                proof = Proof.TIMESTAMPS;
            }
        }
    }

    /** SND.UNA has advanced: a recovery that long ended is not taken back. */
    void onAdvanced(int sndUna, long window) {
        if (active && sndUna - begin > 2 * window + 1) {
            active = false;
        }
    }

    /** The reduction was taken back, or will not be. */
    void end() {
        active = false;
        proof = Proof.NONE;
    }

    Proof proof() {
        return proof;
    }
}
