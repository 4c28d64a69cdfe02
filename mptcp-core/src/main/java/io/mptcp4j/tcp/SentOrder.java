package io.mptcp4j.tcp;

/**
 * The records that are believed to be in the network, in the order in which they left last (RFC 8985 6.2, the list ordered by
 * Segment.xmit_ts). What has arrived, and what is judged lost, is not among them until it leaves again.
 */
final class SentOrder {
    private SendRecord head;
    private SendRecord tail;

    /** The record that left first; null for none. */
    SendRecord first() {
        return head;
    }

    /** The record left, for the first time or again. */
    void onSent(SendRecord record) {
        onGone(record);
        insertAfter(tail, record);
    }

    /**
     * The record has not left again and is believed to be on its way once more.
     *
     * @param hint a record to search from, which left before it in most cases; null for none
     */
    void restore(SendRecord record, SendRecord hint) {
        SendRecord place = hint != null && hint.isOnItsWay && hint.sentAt <= record.sentAt ? hint : null;
        SendRecord following = place == null ? head : place.nextSent;
        while (following != null && following.sentAt <= record.sentAt) {
            place = following;
            following = following.nextSent;
        }
        insertAfter(place, record);
    }

    /** A record was split in two: {@code second} is the new, later part. */
    void onSplit(SendRecord first, SendRecord second) {
        if (first.isOnItsWay) {
            insertAfter(first, second);
        }
    }

    /** The record has arrived, or is judged lost. */
    void onGone(SendRecord record) {
        if (record.isOnItsWay) {
            remove(record);
        }
    }

    private void insertAfter(SendRecord place, SendRecord record) {
        SendRecord following = place == null ? head : place.nextSent;
        record.isOnItsWay = true;
        record.previousSent = place;
        record.nextSent = following;
        if (place == null) {
            head = record;
        } else {
            place.nextSent = record;
        }
        if (following == null) {
            tail = record;
        } else {
            following.previousSent = record;
        }
    }

    private void remove(SendRecord record) {
        SendRecord before = record.previousSent;
        SendRecord after = record.nextSent;
        if (before == null) {
            head = after;
        } else {
            before.nextSent = after;
        }
        if (after == null) {
            tail = before;
        } else {
            after.previousSent = before;
        }
        record.isOnItsWay = false;
        record.previousSent = null;
        record.nextSent = null;
    }
}
