package io.mptcp4j.mptcp;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.metric.DropReason;
import io.mptcp4j.mptcp.congestion.CongestionGroup;
import io.mptcp4j.mptcp.path.PathRequests;
import io.mptcp4j.stream.ReceiveStream;
import io.mptcp4j.stream.SendStream;
import io.mptcp4j.time.Deadlines;
import io.mptcp4j.wire.FourTuple;
import io.mptcp4j.wire.IpAddress;
import io.mptcp4j.wire.TcpOptions;
import io.mptcp4j.wire.TcpView;

/**
 * One connection: two octet streams over one or more subflows (RFC 8684), or over one TCP connection when MPTCP is not to
 * be had.
 *
 * <p><b>Threads.</b> Everything here runs on the thread that drives the stack; the application's threads use
 * {@link #sendStream()} and {@link #receiveStream()} by their own sides.
 */
public final class MptcpConnection {
    private final ConnectionHost host;
    private ConnectionSettings settings;
    private final ConnectionObserver observer;
    private final boolean initiator;
    private final long id;

    private final SendStream sendStream;
    private final ReceiveStream receiveStream;
    private final ReceiveWindow window;
    private final ReceiveTuning tuning;
    private final DataLevel data = new DataLevel();
    private final DataActivity activity = new DataActivity();
    private final SubflowList subflows;
    private final CongestionGroup congestion;
    private final OutgoingSignals outgoing = new OutgoingSignals(this);
    private final AddressSignals signals = new AddressSignals(this, outgoing);
    private final PathControl paths;
    private final JoinRate joinRate = new JoinRate();
    private final PassiveJoins joins;
    private final DataSender sender;
    private final AcknowledgedOctets acknowledged;
    private final Closing closing;
    private final Fallback fallback = new Fallback(this);
    private final SubflowEvents events;
    private final DataArrives arrives;

    private final Agreement agreement = new Agreement(this);
    private final EarlyOctets earlyOctets = new EarlyOctets(this);
    private long now;

    MptcpConnection(ConnectionHost host, ConnectionSettings settings, ConnectionObserver observer, boolean initiator) {
        this.host = host;
        this.settings = settings;
        this.observer = observer;
        this.initiator = initiator;
        this.id = host.events().nextConnectionId();
        this.sendStream = new SendStream(
                host.allocator(), host.memory(), settings.sendBuffer().initial());
        this.receiveStream = new ReceiveStream(
                host.allocator(), host.memory(), settings.receiveBuffer().initial());
        this.window = new ReceiveWindow(receiveStream);
        this.subflows = new SubflowList(settings.maxSubflows());
        this.tuning = new ReceiveTuning(host.memory(), receiveStream, subflows, settings.receiveBuffer());
        this.congestion = new CongestionGuard(this, settings.congestion());
        this.paths = new PathControl(this, settings.pathManager());
        this.joins = new PassiveJoins(this, paths, joinRate);
        this.sender = new DataSender(this, settings.scheduler(), subflows.places());
        this.acknowledged = new AcknowledgedOctets(this);
        this.closing = new Closing(this, observer);
        this.arrives = new DataArrives(this, sender, closing);
        this.events = new SubflowEvents(this, sender, acknowledged, closing, paths);
    }

    // ---- construction

    /**
     * Opens a connection (RFC 8684 3.1).
     *
     * @param local our address; null: chosen by the route
     * @param localPort our port; 0: an ephemeral one
     * @return null when there is no route, no address, no free port, or a limit is reached
     */
    public static MptcpConnection connect(
            ConnectionHost host,
            ConnectionSettings settings,
            ConnectionObserver observer,
            IpAddress local,
            int localPort,
            IpAddress remote,
            int remotePort,
            long nowNanos) {
        MptcpConnection connection = new MptcpConnection(host, settings, observer, true);
        connection.now = nowNanos;
        return ConnectionOpening.connect(connection, local, localPort, remote, remotePort, nowNanos)
                ? connection
                : null;
    }

