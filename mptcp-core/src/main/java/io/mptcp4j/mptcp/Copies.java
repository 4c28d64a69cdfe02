package io.mptcp4j.mptcp;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.stream.SendStream;
import java.time.Duration;

/**
 * Sends for subflows that carry every octet by themselves: each goes along the stream at its own pace and leaves out what the
 * peer has acknowledged meanwhile. Who comes first sends what is new. Where the scheduler wants it, none fills the queue of
 * its path ({@link DelayBound}), or what is needed would wait behind what is not.
 */
final class Copies {
    /** So much longer than its least may the round trip of a subflow be while it sends what another has sent before. */
    private static final long LONGEST_QUEUE_NANOS = Duration.ofMillis(5).toNanos();

    /** So few segments make no queue: that their acknowledgment comes late is the peer's way (RFC 9293 3.8.6.3). */
    private static final int FEW_SEGMENTS = 4;

    private final MptcpConnection connection;
    private final DataLevel data;
    private final SendStream stream;
    private final SubflowList subflows;
    private final SubflowSelection selection;
    private int turns;

    Copies(MptcpConnection connection, SubflowSelection selection) {
        this.connection = connection;
        this.data = connection.data();
        this.stream = connection.sendStream();
        this.subflows = connection.subflowList();
        this.selection = selection;
    }

    /** Sends; returns what is left of the budget. */
    int send(DataSender sender, long nowNanos, int budget) {
        int left = budget;
        turns++;
        lookForEnd(sender);
        for (int i = 0; i < subflows.count() && left > 0; i++) {
            Subflow subflow = subflows.get((i + turns & Integer.MAX_VALUE) % subflows.count());
            if (selection.copies(subflow)) {
                left = send(sender, subflow, nowNanos, left);
            }
        }
        return left;
    }

    /** Who copies no more will not come to what silent subflows keep: that has to go again otherwise. */
    private void lookForEnd(DataSender sender) {
        boolean ended = false;
        for (int i = 0; i < subflows.count(); i++) {
            Subflow subflow = subflows.get(i);
            boolean copying = selection.copies(subflow);
            ended |= subflow.notes().wasCopying && !copying;
            subflow.notes().wasCopying = copying;
        }
        for (int i = 0; ended && i < subflows.count(); i++) {
            if (subflows.get(i).isActive() && !subflows.get(i).isHealthy()) {
                sender.reinject(subflows.get(i));
            }
        }
    }

    private int send(DataSender sender, Subflow subflow, long nowNanos, int budget) {
        SenderNotes notes = subflow.notes();
        int left = budget;
        while (left > 0 && subflow.sendRoom() > 0) {
            long from = Math.max(notes.copied, data.sndUna());
            long allowed = end(subflow) - from;
            boolean copy = from < data.sndNxt();
            long room = room(subflow, copy, nowNanos);
            if (allowed <= 0 || room <= 0 || !copy && sender.isSilly(subflow, allowed, stream.written() - from)) {
                return left;
            }
            int length = (int) Math.min(Math.min(allowed, room), Integer.MAX_VALUE);
            int taken = sender.transmit(subflow, from, length, from + length < stream.written(), nowNanos);
            if (taken == 0) {
                return left;
            }
            notes.copied = from + taken;
            if (notes.copied > data.sndNxt()) {
                data.onSent(notes.copied);
            }
            if (copy) {
                connection.host().counters().add(Counter.COPIED_OCTETS, taken);
            }
            left--;
        }
        return left;
    }

    private long room(Subflow subflow, boolean copy, long nowNanos) {
        if (selection.boundsDelay()) {
            return subflow.notes().delay.room(subflow, nowNanos);
        }
        return copy && hasQueue(subflow) ? 0 : Long.MAX_VALUE;
    }

    private long end(Subflow subflow) {
        return selection.leads(subflow) ? Math.min(stream.written(), data.sndWndEdge()) : data.sndNxt();
    }

    /** Copies that wait in a queue of the network are late when they are needed. */
    private static boolean hasQueue(Subflow subflow) {
        long least = subflow.tcp().minimumRttNanos();
        long smoothed = subflow.tcp().smoothedRttNanos();
        if (smoothed <= least + least / 4 + LONGEST_QUEUE_NANOS) {
            return false;
        }
        // The window divided by the time it takes is the rate; half of what the path holds at that rate makes no queue.
        // Less would leave the path empty for as long as the smoothed time remembers a queue that has gone.
        long held = (long) ((double) subflow.congestionWindow() * least / smoothed) / 2;
        return subflow.octetsInFlight() >= Math.max((long) FEW_SEGMENTS * subflow.maximumSegmentSize(), held);
    }
}
