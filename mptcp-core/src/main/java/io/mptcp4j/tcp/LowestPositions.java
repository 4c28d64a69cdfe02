package io.mptcp4j.tcp;

/**
 * Finds the lowest stream position among the records of a queue. Positions need not grow along the queue: octets reinjected
 * from another subflow lie behind newer ones.
 *
 * <p>Kept are only those records that have no lower one behind them, for no other can ever be the lowest: a list along which
 * positions grow, its head the lowest. Every record enters and leaves once.
 */
final class LowestPositions {
    private SendRecord head;
    private SendRecord tail;

    long lowest() {
        return head == null ? Long.MAX_VALUE : head.position;
    }

    /** A record joined the end of the queue. */
    void onAppended(SendRecord record) {
        while (tail != null && tail.position >= record.position) {
            remove(tail);
        }
        insertAfter(tail, record);
    }

    /** A record was split in two: {@code second} is the new, later part. */
    void onSplit(SendRecord first, SendRecord second) {
        if (first.isLowest && (first.nextLowest == null || second.position < first.nextLowest.position)) {
            insertAfter(first, second);
        }
    }

    /** The front of the queue's head was acknowledged: its position has grown. */
    void onTrimmed(SendRecord record) {
        if (record.isLowest && record.nextLowest != null && record.nextLowest.position <= record.position) {
            remove(record);
        }
    }

    /** The record leaves the queue. */
    void onRemoved(SendRecord record) {
        if (record.isLowest) {
            remove(record);
        }
    }

    private void insertAfter(SendRecord place, SendRecord record) {
        SendRecord following = place == null ? null : place.nextLowest;
        record.isLowest = true;
        record.previousLowest = place;
        record.nextLowest = following;
        if (place == null) {
            head = record;
        } else {
            place.nextLowest = record;
        }
        if (following == null) {
            tail = record;
        } else {
            following.previousLowest = record;
        }
    }

    private void remove(SendRecord record) {
        SendRecord before = record.previousLowest;
        SendRecord after = record.nextLowest;
        if (before == null) {
            head = after;
        } else {
            before.nextLowest = after;
        }
        if (after == null) {
            tail = before;
        } else {
            after.previousLowest = before;
        }
        record.isLowest = false;
        record.previousLowest = null;
        record.nextLowest = null;
    }
}
