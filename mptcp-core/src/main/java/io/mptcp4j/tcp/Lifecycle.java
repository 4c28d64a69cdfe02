package io.mptcp4j.tcp;

/** The ends of a connection's phases: established, TIME-WAIT, given up, closed. */
final class Lifecycle {
    private final Tcb tcb;
    private final TcpTimers timers;
    private final RetransmissionQueue queue;
    private final Acknowledgments acknowledgments;
    private final UpperLayer upper;
    private int keepAliveProbes;

    Lifecycle(Tcb tcb, TcpTimers timers, RetransmissionQueue queue, Acknowledgments acknowledgments, UpperLayer upper) {
        this.tcb = tcb;
        this.timers = timers;
        this.queue = queue;
        this.acknowledgments = acknowledgments;
        this.upper = upper;
    }

    void startKeepAlive(long now) {
        if (tcb.settings.keepAlive()) {
            timers.set(TcpTimers.Timer.KEEP_ALIVE, now + tcb.settings.keepAliveIdleNanos());
        }
    }

    /** The settings of keepalive are others. */
    void onKeepAliveChanged(long now) {
        timers.cancel(TcpTimers.Timer.KEEP_ALIVE);
        if (tcb.state().isSynchronized() && tcb.state() != TcpState.TIME_WAIT) {
            startKeepAlive(now);
        }
    }

    /** The connection has been idle, or a probe was not answered in time. */
    void onKeepAliveTimer(long lastHeardAt, long now) {
        // RFC 9293 3.8.4: only an idle connection is probed, and only no answer to all probes ends it.
        TcpSettings settings = tcb.settings;
        long idle = now - lastHeardAt;
        if (idle < settings.keepAliveIdleNanos()) {
            keepAliveProbes = 0;
            timers.set(TcpTimers.Timer.KEEP_ALIVE, now - idle + settings.keepAliveIdleNanos());
        } else if (keepAliveProbes >= settings.keepAliveProbes()) {
            giveUp(now);
        } else {
            if (queue.isEmpty()) {
                keepAliveProbes++;
                acknowledgments.requestProbe();
            }
            timers.set(TcpTimers.Timer.KEEP_ALIVE, now + settings.keepAliveIntervalNanos());
        }
    }

    /** RFC 9293 3.10.7.4, eighth step: start the time-wait timer, turn off the other timers. */
    void enterTimeWait(long now) {
        tcb.enter(TcpState.TIME_WAIT);
        timers.cancelAll();
        restartTimeWait(now);
    }

    void restartTimeWait(long now) {
        timers.set(TcpTimers.Timer.TIME_WAIT, now + tcb.settings.timeWaitNanos());
    }

    /** Our FIN is acknowledged, the peer's has not come. */
    void enterFinWait2(long now) {
        tcb.enter(TcpState.FIN_WAIT_2);
        limitFinWait2(now);
    }

    void limitFinWait2(long now) {
        if (tcb.receiveClosed && tcb.state() == TcpState.FIN_WAIT_2) {
            timers.set(TcpTimers.Timer.FIN_WAIT_2, now + tcb.settings.finWait2Nanos());
        }
    }

    /** The peer has not answered for too long. */
    void giveUp(long now) {
        tcb.unreachable |= tcb.softError;
        tcb.fastOpenClient.onFailed(now);
        upper.onTimedOut(now);
        close(now);
    }

    /** CLOSED; the last word to the layer above. */
    void close(long now) {
        if (tcb.isClosed()) {
            return;
        }
        tcb.enter(TcpState.CLOSED);
        tcb.resetRequested = false;
        timers.cancelAll();
        acknowledgments.clear();
        upper.onClosed(now);
        // Only now: the layer above may ask on its way out what is outstanding, to send it elsewhere.
        queue.clear();
    }
}
