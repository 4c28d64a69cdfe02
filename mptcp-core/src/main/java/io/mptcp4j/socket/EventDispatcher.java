package io.mptcp4j.socket;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.metric.StackCounters;
import io.mptcp4j.mptcp.ConnectionEvent;
import io.mptcp4j.mptcp.ConnectionEvents;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries events from the loop to listeners, on a thread of its own that exists once there is a listener. */
final class EventDispatcher implements ConnectionEvents.Sink {
    /** The most events that wait for listeners. */
    static final int MAXIMUM_WAITING = 4096;

    private static final Logger LOG = LoggerFactory.getLogger(EventDispatcher.class);

    private final String threadName;
    private final StackCounters counters;
    private final List<ConnectionListener> listeners = new CopyOnWriteArrayList<>();
    private final ArrayDeque<ConnectionEvent> waiting = new ArrayDeque<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean started;
    private boolean ended;

    EventDispatcher(String threadName, StackCounters counters) {
        this.threadName = threadName;
        this.counters = counters;
    }

    // ---- any thread

    /** Returns whether it is the first one ever: the loop is to be told. */
    boolean add(ConnectionListener listener) {
        listeners.add(listener);
        lock.lock();
        try {
            boolean first = !started && !ended;
            if (first) {
                started = true;
                Thread thread = new Thread(this::run, threadName);
                thread.setDaemon(true);
                thread.start();
            }
            return first;
        } finally {
            lock.unlock();
        }
    }

    void remove(ConnectionListener listener) {
        listeners.remove(listener);
    }

    /** What waits is still delivered; then the thread ends. */
    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    // ---- the loop

    @Override
    public void onEvent(ConnectionEvent event) {
        lock.lock();
        try {
            if (waiting.size() >= MAXIMUM_WAITING) {
                counters.count(Counter.EVENTS_LOST);
                return;
            }
            waiting.add(event);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    // ---- the listeners' thread

    private void run() {
        for (ConnectionEvent event = take(); event != null; event = take()) {
            for (ConnectionListener listener : listeners) {
                try {
                    listener.onEvent(event);
                } catch (Throwable e) {
                    LOG.warn("a listener failed on {}; it is told of later events nevertheless", event, e);
                }
            }
        }
    }

    private ConnectionEvent take() {
        lock.lock();
        try {
            while (waiting.isEmpty() && !ended) {
                changed.awaitUninterruptibly();
            }
            return waiting.poll();
        } finally {
            lock.unlock();
        }
    }
}
