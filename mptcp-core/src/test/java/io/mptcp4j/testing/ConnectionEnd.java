package io.mptcp4j.testing;

import io.mptcp4j.mptcp.CloseCause;
import io.mptcp4j.mptcp.ConnectionObserver;
import io.mptcp4j.mptcp.FallbackReason;
import io.mptcp4j.mptcp.MptcpConnection;
import io.mptcp4j.stack.Listener;

/** One end of a transfer between two stacks: the connection, and the application that uses it. */
public final class ConnectionEnd implements ConnectionObserver, StackHost.Application {
    private final TransferEnd application;

    private Listener listener;
    private MptcpConnection connection;
    private boolean established;
    private CloseCause cause;
    private FallbackReason fallbackReason = FallbackReason.NONE;
    private int mostSubflows;
    private boolean closing;

    ConnectionEnd(TransferEnd application) {
        this.application = application;
    }

    /** The application. */
    public TransferEnd application() {
        return application;
    }

    /** The connection; null before there is one. */
    public MptcpConnection connection() {
        return connection;
    }

    /** Whether the handshake of the first subflow was completed. */
    public boolean isEstablished() {
        return established;
    }

    /** Why the connection ended; null while it has not. */
    public CloseCause cause() {
        return cause;
    }

    /** Why the connection runs as plain TCP. */
    public FallbackReason fallbackReason() {
        return fallbackReason;
    }

    /** The most subflows that the connection had at the end of a turn. */
    public int mostSubflows() {
        return mostSubflows;
    }

    @Override
    public void onEstablished(MptcpConnection of) {
        established = true;
    }

    @Override
    public void onReadable(MptcpConnection of) {
        // Looks for itself in each turn.
    }

    @Override
    public void onWritable(MptcpConnection of) {
        // Looks for itself in each turn.
    }

    @Override
    public void onClosed(MptcpConnection of, CloseCause why) {
        if (cause != null) {
            throw new IllegalStateException("closed twice: " + cause + ", " + why);
        }
        cause = why;
    }

    /** Waits for a connection. */
    void waitFor(Listener newListener) {
        listener = newListener;
    }

    /** Takes a connection over. */
    void use(MptcpConnection newConnection) {
        connection = newConnection;
    }

    /** Lets the application read and write; closes when both directions have ended. */
    @Override
    public void turn(long nowNanos) {
        if (connection == null && listener != null) {
            connection = listener.accept(this);
            established = connection != null;
        }
        if (connection == null) {
            return;
        }
        if (application.read(connection.receiveStream())) {
            connection.onConsumed(nowNanos);
        }
        if (cause == null && application.write(connection.sendStream())) {
            connection.onWritten(nowNanos);
        }
        if (application.isDone() && !closing) {
            closing = true;
            connection.close(nowNanos);
        }
        fallbackReason = connection.fallbackReason();
        mostSubflows = Math.max(mostSubflows, connection.subflowCount());
    }

    @Override
    public String toString() {
        return application + ", " + (connection == null ? "no connection" : connection.state()) + ", " + cause
                + ", at most " + mostSubflows + " subflows, fallback " + fallbackReason;
    }
}
