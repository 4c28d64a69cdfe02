package io.mptcp4j.mptcp;

/** When octets last left and arrived on any subflow of a connection, those that are gone included, and an acknowledgment of octets. */
final class DataActivity {
    private static final long NEVER = Long.MIN_VALUE;

    private long sentAt = NEVER;
    private long receivedAt = NEVER;
    private long acknowledgedAt = NEVER;

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
        return since(sentAt, nowNanos);
    }

    /** Nanoseconds since octets last arrived; -1: never. */
    long sinceReceived(long nowNanos) {
        return since(receivedAt, nowNanos);
    }

    /** Nanoseconds since a DATA_ACK, or the acknowledgment of plain TCP, last arrived; -1: never. */
    long sinceAcknowledged(long nowNanos) {
        return since(acknowledgedAt, nowNanos);
    }

    private static long since(long then, long now) {
        return then == NEVER ? -1 : now - then;
    }
}
