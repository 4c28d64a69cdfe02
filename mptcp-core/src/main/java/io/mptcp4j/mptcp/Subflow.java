package io.mptcp4j.mptcp;

import io.mptcp4j.device.PacketBuffer;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.congestion.CoupledView;
import io.mptcp4j.mptcp.scheduler.SubflowView;
import io.mptcp4j.tcp.OutgoingSegment;
import io.mptcp4j.tcp.TcpConnection;
import io.mptcp4j.tcp.UpperLayer;
import io.mptcp4j.tcp.Verdict;
import io.mptcp4j.time.Deadlines;
import io.mptcp4j.wire.FourTuple;
import io.mptcp4j.wire.TcpOptions;
import io.mptcp4j.wire.TcpView;
import io.mptcp4j.wire.mptcp.MpTcprst;
import io.netty.buffer.ByteBuf;

/**
 * One subflow of a connection (RFC 8684 2): what TCP asks of the layer above it, answered by the connection's streams, the
 * subflow's mapping and its signalling.
 */
public final class Subflow implements UpperLayer, SubflowView, CoupledView {
    /** The peer did not say why it reset the subflow. */
    public static final int NO_REASON = -1;

    private final MptcpConnection connection;
    private int id;
    private final boolean initial;
    private final boolean opener;
    private final SubflowReceiver receiver;
    private final SentRun sentRun = new SentRun();
    private final SubflowRole role = new SubflowRole();
    private final SubflowEnd end = new SubflowEnd();
    private final SenderNotes notes = new SenderNotes();

    private TcpConnection tcp;
    private Signalling signalling;
    private SubflowState state = SubflowState.CONNECTING;
    private boolean everActive;
    private boolean transmitted;
    private boolean held;
    private boolean dataFinOwed;

    Subflow(MptcpConnection connection, boolean initial, boolean opener) {
        this.connection = connection;
        this.initial = initial;
        this.opener = opener;
        this.receiver = new SubflowReceiver(this);
    }

    // ---- construction

    void setId(int number) {
        id = number;
    }

    void setTcp(TcpConnection connectionBelow) {
        tcp = connectionBelow;
    }

    void signalBy(Signalling next) {
        signalling = next;
    }

    // ---- options

    @Override
    public int optionsLength(OutgoingSegment segment, int room) {
        if (segment.isRst()) {
            // RFC 8684 3.6: a RST of MPTCP says why; plain TCP's does not.
            return signalling instanceof NoSignalling ? 0 : end.optionLength(connection.keys(), room);
        }
        return signalling.optionsLength(segment, room);
    }

    @Override
    public void writeOptions(OutgoingSegment segment, ByteBuf into, int index, int length) {
        if (segment.isRst()) {
            connection.count(end.isFastclose() ? Counter.FASTCLOSE_TX : Counter.TCPRST_TX);
            if (end.isFail()) {
                connection.count(Counter.FAIL_TX);
            }
            end.writeOption(into, index, connection.keys());
        } else {
            signalling.writeOptions(segment, into, index);
        }
    }

    @Override
    public Verdict onSegment(TcpView segment, TcpOptions options, long window, long nowNanos) {
        connection.setNow(nowNanos);
        if (segment.isSyn() && segment.isAck() && initial && opener) {
            connection.earlyOctets().onAnswered(this);
        }
        return signalling.onSegment(segment, options, window, nowNanos);
    }

    /** The peer answered our SYN of this version: with MP_CAPABLE when there is no reason against it. */
    void rememberAnswer(MptcpVersion version, FallbackReason reason, long nowNanos) {
        FourTuple tuple = tcp.tuple();
        DestinationMemory memory = connection.host().destinations();
        if (reason == null) {
            memory.onAnswered(tuple.remoteAddress(), tuple.remotePort(), version, nowNanos);
        } else {
            memory.onUnspoken(
                    tuple.remoteAddress(),
                    tuple.remotePort(),
                    version,
                    connection.settings().versions(),
                    nowNanos);
        }
    }

    // ---- octets

    @Override
    public long receiveWindow() {
        return connection.window().advertise();
    }

    @Override
    public long sharedWindow() {
        return receiver.isInfinite() ? 0 : connection.window().largest();
    }