    /**
     * Takes a SYN that a listener accepts.
     *
     * @return null when it is refused; nothing is left of it then
     */
    public static MptcpConnection accept(
            ConnectionHost host,
            ConnectionSettings settings,
            ConnectionObserver observer,
            FourTuple tuple,
            TcpView syn,
            TcpOptions options,
            long nowNanos) {
        MptcpConnection connection = new MptcpConnection(host, settings, observer, false);
        connection.now = nowNanos;
        return ConnectionOpening.accept(connection, tuple, syn, options, nowNanos) ? connection : null;
    }

    /** Whether a listener of these settings refuses a SYN because it would have to go on as plain TCP. */
    public static boolean refuses(ConnectionSettings settings, TcpOptions options) {
        return ConnectionOpening.refuses(settings, options);
    }

    /** A SYN with MP_JOIN named our token (RFC 8684 3.2): answers it, and keeps nothing. */
    public JoinVerdict answerJoin(JoinRequest request, TcpView syn, TcpOptions options, long nowNanos) {
        now = nowNanos;
        return joins.answer(request, syn, options, nowNanos);
    }

    /** What arrives next may be the third ACK of a join: its subflow begins, and judges that (RFC 8684 3.2). */
    public JoinVerdict resumeJoin(JoinRequest request, long nowNanos) {
        now = nowNanos;
        return joins.resume(request, nowNanos);
    }

    // ---- the turn

    /** Handles the timers that have expired. */
    public void advance(long nowNanos) {
        now = nowNanos;
        subflows.advance(nowNanos);
        sender.advance(nowNanos);
        outgoing.advance(nowNanos);
        paths.advance(nowNanos);
        closing.advance(nowNanos);
    }

    /** After a batch of input for this connection: hands on what arrived, and tells the observer. */
    public void onInputDone(long nowNanos) {
        now = nowNanos;
        fallback.onInputDone(nowNanos);
        receiveStream.publish();
        tuning.onProgress(nowNanos);
        if (fallback.isInfinite() && subflows.count() > 0) {
            events.checkPlainFin(subflows.get(0), nowNanos);
        }
        acknowledged.release();
        if (data.reachRemoteFin(receiveStream.nextPosition())) {
            closing.onFinReceived(nowNanos);
            acknowledgeEverywhere();
        }
        if (arrives.takeNews()) {
            observer.onReadable(this);
        }
        markReady();
    }

    /**
     * Sends what is due.
     *
     * @param budget how many packets, or super-segments, at most
     */
    public void output(long nowNanos, int budget) {
        now = nowNanos;
        paths.deliver(nowNanos);
        subflows.beginTurn();
        acknowledged.beginOutput(nowNanos);
        earlyOctets.output();
        subflows.sendPending(nowNanos, budget);
        if (isTransmitting()) {
            outgoing.send(nowNanos);
            sender.output(nowNanos, budget);
        }
        subflows.sendAcknowledgments(nowNanos);
    }

    /** Whether {@link #output} has more to do now. */
    public boolean hasOutput() {
        return isTransmitting() && (sender.hasMore() || outgoing.canSend()) || subflows.hasPending();
    }

    /** When {@link #advance} wants to be called; {@code Long.MAX_VALUE} for never. */
    public long nextDeadline() {
        long next = Deadlines.earliest(sender.nextDeadline(), outgoing.nextDeadline());
        next = Deadlines.earliest(next, paths.nextDeadline());
        next = Deadlines.earliest(next, closing.nextDeadline());
        return Deadlines.earliest(next, subflows.nextDeadline());
    }

    // ---- user calls

    /** The application wrote, or finished, on {@link #sendStream()}. */
    public void onWritten(long nowNanos) {
        now = nowNanos;
        markReady();
    }

    /** Whether the SYN waits for the application to write (RFC 7413); nothing was sent so far. */
    public boolean awaitsOctets() {
        return earlyOctets.isWaiting();
    }

    /** The application waits for the peer, or will not write: the SYN waits for octets no longer. */
    public void openAtOnce(long nowNanos) {
        now = nowNanos;
        earlyOctets.openAtOnce();
        markReady();
    }

    /** The application read from {@link #receiveStream()}: perhaps the window is to be opened. */
    public void onConsumed(long nowNanos) {
        now = nowNanos;
        receiveStream.publish();
        tuning.onProgress(nowNanos);
        Subflow subflow = subflows.anyReceiving();
        if (subflow != null && window.isUpdateDue(subflow.maximumSegmentSize())) {
            acknowledgeEverywhere();
        }
        if (arrives.takeMore()) {
            observer.onReadable(this);
        }
    }

