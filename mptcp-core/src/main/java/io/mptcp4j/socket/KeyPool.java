package io.mptcp4j.socket;

import io.mptcp4j.mptcp.KeySource;
import io.mptcp4j.wire.mptcp.MptcpCrypto;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * Keys drawn ahead, by a thread of its own, where drawing one takes long: in a large group of servers hundreds are drawn for
 * one that fits. The loop takes them; when it finds none it draws one itself, which costs it as long.
 *
 * <p>Keys are of version 1, whose hash is SHA-256 (RFC 8684 3.1). One for version 0 is drawn when it is needed.
 */
final class KeyPool implements KeySource, AutoCloseable {
    /** Keys that are kept. */
    static final int CAPACITY = 1_024;

    private static final int LOW = CAPACITY / 2;

    private final KeySource ahead;
    private final KeySource atOnce;
    private final ArrayBlockingQueue<Long> keys = new ArrayBlockingQueue<>(CAPACITY);
    private final Thread thread;
    private volatile boolean resting;
    private volatile boolean closed;

    /**
     * An empty pool, which fills when it is started.
     *
     * @param name of its thread
     * @param ahead draws on the pool's thread
     * @param atOnce draws on the loop's
     */
    KeyPool(String name, KeySource ahead, KeySource atOnce) {
        this.ahead = ahead;
        this.atOnce = atOnce;
        this.thread = new Thread(this::fill, name);
        thread.setDaemon(true);
    }

    /** Begins to fill the pool. */
    void start() {
        thread.start();
    }

    @Override
    public long draw(MptcpCrypto crypto) {
        Long key = crypto == MptcpCrypto.SHA256 ? keys.poll() : null;
        if (keys.size() < LOW && resting) {
            LockSupport.unpark(thread);
        }
        return key != null ? key : atOnce.draw(crypto);
    }

    @Override
    public boolean suits(MptcpCrypto crypto, long key) {
        return atOnce.suits(crypto, key);
    }

    /** How many keys are there. */
    int size() {
        return keys.size();
    }

    /** Whether the thread has found the pool full, and draws no more until half of the keys are gone. */
    boolean isResting() {
        return resting;
    }

    /** Ends the thread; what is in the pool is forgotten. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        keys.clear();
    }

    private void fill() {
        while (!closed) {
            if (keys.remainingCapacity() > 0) {
                keys.offer(ahead.draw(MptcpCrypto.SHA256));
            } else {
                rest();
            }
        }
        keys.clear();
    }

    private void rest() {
        // Whoever takes a key looks at `resting` afterwards; this thread looks at the keys after it has set it.
        resting = true;
        while (!closed && keys.size() >= LOW) {
            LockSupport.park(this);
        }
        resting = false;
    }
}