    @Override
    public int admitted(int ssn, int length) {
        return receiver.admitted(ssn, length);
    }

    @Override
    public boolean onOctets(int ssn, ByteBuf octets, int index, int length) {
        if (!opener && initial && connection.earlyOctets().isExpected()) {
            return connection.earlyOctets().onOctets(octets, index, length);
        }
        return receiver.onOctets(ssn, octets, index, length);
    }

    @Override
    public void readOctets(long position, int length, PacketBuffer into) {
        connection.sendStream().read(position, length, into);
    }

    // ---- life

    @Override
    public boolean mayTransmit() {
        return state == SubflowState.ACTIVE || state == SubflowState.CLOSING;
    }

    @Override
    public void onEstablished(long nowNanos) {
        if (initial && opener) {
            connection.earlyOctets().onAnswered(this);
        }
        // RFC 8684 3.2: the end that opens an additional subflow waits for the fourth ACK.
        if (!initial && opener && signalling instanceof MpJoinHandshake) {
            state = SubflowState.PRE_ESTABLISHED;
            tcp.requestAck();
        } else {
            activate(nowNanos);
        }
    }

    /** The handshake is over: octets may flow. */
    void activate(long nowNanos) {
        if (state == SubflowState.CONNECTING || state == SubflowState.PRE_ESTABLISHED) {
            state = SubflowState.ACTIVE;
            everActive = true;
            connection.events().onActive(this);
        }
    }

    @Override
    public void onAcked(long nowNanos) {
        notes.peak.onAcked(this, nowNanos);
        connection.events().onAcked(this, nowNanos);
    }

    @Override
    public void onFin(int ssn, long nowNanos) {
        connection.events().onFin(this, receiver.finPosition(ssn), nowNanos);
    }

    @Override
    public void onReset(TcpView segment, TcpOptions options, boolean refused, long nowNanos) {
        end.onFailed();
        connection.events().onReset(this, options, refused, nowNanos);
    }

    @Override
    public void onRetransmissionTimeout(int consecutive, long nowNanos) {
        connection.events().onStalled(this, consecutive, nowNanos);
    }

    @Override
    public void onTimedOut(long nowNanos) {
        end.onFailed();
        connection.events().onTimedOut(this, tcp.isUnreachable(), nowNanos);
    }

    @Override
    public void onClosed(long nowNanos) {
        state = SubflowState.CLOSED;
        receiver.close();
        connection.events().onClosed(this, nowNanos);
    }

    /** Closes the subflow in order: FIN behind what it carries. */
    void close(long nowNanos) {
        if (state == SubflowState.ACTIVE) {
            state = SubflowState.CLOSING;
            connection.paths().onSubflowClosed(this);
            if (connection.closeCause() == null) {
                connection.reinjectFrom(this);
            }
            tcp.close(nowNanos);
            if (connection.isMptcp()) {
                // RFC 8684 3.3.3: a FIN ends the subflow alone, and the stream goes on without it: its peer is not
                // waited for.
                tcp.closeReceive(nowNanos);
            }
        } else if (state != SubflowState.CLOSING && state != SubflowState.CLOSED) {
            fail(MpTcprst.UNSPECIFIED, nowNanos);
        }
    }

    /** Ends the subflow with a RST that gives this reason (RFC 8684 3.6). */
    void fail(int reason, long nowNanos) {
        if (state == SubflowState.CLOSED) {
            return;
        }
        end.onFailed(reason);
        connection.count(Counter.SUBFLOWS_RESET);
        connection.reinjectFrom(this);
        tcp.reset(nowNanos);
    }

    /** Ends the subflow with a RST that names the mapping which was altered (RFC 8684 3.7). */
    void failByChecksum(long dsn, long nowNanos) {
        if (state != SubflowState.CLOSED) {
            fail(MpTcprst.MIDDLEBOX_INTERFERENCE, nowNanos);
            end.onChecksumFailed(dsn);
        }
    }

    /** Has TCP answer with a RST that names the mapping which was altered (RFC 8684 3.7). */
    Verdict refuseByChecksum(long dsn) {
        Verdict verdict = refuse(MpTcprst.MIDDLEBOX_INTERFERENCE);
        end.onChecksumFailed(dsn);
        return verdict;
    }

