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
        first = record.nextFree;
        record.nextFree = null;
        count--;
        return record;
    }

    /** Keeps a record that is in no list. */
    void release(SendRecord record) {
        if (count == MOST_POOLED) {
            return;
        }
        record.nextFree = first;
        first = record;
        count++;
    }
}
