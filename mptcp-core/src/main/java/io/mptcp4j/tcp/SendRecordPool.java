package io.mptcp4j.tcp;

/** Records kept for reuse. */
final class SendRecordPool {
    private static final int MOST_POOLED = 1024;

    private SendRecord first;
    private int count;

    SendRecord take() {
        SendRecord record = first;
        if (record == null) {
            return new SendRecord();
        }
        first = record.next;
        record.next = null;
        count--;
        return record;
    }

    void release(SendRecord record) {
        record.previous = null;
        if (count == MOST_POOLED) {
            record.next = null;
            return;
        }
        record.next = first;
        first = record;
        count++;
    }
}