    /** Has TCP answer with a RST that gives this reason (RFC 8684 3.6). */
    Verdict refuse(int reason) {
        end.onFailed(reason);
        connection.count(Counter.SUBFLOWS_RESET);
        return Verdict.RESET;
    }

    /** Ends the subflow as part of a fast close (RFC 8684 3.5). */
    void fastclose(long nowNanos) {
        if (connection.isMptcp() && connection.keys().isComplete()) {
            end.onFastclose(connection.version());
        }
        tcp.reset(nowNanos);
    }

    /** Tells the peer on this subflow that all is over (RFC 8684 3.5, option A), and waits for its RST. */
    void announceFastclose(long nowNanos) {
        state = SubflowState.CLOSING;
        signalling = new FastcloseWait(connection);
        end.onFastclose(connection.version());
        tcp.announceReset(nowNanos);
    }

    /** Ends the subflow without a word: its device is gone. */
    void abandon(long nowNanos) {
        end.onFailed();
        connection.reinjectFrom(this);
        tcp.abandon(nowNanos);
    }

    // ---- signals

    /** The local address became a backup, or is one no longer: the peer is told (RFC 8684 3.3.8). */
    void changeBackup(boolean backup) {
        if (role.isBackupLocally() != backup) {
            role.setBackupLocally(backup);
            connection.host().events().onPriority(this, backup, false);
            connection.outgoing().prioritise(this, backup);
        }
    }

    /** The third ACK of MP_JOIN came again: the fourth was lost. */
    void onRepeatedJoin() {
        if (!initial && !opener) {
            tcp.requestAck();
        }
    }

    void oweDataFin() {
        dataFinOwed = true;
        tcp.requestAck();
    }

    boolean owesDataFin() {
        return dataFinOwed;
    }

    void dataFinWritten() {
        dataFinOwed = false;
    }

    // ---- the turn

    /** Puts octets of the stream on this subflow; 0 = held back, and not asked again in this turn. */
    int transmit(long position, int length, boolean more, long nowNanos) {
        signalling.beforeUnit(nowNanos);
        int limit = signalling.limitUnit(length, tcp.maximumSegmentSize());
        limit = (int) Math.min(limit, notes.burst.room(this, nowNanos));
        int ssn = 1 + (int) tcp.octetsSent();
        int taken = tcp.transmit(position, limit, more || limit < length, nowNanos);
        notes.burst.onSent(this, taken, nowNanos);
        if (taken > 0) {
            sentRun.onSent(ssn, position, taken);
        }
        held = taken == 0;
        transmitted |= taken > 0;
        return taken;
    }

    /** Not asked again in this turn. */
    void hold() {
        held = true;
    }

    void beginTurn() {
        held = false;
    }

    void advance(long nowNanos) {
        if (signalling.nextDeadline() <= nowNanos) {
            signalling.advance(nowNanos);
        }
        tcp.advance(nowNanos);
    }

    long nextDeadline() {
        return Deadlines.earliest(tcp.nextDeadline(), signalling.nextDeadline());
    }

    // ---- what the scheduler sees

    @Override
    public boolean isUsable() {
        return isActive() && (isHealthy() || !connection.subflowList().hadHealthy());
    }

    @Override
    public boolean isBackup() {
        return role.isBackup();
    }

    @Override
    public boolean isEligible() {
        // RFC 8684 3.3.8: a backup is used only when there is no other.
        return isUsable() && !(isBackup() && connection.subflowList().hadRegular());
    }

    @Override
    public long sendRoom() {
        return held ? 0 : Math.min(tcp.sendRoom(), notes.burst.room(this, connection.nowNanos()));
    }

    @Override
    public long congestionWindow() {
        return tcp.congestion().window();
    }

    @Override
    public long slowStartThreshold() {
        return tcp.congestion().slowStartThreshold();
    }

    @Override
    public boolean isTested() {
        return notes.test.isOver(this, connection.data().window());
    }

    @Override
    public long peakRate() {
        return notes.peak.rate();
    }

    @Override
    public long octetsInFlight() {
        return tcp.octetsInFlight();
    }

    @Override
    public long smoothedRttNanos() {
        return tcp.presentRttNanos(connection.nowNanos());
    }

