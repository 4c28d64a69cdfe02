package io.mptcp4j.tcp;

import io.mptcp4j.number.SequenceNumber;

/**
 * The records that are believed to be in the network, in the order in which they left last (RFC 8985 6.2, the list ordered by
 * Segment.xmit_ts). What has arrived, and what is judged lost, is not among them until it leaves again.
 */
final class SentOrder {
    private SendRecord head;
    private SendRecord tail;

    /** Records that are to be restored, in no order, linked like those in the order. */
    private SendRecord collected;

    private int collectedCount;
    private long steps;

    /** The record that left first; null for none. */
    SendRecord first() {
        return head;
    }

    /** The record left, for the first time or again. */
    void onSent(SendRecord record) {
        onGone(record);
        insertAfter(tail, record);
    }

    /** The record has not left again and is believed to be on its way once more; {@link #restoreCollected} follows. */
    void collect(SendRecord record) {
        record.nextSent = collected;
        collected = record;
        collectedCount++;
    }

    /** Puts what was collected where it belongs: in O(n log n) steps, in whatever order a peer has made us send. */
    void restoreCollected() {
        SendRecord record = sort(collected, collectedCount);
        collected = null;
        collectedCount = 0;
        SendRecord place = null;
        SendRecord following = head;
        while (record != null) {
            while (following != null && !leftBefore(record, following)) {
                steps++;
                place = following;
                following = following.nextSent;
            }
            SendRecord rest = record.nextSent;
            insertAfter(place, record);
            place = record;
            record = rest;
        }
    }

    /** Sorts the first of the records that are linked; the rest is cut off. */
    private SendRecord sort(SendRecord first, int count) {
        if (count <= 1) {
            if (first != null) {
                first.nextSent = null;
            }
            return first;
        }
        SendRecord middle = first;
        for (int i = 0; i < count / 2; i++) {
            middle = middle.nextSent;
        }
        return merge(sort(first, count / 2), sort(middle, count - count / 2));
    }

    private SendRecord merge(SendRecord some, SendRecord others) {
        SendRecord one = some;
        SendRecord other = others;
        SendRecord first = null;
        SendRecord last = null;
        while (one != null || other != null) {
            steps++;
            SendRecord least = other == null || one != null && leftBefore(one, other) ? one : other;
            if (least == one) {
                one = one.nextSent;
            } else {
                other = other.nextSent;
            }
            if (last == null) {
                first = least;
            } else {
                last.nextSent = least;
            }
            last = least;
        }
        return first;
    }

    private static boolean leftBefore(SendRecord one, SendRecord other) {
        return one.sentAt < other.sentAt || one.sentAt == other.sentAt && SequenceNumber.lessThan(one.seq, other.seq);
    }

    /** How many records were looked at until now to put others among them. */
    long steps() {
        return steps;
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
