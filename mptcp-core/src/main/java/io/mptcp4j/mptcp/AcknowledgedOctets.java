package io.mptcp4j.mptcp;

import io.mptcp4j.stream.SendStream;
import io.mptcp4j.wire.mptcp.MpTcprst;

/**
 * Gives octets of the send stream back. RFC 8684 3.3.2, 3.3.6: an octet is kept until a DATA_ACK covers it and every subflow
 * that carried it has had it acknowledged.
 */
final class AcknowledgedOctets {
    /** So often a subflow must have got no answer before it is ended for what it keeps; with the least timeout, 0.6 s. */
    private static final int TIMEOUTS_OF_BLOCKER = 2;

    /** With an eighth of the buffer left everything is about to stand still: then one timeout is enough. */
    private static final int SCARCE_SHARE = 8;

    private final MptcpConnection connection;
    private final DataLevel data;
    private final SendStream stream;
    private final SubflowList subflows;
    private final SendTuning tuning;
    private long acknowledged;
    private boolean due;

    AcknowledgedOctets(MptcpConnection connection) {
        this.connection = connection;
        this.data = connection.data();
        this.stream = connection.sendStream();
        this.subflows = connection.subflowList();
        this.tuning = new SendTuning(
                connection.host().memory(),
                stream,
                subflows,
                connection.settings().sendBuffer());
    }

    /** The application wants the send buffer to be like this from now on. */
    void changeBuffer(BufferSize size) {
        tuning.change(size);
    }

    /** A subflow is gone, and with it what it had to repeat: {@link #beginOutput} looks again. */
    void onSubflowClosed() {
        due = true;
    }

    /** Before any packet of this turn borrows octets. */
    void beginOutput(long nowNanos) {
        if (due && !stream.isClosed()) {
            due = false;
            release();
        }
        // RFC 8684 3.3.2: a subflow that gets nothing through must not block the stream for the others. That a writer
        // keeps the buffer full is no such thing: what counts is the room for octets that must stay.
        boolean blocked = stream.spare() < stream.allowance() / 2 && !stream.isFinished();
        if (blocked && stream.released() < data.sndUna()) {
            endBlockers(nowNanos);
        }
    }

    /** Releases what may be; tells the application when that makes room. No packet may borrow octets now. */
    void release() {
        long releasable = Math.min(data.sndUna(), subflows.lowestOutstanding());
        boolean room = releasable > stream.released() || data.sndUna() > acknowledged;
        if (room) {
            acknowledged = data.sndUna();
            stream.acknowledge(acknowledged);
            stream.release(releasable);
            tuning.onAcknowledged();
            connection.onRoom();
        }
    }

    private void endBlockers(long nowNanos) {
        if (connection.fallback().isInfinite() || !subflows.hasHealthy()) {
            return;
        }
        boolean scarce = stream.spare() < stream.allowance() / SCARCE_SHARE;
        for (int i = subflows.count() - 1; i >= 0; i--) {
            Subflow subflow = subflows.get(i);
            // RFC 8899 4.3: a path that takes no full segments is known by its second timeout. A subflow that is ended
            // before would come back, and fall into the same hole.
            int patience = scarce && !subflow.tcp().isPathMtuUnproven() ? 1 : TIMEOUTS_OF_BLOCKER;
            if (subflow.tcp().consecutiveTimeouts() >= patience && subflow.tcp().lowestOutstanding() < data.sndUna()) {
                subflow.fail(MpTcprst.TOO_MUCH_OUTSTANDING_DATA, nowNanos);
            }
        }
    }
}