    /** Closes in order: what was written is delivered, then the stream ends; what arrives later is refused. */
    public void close(long nowNanos) {
        now = nowNanos;
        closing.close(nowNanos);
        markReady();
    }

    /** Ends the connection at once, with MP_FASTCLOSE (RFC 8684 3.5) or a RST. */
    public void abort(long nowNanos) {
        now = nowNanos;
        closing.end(CloseCause.ABORTED, nowNanos);
        fastcloseSubflows(nowNanos);
        markReady();
    }

    /** Changes the buffers, the TCP of subflows that exist, and all that is settled for subflows to come. */
    public void changeSettings(ConnectionSettings changed, long nowNanos) {
        settings = changed;
        subflows.changeSettings(changed.tcp(), nowNanos);
        tuning.change(changed.receiveBuffer());
        acknowledged.changeBuffer(changed.sendBuffer());
    }

    /** The usable addresses of this host changed. */
    public void onLocalAddressesChanged(long nowNanos) {
        now = nowNanos;
        paths.onLocalAddressesChanged();
        markReady();
    }

    /** The operator changed the endpoints of this host. */
    public void onEndpointsChanged(long nowNanos) {
        now = nowNanos;
        paths.onEndpointsChanged();
    }

    /** What an application may ask about subflows and addresses, as its path manager does: valid until time goes on. */
    public PathRequests pathRequests(long nowNanos) {
        now = nowNanos;
        return paths.requests();
    }

    /** An address of this host is gone: its subflows end without a word. */
    public void onAddressDown(IpAddress address, long nowNanos) {
        now = nowNanos;
        subflows.abandonFrom(address, nowNanos);
        markReady();
    }

    // ---- what ends it

    /** The peer ended everything at once (RFC 8684 3.5). */
    void onFastclose(long nowNanos) {
        closing.end(CloseCause.RESET, nowNanos);
        // RFC 8684 3.5: all subflows are ended with RSTs.
        subflows.resetAll(nowNanos);
    }

    /** It would have to go on as plain TCP, and is not to (RFC 8684 3.7): over. */
    void onFallbackRefused() {
        closing.end(CloseCause.FALLBACK_REFUSED, now);
    }

    void closeSubflowsTo(int addressId, long nowNanos) {
        subflows.closeTo(addressId, nowNanos);
    }

    // ---- what the parts ask

    void onFinSent() {
        closing.onFinSent();
    }

    /** After fallback: the FIN goes behind the last octet. */
    void closePlain(long nowNanos) {
        closing.onFinSent();
        if (subflows.count() > 0) {
            subflows.get(0).close(nowNanos);
            subflows.get(0).tcp().sendPending(nowNanos, 1);
        }
    }

    void reinjectFrom(Subflow subflow) {
        sender.reinject(subflow);
    }

    void closeSubflows(long nowNanos) {
        paths.close();
        subflows.closeAll(nowNanos);
    }

    void fastcloseSubflows(long nowNanos) {
        paths.close();
        boolean told = isConfirmed() && isMptcp();
        boolean byAck = told
                && (settings.fastclose() == FastcloseOption.ACK || !version().fastclosesByReset());
        Subflow announcer = byAck ? subflows.anyActive() : null;
        if (announcer != null) {
            subflows.fastcloseBy(announcer, nowNanos);
        } else {
            subflows.fastcloseAll(nowNanos);
        }
    }

    /** Nothing is left to do: the host forgets the connection. */
    void release() {
        agreement.release();
        endMultipath();
        closeSendStream();
        host.onConnectionClosed(this);
    }

    /** Gives the octets back, after the packets that borrow them have been transmitted. */
    void closeSendStream() {
        host.flush();
        sendStream.close();
    }

    /** No subflow is added any more, and no join is expected. */
    void endMultipath() {
        paths.close();
        outgoing.clear();
        agreement.forgetToken();
    }

    /** The application may write more. */
    void onRoom() {
        observer.onWritable(this);
    }

    /** A DATA_ACK is owed on every subflow. */
    void acknowledgeEverywhere() {
        subflows.acknowledgeAll();
        markReady();
    }