    @Override
    public long loadedRttNanos() {
        return tcp.outstandingOctets() > 0 ? smoothedRttNanos() : tcp.smoothedRttNanos();
    }

    @Override
    public long minimumRttNanos() {
        return tcp.minimumRttNanos();
    }

    @Override
    public long rttVarianceNanos() {
        return tcp.rttVarianceNanos();
    }

    @Override
    public int maximumSegmentSize() {
        return tcp.maximumSegmentSize();
    }

    // ---- getters

    /** What a mapping of ours calls a subflow sequence number: octets of our SYN do not count (RFC 8684 B.3, figure 19). */
    int declaredSsn(int ssn) {
        return initial ? ssn - connection.earlyOctets().sent() : ssn;
    }

    /** What a mapping of the peer calls a subflow sequence number. */
    int declaredSsnOfPeer(int ssn) {
        return initial ? ssn - connection.earlyOctets().received() : ssn;
    }

    /** The subflow sequence number that a mapping of the peer means. */
    int ssnOfDeclared(int declared) {
        return initial ? declared + connection.earlyOctets().received() : declared;
    }

    /** What it was given last. */
    SentRun sentRun() {
        return sentRun;
    }

    /** Where what arrives goes. */
    SubflowReceiver receiver() {
        return receiver;
    }

    /** The TCP connection below. */
    public TcpConnection tcp() {
        return tcp;
    }

    /** The connection to which the subflow belongs. */
    public MptcpConnection connection() {
        return connection;
    }

    /** Where the subflow is in its life. */
    public SubflowState state() {
        return state;
    }

    /** Names the subflow within its connection; the first one has 0. */
    public int id() {
        return id;
    }

    /** Whether this is the connection's first subflow. */
    public boolean isInitial() {
        return initial;
    }

    /** Whether this end opened the subflow. */
    public boolean isOpener() {
        return opener;
    }

    /** The address ID of our end; 0 on the first subflow. */
    public int localId() {
        return role.localId();
    }

    /** The address ID of the peer's end; 0 on the first subflow. */
    public int remoteId() {
        return role.remoteId();
    }

    /** Why the peer reset it (RFC 8684 3.6); {@link #NO_REASON} when it did not, or did not say. */
    public int peerResetReason() {
        return end.peerReason();
    }

    /** Whether the peer's RST said that the subflow may be tried again (RFC 8684 3.6, flag T). */
    public boolean isPeerResetTransient() {
        return end.isTransient();
    }

    /** The reason that our RST gave (RFC 8684 3.6); {@link #NO_REASON} when there was none. */
    public int resetReason() {
        return end.reason();
    }

    /** Whether we asked to use this subflow only when there is no other. */
    public boolean isBackupLocally() {
        return role.isBackupLocally();
    }

    /** Whether octets of the stream may be put on it, were there room. */
    boolean isActive() {
        // RFC 8684 B: before its third ACK a peer with MPTCP cannot be told a DATA_ACK, for its key is not known.
        return state == SubflowState.ACTIVE
                && (tcp.state().mayTransmit() || tcp.fastOpen().isUnderWay() && !connection.isMptcp());
    }

    /** Whether it is active and its octets are being acknowledged. */
    boolean isHealthy() {
        return isActive() && tcp.consecutiveTimeouts() == 0 && !notes.isStale();
    }

    SubflowRole role() {
        return role;
    }

    SubflowEnd end() {
        return end;
    }

    /** Whether it was a join, and the peer does not know the connection any more (RFC 8684 3.2: an unknown token). */
    boolean isUnknownToPeer() {
        return end.wasReset() && !initial && opener && !everActive && end.peerReason() == MpTcprst.MPTCP_SPECIFIC;
    }

    /** Whether its handshake had been complete. */
    boolean wasActive() {
        return everActive;
    }

    /** What the sending half of the connection notes. */
    SenderNotes notes() {
        return notes;
    }

    boolean hasTransmitted() {
        return transmitted;
    }

    boolean isSignalledBy(Signalling candidate) {
        return signalling == candidate;
    }

    @Override
    public String toString() {
        return "subflow " + (tcp == null ? "?" : tcp.tuple()) + " " + state;
    }
}
