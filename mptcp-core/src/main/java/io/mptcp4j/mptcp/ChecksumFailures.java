package io.mptcp4j.mptcp;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.metric.DropReason;
import io.mptcp4j.tcp.Verdict;
import io.mptcp4j.time.Deadlines;
import io.mptcp4j.wire.mptcp.MpFail;
import io.netty.buffer.ByteBuf;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What follows when a mapping does not sum up (RFC 8684 3.7), at either end.
 *
 * <pre>
 *   beside other subflows, or when octets are not contiguous:  RST with MP_FAIL, and the octets come again elsewhere
 *   on the only subflow:
 *     receiver  ACK with MP_FAIL       -&gt;             REPORTED: everything from that mapping on is withheld
 *               &lt;-  ACK with MP_FAIL, sender                                                           AGREED
 *     AGREED: what is withheld is the stream, as plain TCP would have it
 *               &lt;-  next new octets with an infinite mapping; so do the receiver's own: plain TCP
 * </pre>
 *
 * <p>While it is agreed, and nothing new has been sent yet, DATA_ACKs and DATA_FIN still pass: the end that has nothing to
 * send cannot declare its mapping, and its peer must be able to finish.
 */
final class ChecksumFailures {
    /** So often MP_FAIL is sent before a peer that does not answer is taken for one that cannot go on. */
    static final int MAXIMUM_REPORTS = 5;

    /** So often to a peer that has sent everything, and has no room for an answer. */
    static final int REPORTS_AT_THE_END = 2;

    private static final Logger LOG = LoggerFactory.getLogger(ChecksumFailures.class);

    private enum Phase {
        NONE,
        REPORTED,
        AGREED
    }

    private final MptcpConnection connection;
    private final DataLevel data;
    private Phase phase = Phase.NONE;

    /** The subflow on which a mapping was wrong, until that is dealt with; null when there is none. */
    private Subflow suspect;

    /** The only subflow, from the report on. */
    private Subflow subflow;

    private long failedDsn;
    private boolean owed;
    private int reports;
    private long deadline = Deadlines.NEVER;

    ChecksumFailures(MptcpConnection connection) {
        this.connection = connection;
        this.data = connection.data();
    }

    // ---- what happens

    /** A mapping on this subflow does not sum up. */
    void onWrong(Subflow on) {
        forgetClosed();
        suspect = on;
    }

    /** A subflow that was reported may be reset before it is agreed on; another one may follow. */
    private void forgetClosed() {
        if (phase == Phase.REPORTED && subflow.state() == SubflowState.CLOSED) {
            forget();
        }
    }

    private void forget() {
        phase = Phase.NONE;
        deadline = Deadlines.NEVER;
        reports = 0;
        owed = false;
    }

    /** The batch is dealt with, TCP's part in it too. */
    void onInputDone(long nowNanos) {
        if (suspect == null) {
            return;
        }
        MappedUnit wrong = suspect.receiver().wrong();
        if (wrong == null || phase != Phase.NONE || suspect.state() == SubflowState.CLOSED) {
            suspect = null;
            return;
        }
        boolean alone = mayFallBack(suspect);
        if (alone && !suspect.receiver().isInFront(wrong)) {
            // Octets before it are still to come: RFC 8684 3.7 distrusts only what follows.
            return;
        }
        Subflow on = suspect;
        suspect = null;
        long dsn = data.receivedDsn(wrong.position);
        if (alone && on.receiver().withholdFrom(wrong)) {
            report(on, dsn, nowNanos);
        } else {
            // RFC 8684 3.7: nobody knows what else was changed, so that the subflow must be closed at once.
            on.failByChecksum(dsn, nowNanos);
        }
    }

    private void report(Subflow on, long dsn, long nowNanos) {
        LOG.debug("{}: octets were altered on the only subflow", connection);
        phase = Phase.REPORTED;
        subflow = on;
        failedDsn = dsn;
        sendReport(nowNanos);
    }

    private void sendReport(long nowNanos) {
        reports++;
        owed = true;
        deadline = nowNanos + subflow.tcp().retransmissionTimeoutNanos();
        subflow.tcp().requestAck();
        connection.markReady();
    }

