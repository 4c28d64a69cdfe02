package io.mptcp4j.mptcp;

import io.mptcp4j.tcp.TcpState;
import io.mptcp4j.time.Deadlines;

/** How a connection ends: its states at data level (RFC 8684 3.3.3), what ended it, and how long it waits. */
final class Closing {
    private final MptcpConnection connection;
    private final ConnectionObserver observer;
    private ConnectionState state = ConnectionState.CONNECTING;
    private CloseCause cause;
    private boolean readerClosed;
    private long closeDeadline = Deadlines.NEVER;
    private long closeProgress;
    private long strandedDeadline = Deadlines.NEVER;

    Closing(MptcpConnection connection, ConnectionObserver observer) {
        this.connection = connection;
        this.observer = observer;
    }

    // ---- the way in

    void onEstablished() {
        state = ConnectionState.ESTABLISHED;
        observer.onEstablished(connection);
    }

    void onSubflowActive() {
        strandedDeadline = Deadlines.NEVER;
    }

    // ---- the orderly way out

    /** The application closes: what it wrote is still delivered. */
    void close(long nowNanos) {
        if (readerClosed) {
            return;
        }
        readerClosed = true;
        if (cause != null) {
            connection.receiveStream().close();
            return;
        }
        connection.sendStream().finish();
        awaitPeer(nowNanos);
        boolean unread = connection.receiveStream().available() > 0
                || connection.receiveStream().hasUnpublished();
        // RFC 9293 3.6 (RFC 1122 4.2.2.13): closing with octets unread resets, since they are lost.
        if (state == ConnectionState.CONNECTING || unread) {
            connection.abort(nowNanos);
        }
    }

    private void awaitPeer(long nowNanos) {
        closeProgress = progress();
        closeDeadline = nowNanos + connection.settings().closeTimeoutNanos();
    }

    private long progress() {
        return connection.acknowledgedOctets() + connection.receivedOctets();
    }

    /** Whether octets that arrive have nobody to read them. */
    boolean refusesOctets() {
        return readerClosed;
    }

    /** RFC 9293 3.6 (RFC 1122 4.2.2.13): octets for a closed application reset the connection. */
    void onOctetsAfterClose(long nowNanos) {
        if (cause == null) {
            connection.abort(nowNanos);
        }
    }

    void onFinSent() {
        state = state.afterFinSent();
    }

    void onFinAcknowledged(long nowNanos) {
        state = state.afterFinAcknowledged();
        finishIfDone(nowNanos);
    }

    void onFinReceived(long nowNanos) {
        state = state.afterFinReceived();
        finishIfDone(nowNanos);
    }

    /** RFC 8684 3.3.3: a connection is closed once both DATA_FINs are acknowledged; then all subflows are closed by FIN. */
    private void finishIfDone(long nowNanos) {
        if (state != ConnectionState.CLOSED || cause != null) {
            return;
        }
        cause = CloseCause.NORMAL;
        closeDeadline = Deadlines.NEVER;
        connection.closeSubflows(nowNanos);
        releaseReceived();
        tellClosed();
    }

    // ---- the other ways out

    /** The connection is over. What was published can still be read. */
    void end(CloseCause why, long nowNanos) {
        if (cause != null) {
            return;
        }
        cause = why;
        state = ConnectionState.CLOSED;
        closeDeadline = Deadlines.NEVER;
        strandedDeadline = Deadlines.NEVER;
        connection.receiveStream().abort();
        releaseReceived();
        connection.closeSendStream();
        tellClosed();
    }

    private void tellClosed() {
        observer.onClosed(connection, cause);
        if (connection.events().isEstablished()) {
            connection.host().events().onClosed(connection, cause);
        }
    }

    /** What nobody will read any more is given back; else the reader's close does it. */
    private void releaseReceived() {
        if (readerClosed) {
            connection.receiveStream().close();
        }
    }

    /**
     * A subflow is gone.
     *
     * @param left how many there are still
     */
    void onSubflowClosed(int left, Subflow last, long nowNanos) {
        if (left > 0) {
            return;
        }
        if (cause == null && connection.fallback().isForGood()) {
            end(last.end().wasReset() ? CloseCause.RESET : CloseCause.ABORTED, nowNanos);
        } else if (cause == null && last.end().wasReset() && !mayResume(last)) {
            end(CloseCause.RESET, nowNanos);
        } else if (cause == null && state == ConnectionState.CONNECTING) {
            end(CloseCause.ABORTED, nowNanos);
        }
        if (cause != null) {
            connection.release();
        } else if (strandedDeadline == Deadlines.NEVER) {
            // RFC 8684 3.3.3: without any subflow the connection ends only after a timeout, for break-before-make.
            strandedDeadline = nowNanos + connection.settings().strandedNanos();
        }
    }

    /** RFC 8684 3.5: a RST has the scope of its subflow, and the connection stays for a while, for break-before-make. */
    private boolean mayResume(Subflow last) {
        boolean isOver = state == ConnectionState.CLOSING || state == ConnectionState.LAST_ACK;
        return connection.isConfirmed() && !isOver && !last.isUnknownToPeer();
    }

    void advance(long nowNanos) {
        if (strandedDeadline <= nowNanos) {
            end(CloseCause.TIMED_OUT, nowNanos);
            connection.fastcloseSubflows(nowNanos);
            if (connection.subflowCount() == 0) {
                connection.release();
            }
        } else if (closeDeadline <= nowNanos && (progress() != closeProgress || waitsForReader(nowNanos))) {
            // However slow the path is: what was written before the close is delivered as long as it goes on.
            awaitPeer(nowNanos);
        } else if (closeDeadline <= nowNanos) {
            end(CloseCause.TIMED_OUT, nowNanos);
            connection.fastcloseSubflows(nowNanos);
        }
    }

    /** RFC 9293 3.8.6.1: a peer that has no room, and answers probes, may stay so for as long as memory is not short. */
    private boolean waitsForReader(long nowNanos) {
        boolean unsent =
                connection.acknowledgedOctets() < connection.sendStream().endPosition();
        return unsent
                && !connection.host().memory().isShort()
                && connection
                        .subflowList()
                        .isShutByPeer(nowNanos - connection.settings().closeTimeoutNanos());
    }

    long nextDeadline() {
        return Deadlines.earliest(closeDeadline, strandedDeadline);
    }

    // ---- getters

    /** Whether a subflow's TCP has had its FIN acknowledged, after fallback. */
    static boolean isFinAcknowledged(TcpState tcpState) {
        return tcpState == TcpState.FIN_WAIT_2 || tcpState == TcpState.TIME_WAIT || tcpState == TcpState.CLOSED;
    }

    ConnectionState state() {
        return state;
    }

    CloseCause cause() {
        return cause;
    }
}
