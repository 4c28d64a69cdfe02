package io.mptcp4j.mptcp;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.path.NoPathManager;
import io.mptcp4j.mptcp.path.PathManager;
import io.mptcp4j.mptcp.path.PathRequests;
import io.mptcp4j.time.Deadlines;
import io.mptcp4j.wire.FourTuple;
import java.util.ArrayDeque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the path manager, which may be an application's: one call at a time, and never from inside of the handling of a
 * segment. One that cannot be made, or throws, is replaced by one that does nothing; the connection goes on with the subflows
 * it has. What an application's code throws may be anything, checked exceptions of other languages included.
 */
final class PathManagerGuard {
    /** The most signals of the peer that wait to be told; further ones are not told. */
    static final int MAXIMUM_WAITING_EVENTS = 64;

    /** A path manager is not called more often for its time. */
    private static final long SHORTEST_PAUSE_NANOS = 1_000_000;

    private static final Logger LOG = LoggerFactory.getLogger(PathManagerGuard.class);

    private final MptcpConnection connection;
    private final PathRequests requests;
    private final ArrayDeque<Event> waiting = new ArrayDeque<>();
    private PathManager manager;
    private long notBefore = Long.MIN_VALUE;

    PathManagerGuard(MptcpConnection connection, PathManager.Factory factory, PathRequests requests) {
        this.connection = connection;
        this.manager = Made.by(factory::create, this::onNotMade, NoPathManager::new);
        this.requests = requests;
    }

    private void onNotMade(Throwable cause) {
        LOG.error("a path manager cannot be made; its connection has one subflow", cause);
        connection.count(Counter.PATH_MANAGERS_FAILED);
    }

    /** Something the path manager is told. */
    @FunctionalInterface
    interface Event {
        void tell(PathManager manager, PathRequests requests, long nowNanos);
    }

    /** Notes an event. */
    void onEvent(Event event) {
        waiting.add(event);
        connection.markReady();
    }

    /** Notes something that the peer said, who could say it often. */
    void onSignal(Event event) {
        if (waiting.size() < MAXIMUM_WAITING_EVENTS) {
            onEvent(event);
        }
    }

    /** Nothing is told any more. */
    void clear() {
        waiting.clear();
    }

    /** Tells what is noted; what follows from it is told the next time. */
    void deliver(long nowNanos) {
        for (int count = waiting.size(); count > 0 && !waiting.isEmpty(); count--) {
            call(waiting.remove(), nowNanos);
        }
    }

    /** Whether the path manager lets the peer open one more subflow. */
    boolean mayAccept(FourTuple tuple) {
        try {
            return manager.mayAccept(requests, tuple);
        } catch (Throwable e) {
            onFailure(e);
            return true;
        }
    }

    long nextDeadline() {
        try {
            long deadline = manager.nextDeadline();
            return deadline == Deadlines.NEVER ? deadline : Math.max(deadline, notBefore);
        } catch (Throwable e) {
            onFailure(e);
            return Deadlines.NEVER;
        }
    }

    void advance(long nowNanos) {
        if (nextDeadline() <= nowNanos) {
            notBefore = nowNanos + SHORTEST_PAUSE_NANOS;
            call(PathManager::advance, nowNanos);
        }
    }

    private void call(Event event, long nowNanos) {
        try {
            event.tell(manager, requests, nowNanos);
        } catch (Throwable e) {
            onFailure(e);
        }
    }

    private void onFailure(Throwable cause) {
        LOG.error(
                "the path manager {} has failed; {} goes on with the subflows it has",
                manager.getClass().getName(),
                connection,
                cause);
        connection.count(Counter.PATH_MANAGERS_FAILED);
        manager = new NoPathManager();
    }
}