    /** The peer says that a mapping of ours did not sum up, or answers our saying so. */
    Verdict onFail(Subflow on, MpFail option) {
        connection.count(Counter.FAIL_RX);
        forgetClosed();
        if (phase == Phase.AGREED) {
            if (reports == 0) {
                // Our answer was lost.
                owed = true;
                on.tcp().requestAck();
            }
            return Verdict.ACCEPT;
        }
        long position = data.acknowledgedPosition(option.dsn(), true);
        if (phase == Phase.NONE && (position < 0 || position > data.sndNxt())) {
            connection.drop(DropReason.BAD_MPTCP_OPTION);
            return Verdict.ACCEPT;
        }
        if (!mayFallBack(on) || !on.receiver().goInfinite()) {
            // RFC 8684 3.7: data that is not contiguous cannot become a plain stream.
            forget();
            return on.refuseByChecksum(connection.dataAck());
        }
        if (phase == Phase.NONE) {
            // RFC 8684 3.7: the receiver of an MP_FAIL MUST also respond with an MP_FAIL.
            subflow = on;
            failedDsn = connection.dataAck();
            owed = true;
            on.tcp().requestAck();
        }
        onAgreed();
        return Verdict.ACCEPT;
    }

    private void onAgreed() {
        LOG.debug("{}: both ends know of altered octets", connection);
        phase = Phase.AGREED;
        deadline = Deadlines.NEVER;
        subflow.tcp().requestAck();
        connection.fallback().onAgreed();
        connection.endMultipath();
        connection.subflowList().failJoining(subflow, connection.nowNanos());
    }

    /** Whether the stream can go on as plain TCP on this subflow: all that is in flight, both ways, is contiguous. */
    boolean mayFallBack(Subflow on) {
        return connection.subflowList().isOnlyActive(on)
                && !Fallback.isRefused(connection.settings(), FallbackReason.CHECKSUM_FAILED)
                && on.sentRun().covers(data.sndUna(), data.sndNxt());
    }

    // ---- the phases

    /** Octets are about to leave, which makes an ACK of its own needless: MP_FAIL goes first. */
    void beforeUnit(Subflow on, long nowNanos) {
        if (owes(on)) {
            on.tcp().requestAck();
            on.tcp().sendAcknowledgment(nowNanos);
        }
    }

    /** New octets are about to leave: with the infinite mapping, once both ends know. */
    void beforeNewUnit(DssSignalling signalling) {
        // Linux (6.18) whose DATA_FIN is out never tells its application of our FIN once it is plain TCP. The stream of
        // a peer that has finished ends by DATA_FIN, and ours too.
        // And a probe of our closed window that it holds ready would leave without its mapping, and become part
        // of the stream.
        boolean declares = phase == Phase.AGREED
                && !data.hasRemoteFin()
                && !connection.window().wasClosedHere();
        if (declares && !connection.fallback().isInfinite()) {
            connection.fallback().declareInfinite(subflow, signalling);
        }
    }

    /** Whether octets may go a second time: not on a subflow that is to be plain TCP. */
    boolean permitsReinjection() {
        return phase == Phase.NONE || subflow.state() == SubflowState.CLOSED;
    }

    /** Whether the connection ends with its subflow. */
    boolean isAgreed() {
        return phase == Phase.AGREED;
    }

    /** Whether there was a failure that leads, or has led, to plain TCP. */
    boolean isUnderWay() {
        return phase != Phase.NONE;
    }

    // ---- what leaves

    /** Whether the next pure ACK of this subflow shall carry MP_FAIL. */
    boolean owes(Subflow on) {
        return owed && on == subflow;
    }

    /** Writes MP_FAIL. */
    int write(ByteBuf into, int index) {
        owed = false;
        connection.count(Counter.FAIL_TX);
        return MpFail.write(into, index, failedDsn);
    }

    /** When {@link #advance} wants to be called. */
    long nextDeadline(Subflow on) {
        return on == subflow ? deadline : Deadlines.NEVER;
    }

    /** The peer has not answered for a while. */
    void advance(long nowNanos) {
        if (deadline > nowNanos) {
            return;
        }
        if (reports >= REPORTS_AT_THE_END && subflow.receiver().isWholeStreamHere()) {
            // Linux (6.18) leaves MP_FAIL away as long as its DATA_FIN is not acknowledged: both do not fit. It has
            // nothing new to say, and what is here is what plain TCP would have brought.
            subflow.receiver().goInfinite();
            onAgreed();
            connection.onInputDone(nowNanos);
            return;
        }
        if (reports < MAXIMUM_REPORTS) {
            sendReport(nowNanos);
            return;
        }
        forget();
        subflow.failByChecksum(failedDsn, nowNanos);
    }
}
