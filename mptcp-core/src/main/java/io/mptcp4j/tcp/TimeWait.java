package io.mptcp4j.tcp;

import io.mptcp4j.number.SequenceNumber;
import io.mptcp4j.wire.TcpOptions;
import io.mptcp4j.wire.TcpView;

/** Who may take the 4-tuple of a connection in TIME-WAIT before its time is over (RFC 9293 3.6.1, RFC 6191). */
public final class TimeWait {
    /** So long the peer has had no segment of ours: its clock and ours have gone on for certain. */
    private static final long REST_NANOS = 1_000_000_000L;

    private final Tcb tcb;
    private final Timestamps timestamps;
    private final ReceiveSequence receive;
    private final long lastHeardAt;

    TimeWait(Tcb tcb, Timestamps timestamps, ReceiveSequence receive, long lastHeardAt) {
        this.tcb = tcb;
        this.timestamps = timestamps;
        this.receive = receive;
        this.lastHeardAt = lastHeardAt;
    }

    /** Whether a SYN of the peer may, which is certainly younger than all it sent on the old connection. */
    public boolean mayBeReplacedBy(TcpView syn, TcpOptions options) {
        if (tcb.state() != TcpState.TIME_WAIT || !syn.isSyn() || syn.isAck() || syn.isRst()) {
            return false;
        }
        if (tcb.settings.timestamps() && options.hasTimestamps()) {
            if (!tcb.timestampsEnabled) {
                // RFC 6191 2: octets of the old connection have no timestamps, and those of the new one have.
                return true;
            }
            // RFC 6191 2: a timestamp greater than the last one seen; a tie is for the sequence number to break.
            int younger = options.tsVal() - timestamps.recent();
            if (younger != 0) {
                return younger > 0;
            }
        }
        // RFC 9293 3.6.1 (MAY-2): a sequence number greater than the last one seen, which is the FIN's.
        return SequenceNumber.greaterOrEqual(syn.sequenceNumber(), receive.rcvNxt());
    }

    /**
     * Whether a connection that we open may: both ends have timestamps, so that the peer knows our SYN for younger (RFC 6191 2),
     * and what it sent on the old connection is told by its own.
     */
    public boolean mayBeSucceeded(long nowNanos) {
        return tcb.state() == TcpState.TIME_WAIT
                && tcb.timestampsEnabled
                && tcb.settings.timestamps()
                && nowNanos - lastHeardAt >= REST_NANOS;
    }

    /** A sequence number to begin the new connection with, unless another one is greater. */
    public int leastSequenceNumber() {
        // RFC 9293 3.6.1 (MAY-2): larger than the largest that was used; whatever the old peer may still acknowledge.
        return tcb.sndNxt + 0x1_0000;
    }
}
