package io.mptcp4j.tcp;

import io.mptcp4j.congestion.DeliverySample;

/**
 * Measures at what rate octets are delivered (draft-cheng-iccrg-delivery-rate-estimation-02): each record notes when it leaves
 * how much had been delivered, and when. Costs nothing where the congestion controller does not ask for it.
 */
final class DeliveryRate implements DeliverySample {
    private static final long NONE = Long.MIN_VALUE;
    private static final long NANOS_A_SECOND = 1_000_000_000L;

    private final boolean wanted;
    private final RttEstimator rtt;

    // C.delivered, C.delivered_time, C.first_sent_time, and C.app_limited: what is delivered when the gap has passed.
    private long delivered;
    private long deliveredAt;
    private long firstSentAt;
    private long limitedUntil = NONE;

    // Of the newest record that this acknowledgment reports.
    private long newestSentAt;
    private long priorDelivered;
    private long priorDeliveredAt;
    private long sendElapsed;
    private boolean limited;
    private boolean any;

    // Of the acknowledgment.
    private long newlyDelivered;
    private long newlyLost;
    private long interval;
    private long inFlightBefore;
    private long inFlightAfter;
    private long rttSample;

    DeliveryRate(boolean wanted, RetransmissionQueue queue, RttEstimator rtt) {
        this.wanted = wanted;
        this.rtt = rtt;
        if (wanted) {
            queue.reportTo(this);
        }
    }

    boolean isWanted() {
        return wanted;
    }

    /** A record leaves, for the first time or again. */
    void onSent(SendRecord record, boolean nothingInFlight, long now) {
        if (!wanted) {
            return;
        }
        if (nothingInFlight) {
            // The draft, 3.2: after a pause the time begins anew.
            firstSentAt = now;
            deliveredAt = now;
        }
        record.firstSentAt = firstSentAt;
        record.deliveredBefore = delivered;
        record.deliveredBeforeAt = deliveredAt;
        record.isLimited = limitedUntil != NONE;
    }

    /** Nothing more leaves although there is room: what follows does not show what the path can carry. */
    void onLimited(long inFlight) {
        limitedUntil = delivered + Math.max(1, inFlight);
    }

    /** An acknowledgment is about to be processed. */
    void begin() {
        any = false;
    }

    /** The acknowledgment tells for the first time that this record has arrived, as a whole or in part. */
    void onDelivered(SendRecord record) {
        if (any && record.sentAt < newestSentAt) {
            return;
        }
        any = true;
        newestSentAt = record.sentAt;
        priorDelivered = record.deliveredBefore;
        priorDeliveredAt = record.deliveredBeforeAt;
        sendElapsed = record.sentAt - record.firstSentAt;
        limited = record.isLimited;
        firstSentAt = record.sentAt;
    }

    /** The acknowledgment has been processed: it is a sample now. */
    void finish(long octets, long lost, long before, long after, long sample, long now) {
        delivered += octets;
        deliveredAt = now;
        if (limitedUntil != NONE && delivered > limitedUntil) {
            limitedUntil = NONE;
        }
        newlyDelivered = octets;
        newlyLost = lost;
        inFlightBefore = before;
        inFlightAfter = after;
        rttSample = sample;
        // The draft, 3.3: acknowledgments may come more quickly than the octets went, but never the other way round.
        interval = any ? Math.max(sendElapsed, now - priorDeliveredAt) : 0;
        if (interval < rtt.minimum()) {
            // The acknowledgment of an earlier copy: it tells nothing.
            interval = 0;
        }
    }

    /** What the last acknowledgment showed, in octets a second; 0 when it showed nothing, or nobody wants to know. */
    long octetsPerSecond() {
        return interval == 0 ? 0 : (delivered - priorDelivered) * NANOS_A_SECOND / interval;
    }

    @Override
    public long delivered() {
        return delivered;
    }

    @Override
    public long newlyDelivered() {
        return newlyDelivered;
    }

    @Override
    public long newlyLost() {
        return newlyLost;
    }

    @Override
    public long priorDelivered() {
        return priorDelivered;
    }

    @Override
    public long intervalNanos() {
        return interval;
    }

    @Override
    public boolean isApplicationLimited() {
        return limited;
    }

    @Override
    public long inFlightBefore() {
        return inFlightBefore;
    }

    @Override
    public long inFlight() {
        return inFlightAfter;
    }

    @Override
    public long rttNanos() {
        return rttSample;
    }
}
