package io.mptcp4j.mptcp;

import io.mptcp4j.time.Elapsed;

/** When octets last left and arrived on any subflow of a connection, those that are gone included, and an acknowledgment of octets. */
final class DataActivity {
    private long sentAt = Elapsed.NEVER;
    private long receivedAt = Elapsed.NEVER;
    private long acknowledgedAt = Elapsed.NEVER;

    void onSent(long nowNanos) {
        sentAt = nowNanos;
    }

    void onReceived(long nowNanos) {
        receivedAt = nowNanos;
    }

    void onAcknowledged(long nowNanos) {
        acknowledgedAt = nowNanos;
    }

    /** Nanoseconds since octets were last sent, repetitions included; -1: never. */
    long sinceSent(long nowNanos) {
        return Elapsed.since(sentAt, nowNanos);
    }

    /** Nanoseconds since octets last arrived; -1: never. */
    long sinceReceived(long nowNanos) {
        return Elapsed.since(receivedAt, nowNanos);
    }

    /** Nanoseconds since a DATA_ACK, or the acknowledgment of plain TCP, last arrived; -1: never. */
    long sinceAcknowledged(long nowNanos) {
        return Elapsed.since(acknowledgedAt, nowNanos);
    }
}
