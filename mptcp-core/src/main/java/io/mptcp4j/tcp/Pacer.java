package io.mptcp4j.tcp;

import io.mptcp4j.congestion.CongestionController;

/**
 * Spreads what leaves over time, at the rate that the congestion controller names: a quantum at once, and the next when this
 * one's time has passed. No packet waits in a queue for its time; what may not leave yet stays with whoever would send it.
 *
 * <p>A quantum is what takes a millisecond, so that the loop wakes up no more often, and super-segments are used where rates
 * allow; and two segments at the least, which a peer acknowledges at once.
 */
final class Pacer {
    /** How long a quantum takes. */
    private static final long QUANTUM_NANOS = 1_000_000L;

    private static final int LEAST_SEGMENTS = 2;
    private static final double SECOND_NANOS = 1e9;

    private final Tcb tcb;
    private final CongestionController congestion;
    private final TcpTimers timers;

    /** When all that has left is paid for; as long as nothing is paced, the past. */
    private long paidUntil = Long.MIN_VALUE / 2;

    private boolean blocked;
    private long room = Long.MAX_VALUE;
    private long quantum = Long.MAX_VALUE;

    Pacer(Tcb tcb, CongestionController congestion, TcpTimers timers) {
        this.tcb = tcb;
        this.congestion = congestion;
        this.timers = timers;
    }

    /** The octets that may leave now; 0 until the timer expires. */
    long room() {
        return room;
    }

    /** Whether octets wait for their time. */
    boolean isBlocked() {
        return blocked;
    }

    /** Octets left, new ones or again. */
    void onSent(long octets, long now) {
        long rate = congestion.pacingRate();
        if (rate == CongestionController.NO_PACING) {
            quantum = Long.MAX_VALUE;
            room = blocked ? 0 : quantum;
            return;
        }
        double octetsANano = Math.max(1, rate) / SECOND_NANOS;
        quantum = Math.max((long) (octetsANano * QUANTUM_NANOS), (long) LEAST_SEGMENTS * tcb.smss);
        long time = (long) (quantum / octetsANano);
        // What was not used is lost, but for a quantum: the loop may wake up a little late.
        paidUntil = Math.max(paidUntil, now - time) + (long) (octets / octetsANano);
        long left = quantum - (long) (Math.max(0, paidUntil - now) * octetsANano);
        if (left >= tcb.smss) {
            room = left;
        } else {
            room = 0;
            blocked = true;
            timers.set(TcpTimers.Timer.PACING, Math.max(now + 1, paidUntil));
        }
    }

    /** The time has come. */
    void onTimer() {
        blocked = false;
        room = quantum;
    }
}
