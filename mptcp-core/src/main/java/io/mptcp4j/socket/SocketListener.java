package io.mptcp4j.socket;

import io.mptcp4j.mptcp.MptcpConnection;
import io.mptcp4j.stack.Listener;
import io.mptcp4j.stack.ListenerObserver;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** A listener as application threads see it. */
final class SocketListener implements ListenerObserver, LoopClient {
    private final StackThread loop;
    private final ReentrantLock acceptLock = new ReentrantLock();
    private final Waiter acceptor = new Waiter();
    private Listener listener;
    private volatile boolean signalled;
    private volatile boolean closed;
    private volatile Throwable stackEnd;

    SocketListener(StackThread loop) {
        this.loop = loop;
    }

    // ---- application threads

    /**
     * Waits for a connection.
     *
     * @param timeoutMillis 0 for no limit
     */
    SocketConnection accept(int timeoutMillis) throws IOException {
        long deadline =
                timeoutMillis == 0 ? Long.MAX_VALUE : System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        if (timeoutMillis == 0) {
            acceptLock.lock();
        } else {
            Locks.lockUntil(acceptLock, deadline, "Accept timed out");
        }
        acceptor.enter();
        try {
            while (true) {
                ensureOpen();
                signalled = false;
                SocketConnection taken = loop.call(this::take);
                if (taken != null) {
                    return taken;
                }
                awaitSignal(deadline);
            }
        } finally {
            acceptor.leave();
            acceptLock.unlock();
        }
    }

    private void awaitSignal(long deadline) throws IOException {
        while (!signalled) {
            ensureOpen();
            long left = deadline == Long.MAX_VALUE ? Long.MAX_VALUE : deadline - System.nanoTime();
            if (left <= 0) {
                throw new SocketTimeoutException("Accept timed out");
            }
            acceptor.await(left);
        }
    }

    private void ensureOpen() throws IOException {
        if (closed) {
            throw SocketFailures.closed();
        }
        if (stackEnd != null) {
            throw SocketFailures.ended(stackEnd);
        }
    }

    /** Frees the port and resets the connections that nobody has accepted; ends blocked accepts. */
    void close() throws IOException {
        closed = true;
        acceptor.wake();
        if (stackEnd == null && !loop.isEnded()) {
            loop.call(this::closeListener);
        }
    }

    /** Nobody can reach the socket any more. Does not wait; does nothing when the listener was closed. */
    void abandon() {
        if (!closed) {
            closed = true;
            loop.post(new Call<>(loop, this::closeListener));
        }
    }

    private Void closeListener(long nowNanos) {
        loop.unregister(this);
        listener.close(nowNanos);
        return null;
    }

    // ---- the loop's thread

    void attach(Listener made) {
        listener = made;
        loop.register(this);
    }

    private SocketConnection take(long nowNanos) {
        if (closed) {
            return null;
        }
        while (true) {
            SocketConnection taken = new SocketConnection(loop);
            MptcpConnection connection = listener.accept(taken);
            if (connection == null) {
                return null;
            }
            if (connection.closeCause() == null && connection.subflowCount() > 0) {
                taken.attachEstablished(connection);
                return taken;
            }
            // It died while it waited: nobody will miss it.
            connection.abort(nowNanos);
            connection.receiveStream().close();
        }
    }

    @Override
    public void onAcceptable(Listener which) {
        signalled = true;
        acceptor.wake();
    }

    @Override
    public void onStackClosing(long nowNanos) {
        listener.close(nowNanos);
        onStackEnded(SocketFailures.stackClosed());
        loop.unregister(this);
    }

    @Override
    public void onStackAborting(long nowNanos) {
        listener.close(nowNanos);
    }

    @Override
    public void onStackEnded(Throwable cause) {
        if (stackEnd == null) {
            stackEnd = cause;
        }
        acceptor.wake();
    }
}
