package io.mptcp4j.tcp;

import io.mptcp4j.time.Elapsed;

/** How many segments of one connection came and went, and when the last. Wire segments: a super-segment counts as many. */
final class TcpActivity {
    private long segmentsSent;
    private long segmentsReceived;
    private long dataSegmentsSent;
    private long dataSegmentsReceived;
    private long unansweredSegments;
    private long unansweredOctets;
    private long outOfOrder;
    private long duplicateReports;
    private long timeouts;
    private long busyNanos;
    private long busySince = Elapsed.NEVER;
    private long dataSentAt = Elapsed.NEVER;
    private long dataReceivedAt = Elapsed.NEVER;
    private long ackReceivedAt = Elapsed.NEVER;

    /** A packet leaves, with this many octets in segments of a size; 0: one segment. */
    void onSent(int payloadLength, int segmentSize) {
        int segments = segmentSize == 0 ? 1 : (payloadLength + segmentSize - 1) / segmentSize;
        segmentsSent += segments;
        dataSegmentsSent += payloadLength > 0 ? segments : 0;
    }

    void onDataSent(long now) {
        dataSentAt = now;
    }

    /** A packet arrived; the kernel may have joined several segments, which then count as one. */
    void onReceived(int payloadLength, boolean ack, long now) {
        segmentsReceived++;
        if (payloadLength > 0) {
            dataSegmentsReceived++;
            dataReceivedAt = now;
            unansweredSegments++;
            unansweredOctets += payloadLength;
        }
        if (ack) {
            ackReceivedAt = now;
        }
    }

    /** How many segments with octets have come since the last call, where none has more than so many octets. */
    long takeUnanswered(int segmentSize) {
        // What the kernel has joined counts as what it was.
        long segments = Math.max(unansweredSegments, (unansweredOctets + segmentSize - 1) / segmentSize);
        unansweredSegments = 0;
        unansweredOctets = 0;
        return segments;
    }

    /** A segment left a gap before it. */
    void onOutOfOrder() {
        outOfOrder++;
    }

    /** The peer reported something that it has received twice. */
    void onDuplicateReport() {
        duplicateReports++;
    }

    void onTimeout() {
        timeouts++;
    }

    /** Something is outstanding from now on. */
    void onBusy(long now) {
        busySince = now;
    }

    /** Nothing is outstanding any more. */
    void onAllAcknowledged(long now) {
        if (busySince != Elapsed.NEVER) {
            busyNanos += now - busySince;
            busySince = Elapsed.NEVER;
        }
    }

    /** Segments that left a gap before them. */
    long outOfOrder() {
        return outOfOrder;
    }

    long duplicateReports() {
        return duplicateReports;
    }

    long timeouts() {
        return timeouts;
    }

    /** Nanoseconds in which something was outstanding. */
    long busyNanos(long now) {
        return busyNanos + (busySince == Elapsed.NEVER ? 0 : now - busySince);
    }

    long segmentsSent() {
        return segmentsSent;
    }

    long segmentsReceived() {
        return segmentsReceived;
    }

    long dataSegmentsSent() {
        return dataSegmentsSent;
    }

    long dataSegmentsReceived() {
        return dataSegmentsReceived;
    }

    /** Nanoseconds since octets were last sent; -1: never. */
    long sinceDataSent(long now) {
        return Elapsed.since(dataSentAt, now);
    }

    /** Nanoseconds since octets last arrived; -1: never. */
    long sinceDataReceived(long now) {
        return Elapsed.since(dataReceivedAt, now);
    }

    /** Nanoseconds since an acknowledgment last arrived; -1: never. */
    long sinceAckReceived(long now) {
        return Elapsed.since(ackReceivedAt, now);
    }
}
