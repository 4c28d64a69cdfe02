package io.mptcp4j.stack;

import io.mptcp4j.mptcp.CloseCause;
import io.mptcp4j.mptcp.ConnectionObserver;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.mptcp.MptcpConnection;
import io.mptcp4j.wire.IpAddress;
import java.util.ArrayDeque;

/**
 * A port that takes connections (RFC 9293 3.10.1, passive OPEN), on one address or on any of the stack's.
 *
 * <p>A SYN makes a connection in the SYN backlog; when its handshake is complete it moves to the accept queue, which holds
 * as many as the backlog says. Used by the thread that drives the stack alone.
 */
public final class Listener {
    /** The next in the chain of {@link ListenerTable}. */
    Listener next;

    private final Stack stack;
    private final IpAddress address;
    private final int port;
    private final int backlog;
    private final ConnectionSettings settings;
    private final ListenerObserver observer;
    private final SynBacklog synBacklog;
    private final ArrayDeque<PassiveOpen> acceptQueue = new ArrayDeque<>();
    private final PendingFastOpens fastOpens;
    private boolean hasSentCookies;
    private long lastCookieAt;
    private boolean closed;

    Listener(
            Stack stack,
            IpAddress address,
            int port,
            int backlog,
            StackSettings limits,
            ConnectionSettings settings,
            ListenerObserver observer) {
        this.stack = stack;
        this.address = address;
        this.port = port;
        this.backlog = backlog;
        this.settings = settings;
        this.observer = observer;
        this.synBacklog = new SynBacklog(limits.maxHalfOpen(), limits.maxHalfOpenPerSource());
        this.fastOpens = new PendingFastOpens(limits.maxFastOpens());
    }

    // ---- commands

    /**
     * Takes the connection that has waited longest.
     *
     * @param newObserver who hears of it from now on; what was received or closed before is to be read off the connection
     * @return null when none waits
     */
    public MptcpConnection accept(ConnectionObserver newObserver) {
        PassiveOpen longest = acceptQueue.poll();
        return longest == null ? null : longest.acceptBy(newObserver);
    }

    /** Frees the port, and resets the connections that nobody has accepted. Idempotent. */
    public void close(long nowNanos) {
        if (closed) {
            return;
        }
        closed = true;
        stack.forget(this);
        for (PassiveOpen waiting : synBacklog.snapshot()) {
            waiting.connection().abort(nowNanos);
        }
        for (PassiveOpen waiting = acceptQueue.poll(); waiting != null; waiting = acceptQueue.poll()) {
            waiting.connection().abort(nowNanos);
        }
    }

    // ---- getters

    /** The address, or null for any. */
    public IpAddress address() {
        return address;
    }

    /** The port. */
    public int port() {
        return port;
    }

    /** How many connections wait to be accepted. */
    public int acceptable() {
        return acceptQueue.size();
    }

    /** How many connections are in their handshake. */
    public int halfOpen() {
        return synBacklog.size();
    }

    /** Whether the listener is closed. */
    public boolean isClosed() {
        return closed;
    }

    // ---- for the stack

    ConnectionSettings settings() {
        return settings;
    }

    /** Whether so many wait to be accepted that no more are to come. */
    boolean isAcceptQueueFull() {
        return acceptQueue.size() >= backlog;
    }

    /** Whether so many are in their handshake, or so many from this address, that nothing is to be kept of further ones. */
    boolean isBacklogFullFor(IpAddress remote) {
        return synBacklog.isFullFor(remote);
    }

    /** The connections whose octets flow before their handshake is complete. */
    PendingFastOpens fastOpens() {
        return fastOpens;
    }

    /** A SYN was answered, and nothing kept of it. */
    void onCookieSent(long now) {
        hasSentCookies = true;
        lastCookieAt = now;
    }

    /** Whether a segment of no connection may bring a cookie that is still good. */
    boolean mayHaveSentCookie(long now) {
        return hasSentCookies && now - lastCookieAt < CookieNumbers.LIFETIME_NANOS;
    }

    /** A SYN has made a connection. */
    void onSynTaken(PassiveOpen opening, IpAddress remote) {
        synBacklog.add(opening, remote);
    }

    /** The handshake of a connection is complete. */
    void onEstablished(PassiveOpen opening) {
        synBacklog.remove(opening);
        if (closed || acceptQueue.size() >= backlog) {
            stack.abortSoon(opening.connection());
            return;
        }
        acceptQueue.add(opening);
        observer.onAcceptable(this);
    }

    /** A connection ended before it was accepted; what came over it in order may still be accepted and read. */
    void onClosed(PassiveOpen opening, CloseCause cause) {
        if (!synBacklog.remove(opening) && cause != CloseCause.NORMAL) {
            acceptQueue.remove(opening);
        }
    }
}
