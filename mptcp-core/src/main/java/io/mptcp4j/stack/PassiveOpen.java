package io.mptcp4j.stack;

import io.mptcp4j.mptcp.CloseCause;
import io.mptcp4j.mptcp.ConnectionObserver;
import io.mptcp4j.mptcp.MptcpConnection;
import io.mptcp4j.tcp.TcpConnection;
import io.mptcp4j.tcp.TcpState;
import io.mptcp4j.wire.TcpView;

/**
 * A connection that a listener has taken, until somebody accepts it: half-open in the SYN backlog, complete in the accept
 * queue, and then no more than the link to the observer of whoever accepted it.
 */
final class PassiveOpen implements ConnectionObserver {
    private final Listener listener;
    private MptcpConnection connection;
    private ConnectionObserver observer;
    private boolean established;
    private boolean closed;

    PassiveOpen(Listener listener) {
        this.listener = listener;
    }

    /** From now on the observer hears of the connection. */
    MptcpConnection acceptBy(ConnectionObserver newObserver) {
        observer = newObserver;
        return connection;
    }

    /** The connection has been made. */
    void begin(MptcpConnection made) {
        connection = made;
    }

    MptcpConnection connection() {
        return connection;
    }

    /** Whether its handshake is not complete, though octets may flow already (RFC 7413). */
    boolean isHalfOpen() {
        return !closed
                && connection.subflowCount() > 0
                && connection.subflow(0).tcp().state() == TcpState.SYN_RECEIVED;
    }

    /**
     * Whether a segment would complete the handshake while nobody can accept the connection.
     *
     * <p>Linux does not hear such a third ACK. The SYN/ACK comes again, and the peer's answer to it or its octets, when there may be
     * room.
     */
    boolean isTooEarly(TcpView segment) {
        return isHalfOpen()
                && listener.isAcceptQueueFull()
                && segment.isAck()
                && !segment.isSyn()
                && !segment.isRst()
                && segment.acknowledgmentNumber() == connection.subflow(0).tcp().initialSendSequence() + 1;
    }

    /** Whether a segment acknowledges another SYN/ACK than the one that this connection has sent. */
    boolean isOfAnotherAnswer(TcpView segment) {
        return !established
                && isHalfOpen()
                && segment.isAck()
                && !segment.isSyn()
                && !segment.isRst()
                && segment.acknowledgmentNumber() != connection.subflow(0).tcp().initialSendSequence() + 1;
    }

    /** Forgets the connection, whose handshake is not complete, without a word to the peer. */
    void giveUp(long now) {
        TcpConnection half = connection.subflow(0).tcp();
        connection.abort(now);
        half.abandon(now);
    }

    /** Whether the listener has heard that octets may flow. */
    boolean isEstablished() {
        return established;
    }

    /** Whether the connection has ended. */
    boolean isClosed() {
        return closed;
    }

    @Override
    public void onEstablished(MptcpConnection ready) {
        connection = ready;
        established = true;
        listener.onEstablished(this);
    }

    @Override
    public void onReadable(MptcpConnection readable) {
        if (observer != null) {
            observer.onReadable(readable);
        }
    }

    @Override
    public void onWritable(MptcpConnection writable) {
        if (observer != null) {
            observer.onWritable(writable);
        }
    }

    @Override
    public void onClosed(MptcpConnection ended, CloseCause cause) {
        closed = true;
        if (observer != null) {
            observer.onClosed(ended, cause);
        } else {
            listener.onClosed(this, cause);
            if (cause != CloseCause.NORMAL) {
                // Nobody will accept it, so nobody will read.
                ended.receiveStream().close();
            }
        }
    }
}