    ReceiveWindow window() {
        return window;
    }

    long dataAck() {
        return data.dataAck(receiveStream.nextPosition());
    }

    void markReady() {
        host.ready(this);
    }

    void drop(DropReason reason) {
        host.counters().drop(reason);
    }

    void count(Counter counter) {
        host.counters().count(counter);
    }

    // ---- getters

    /** Names the connection within its host; counted from 1 on. */
    public long id() {
        return id;
    }

    /** Where the application writes. */
    public SendStream sendStream() {
        return sendStream;
    }

    /** Where the application reads. */
    public ReceiveStream receiveStream() {
        return receiveStream;
    }

    /** The state at data level. */
    public ConnectionState state() {
        return closing.state();
    }

    /** Why the connection ended; null while it has not. */
    public CloseCause closeCause() {
        return closing.cause();
    }

    /** Whether the connection uses MPTCP, or may still come to. */
    public boolean isMptcp() {
        return !fallback.isInfinite();
    }

    /** Whether both ends treat it as plain TCP, also where an end has nothing new on which to declare that. */
    public boolean isPlain() {
        return fallback.isForGood();
    }

    /** Whether MPTCP is in use for certain: a DSS has come through. */
    public boolean isConfirmed() {
        return agreement.isConfirmed();
    }

    /** Why the connection runs as plain TCP. */
    public FallbackReason fallbackReason() {
        return fallback.reason();
    }

    /** Whether this end opened the connection. */
    public boolean isInitiator() {
        return initiator;
    }

    /** How many subflows there are, those still joining included. */
    public int subflowCount() {
        return subflows.count();
    }

    /** How many more subflows the limits of the connection allow. */
    int subflowsLeft() {
        return Math.max(0, subflows.left(settings.maxSubflows()));
    }

    PassiveJoins passiveJoins() {
        return joins;
    }

    JoinRate joinRate() {
        return joinRate;
    }

    /** Subflow {@code i}. */
    public Subflow subflow(int i) {
        return subflows.get(i);
    }

    /** How the connection was configured. */
    public ConnectionSettings settings() {
        return settings;
    }

    /** The octets of the stream that the peer has acknowledged. */
    public long acknowledgedOctets() {
        return data.sndUna();
    }

    /** The octets of the stream received in order. */
    public long receivedOctets() {
        return receiveStream.nextPosition();
    }

    /** What is known about the data level now. */
    public MptcpInfo info(long nowNanos) {
        return MptcpInfo.of(this, nowNanos);
    }

    /** Whether mappings have checksums, because one of the ends requires them (RFC 8684 3.1). */
    public boolean usesChecksums() {
        return data.usesChecksums();
    }

    /** Our token, or 0 when MPTCP was never asked for. */
    public int localToken() {
        return keys() == null ? 0 : keys().localToken();
    }

    Fallback fallback() {
        return fallback;
    }

    SubflowEvents events() {
        return events;
    }

    DataArrives arrives() {
        return arrives;
    }

    PathControl paths() {
        return paths;
    }

    boolean isTransmitting() {
        return events.isEstablished() && closing.cause() == null;
    }

    ConnectionHost host() {
        return host;
    }

    /** The version of MPTCP that is spoken, or asked for; null when none ever was. */
    public MptcpVersion version() {
        return keys() == null ? null : keys().version();
    }

    Agreement agreement() {
        return agreement;
    }

    EarlyOctets earlyOctets() {
        return earlyOctets;
    }

    ConnectionKeys keys() {
        return agreement.keys();
    }

    DataLevel data() {
        return data;
    }

    DataActivity activity() {
        return activity;
    }

    DataSender dataSender() {
        return sender;
    }

    /** What the controllers of all subflows are made by. */
    CongestionGroup congestion() {
        return congestion;
    }

    SubflowList subflowList() {
        return subflows;
    }

    AddressSignals signals() {
        return signals;
    }

    OutgoingSignals outgoing() {
        return outgoing;
    }

    void setNow(long nowNanos) {
        now = nowNanos;
    }

    /** The time of the turn in which the connection last had something to do. */
    public long nowNanos() {
        return now;
    }

    @Override
    public String toString() {
        return "connection " + subflows;
    }
}
