package io.mptcp4j.tcp;

import io.mptcp4j.congestion.CongestionController;
import io.mptcp4j.congestion.NewReno;
import io.mptcp4j.metric.StackCounters;
import io.mptcp4j.wire.FourTuple;
import io.mptcp4j.wire.IpAddress;
import io.mptcp4j.wire.TcpFlags;
import io.mptcp4j.wire.TcpOptions;
import io.mptcp4j.wire.TcpOptionsWriter;
import io.mptcp4j.wire.TcpView;
import io.mptcp4j.wire.TcpWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;

/**
 * One connection between a recorder above and a recorder below, with the test in the peer's place and a clock that it moves.
 * Sequence numbers are relative on both sides: 0 is the SYN, 1 the first octet.
 */
final class TcpHarness {
    static final long MS = 1_000_000L;
    static final int MSS = 1460;
    static final TcpSettings PLAIN = TcpSettings.builder()
            .timestamps(false)
            .windowScaling(false)
            .nagle(false)
            .build();

    /** Without SACK, and so without tail loss probes: the retransmission timer is the only one. */
    static final TcpSettings TIMER_ONLY = PLAIN.toBuilder().sack(false).build();

    private static final FourTuple TUPLE =
            new FourTuple(IpAddress.parse("10.0.0.1"), 1000, IpAddress.parse("10.0.0.2"), 80);
    private static final int CAPACITY = 70_000;

    /** No timer goes off so often in any test: who waits for one that does waits for ever. */
    private static final int MANY_TURNS = 100_000;

    final RecordingOutput output = new RecordingOutput();
    final RecordingUpperLayer upper = new RecordingUpperLayer();
    final StackCounters counters = new StackCounters();
    final TcpConnection connection;
    int iss;
    final int irs;
    long now = 1_000_000 * MS;

    /** The peer's window field. */
    int peerWindow = 65_535;

    private final ByteBuf buffer = Unpooled.buffer(CAPACITY, CAPACITY);
    private final TcpView view = new TcpView();
    private final TcpOptions options = new TcpOptions();
    private long position;
    private int peerOptions;
    private int peerTrafficClass;
    private int length;
    private long peerClock = 5_000;

    TcpHarness(TcpSettings settings, CongestionController.Factory congestion, int iss, int irs) {
        this.iss = iss;
        this.irs = irs;
        output.relativeTo(iss, irs);
        connection = new TcpConnection(TUPLE, settings, upper, output, congestion, counters, iss, 7_000);
    }

    TcpHarness(TcpSettings settings) {
        this(settings, NewReno::new, 1_000, 9_000);
    }

    // ---- states

    static TcpHarness synSent(TcpSettings settings) {
        TcpHarness harness = new TcpHarness(settings);
        harness.connection.open(harness.now);
        harness.turn();
        return harness;
    }

    static TcpHarness established() {
        return established(PLAIN);
    }

    static TcpHarness established(TcpSettings settings) {
        return new TcpHarness(settings).connect();
    }

    /** With a round-trip time of 10 ms, SACK, and the window scale 7 when the settings offer one. */
    TcpHarness connect() {
        connection.open(now);
        turn();
        now += 10 * MS;
        peerSyn();
        turn();
        output.take();
        upper.takeEvents();
        return this;
    }

    /** The peer's SYN/ACK. */
    void peerSyn() {
        arrives(peer(TcpFlags.SYN | TcpFlags.ACK, 0, 1).mss(MSS).windowScale(7).sackPermitted());
    }

    static TcpHarness synReceived(TcpSettings settings) {
        TcpHarness harness = new TcpHarness(settings);
        harness.accept(harness.peer(TcpFlags.SYN, 0, 0).mss(MSS).windowScale(7).sackPermitted());
        harness.turn();
        return harness;
    }

    static TcpHarness finWait1() {
        TcpHarness harness = established();
        harness.connection.close(harness.now);
        harness.turn();
        harness.output.take();
        return harness;
    }

    static TcpHarness finWait2() {
        TcpHarness harness = finWait1();
        harness.arrives(harness.peer(TcpFlags.ACK, 1, 2));
        harness.upper.takeEvents();
        return harness;
    }

    static TcpHarness closeWait() {
        TcpHarness harness = established();
        harness.arrives(harness.peer(TcpFlags.FIN | TcpFlags.ACK, 1, 1));
        harness.turn();
        harness.output.take();
        harness.upper.takeEvents();
        return harness;
    }

    static TcpHarness lastAck() {
        TcpHarness harness = closeWait();
        harness.connection.close(harness.now);
        harness.turn();
        harness.output.take();
        return harness;
    }

    static TcpHarness closing() {
        TcpHarness harness = finWait1();
        harness.arrives(harness.peer(TcpFlags.FIN | TcpFlags.ACK, 1, 1));
        harness.turn();
        harness.output.take();
        harness.upper.takeEvents();
        return harness;
    }

    static TcpHarness timeWait() {
        TcpHarness harness = finWait2();
        harness.arrives(harness.peer(TcpFlags.FIN | TcpFlags.ACK, 1, 2));
        harness.turn();
        harness.output.take();
        harness.upper.takeEvents();
        return harness;
    }

    /** From now on numbers of ours are relative to one that is higher by so many octets. */
    void skip(int octets) {
        iss += octets;
        output.relativeTo(iss, irs);
    }

    // ---- the connection's side

    /** One output step; returns what left in it and before. */
    List<String> turn() {
        connection.sendPending(now, 1_000);
        connection.sendAcknowledgment(now);
        return output.take();
    }

    /** What left without an output step. */
    List<String> sent() {
        return output.take();
    }

    /** Transmits as much of so many octets as may leave; returns how many. */
    int write(int octets) {
        int taken = 0;
        while (taken < octets) {
            int n = connection.transmit(position, octets - taken, false, now);
            if (n == 0) {
                break;
            }
            taken += n;
            position += n;
        }
        return taken;
    }

    /** Transmits one unit. */
    int unit(long at, int octets, boolean more) {
        int n = connection.transmit(at, octets, more, now);
        position = at + n;
        return n;
    }

    /** Moves the clock, stopping at each deadline for a turn; returns what left. */
    List<String> pass(long nanos) {
        long until = now + nanos;
        for (int turns = 0; connection.nextDeadline() <= until; turns++) {
            if (turns == MANY_TURNS) {
                throw new AssertionError("at " + now + " the deadline is still " + connection.nextDeadline());
            }
            now = Math.max(now, connection.nextDeadline());
            connection.advance(now);
            connection.sendPending(now, 1_000);
            connection.sendAcknowledgment(now);
        }
        now = until;
        return output.take();
    }

    // ---- the peer's side

    /** A segment of the peer; numbers are relative. */
    TcpHarness peer(int flags, int seq, int ack) {
        peerOptions = 0;
        peerTrafficClass = 0;
        TcpWriter.writeHeader(
                buffer, 0, 80, 1000, irs + seq, (flags & TcpFlags.ACK) != 0 ? iss + ack : 0, 20, flags, peerWindow);
        buffer.setShort(14, peerWindow);
        length = 0;
        return this;
    }

    /** In a packet of this traffic class. */
    TcpHarness trafficClass(int octet) {
        peerTrafficClass = octet;
        return this;
    }

    /** With this urgent pointer. */
    TcpHarness urgent(int pointer) {
        buffer.setShort(18, pointer);
        return this;
    }

    /** So many octets of the pattern. */
    TcpHarness octets(int count) {
        length = count;
        return this;
    }

    TcpHarness mss(int octets) {
        peerOptions += TcpOptionsWriter.writeMaximumSegmentSize(buffer, 20 + peerOptions, octets);
        return this;
    }

    TcpHarness windowScale(int shift) {
        peerOptions += TcpOptionsWriter.pad(buffer, 20 + peerOptions, 1);
        peerOptions += TcpOptionsWriter.writeWindowScale(buffer, 20 + peerOptions, shift);
        return this;
    }

    TcpHarness sackPermitted() {
        peerOptions += TcpOptionsWriter.pad(buffer, 20 + peerOptions, 2);
        peerOptions += TcpOptionsWriter.writeSackPermitted(buffer, 20 + peerOptions);
        return this;
    }

    /** A timestamps option that echoes the last TSval of the connection. */
    TcpHarness timestamps() {
        return timestamps(peerClock++, output.lastTsVal);
    }

    TcpHarness timestamps(long value, int echo) {
        peerOptions += TcpOptionsWriter.pad(buffer, 20 + peerOptions, 2);
        peerOptions += TcpOptionsWriter.writeTimestamps(buffer, 20 + peerOptions, (int) value, echo);
        return this;
    }

    /** SACK blocks: left and right, relative. */
    TcpHarness sack(int... edges) {
        peerOptions += TcpOptionsWriter.pad(buffer, 20 + peerOptions, 2);
        peerOptions += TcpOptionsWriter.writeSackHeader(buffer, 20 + peerOptions, edges.length / 2);
        for (int i = 0; i < edges.length; i += 2) {
            peerOptions +=
                    TcpOptionsWriter.writeSackBlock(buffer, 20 + peerOptions, iss + edges[i], iss + edges[i + 1]);
        }
        return this;
    }

    /** One SACK block, without an array. */
    TcpHarness sackBlock(int left, int right) {
        peerOptions += TcpOptionsWriter.pad(buffer, 20 + peerOptions, 2);
        peerOptions += TcpOptionsWriter.writeSackHeader(buffer, 20 + peerOptions, 1);
        peerOptions += TcpOptionsWriter.writeSackBlock(buffer, 20 + peerOptions, iss + left, iss + right);
        return this;
    }

    /** The segment that was described arrives. */
    void arrives(TcpHarness described) {
        assert described == this;
        parse();
        connection.segmentArrives(view, options, now);
    }

    /** The SYN that was described opens the connection passively. */
    void accept(TcpHarness described) {
        assert described == this;
        parse();
        connection.accept(view, options, now);
    }

    /** Whether the SYN that was described may take the connection's place. */
    boolean mayBeReplacedBy(TcpHarness described) {
        assert described == this;
        parse();
        return connection.timeWait().mayBeReplacedBy(view, options);
    }

    /** An acknowledgment without octets arrives. */
    void acks(int ack) {
        arrives(peer(TcpFlags.ACK, 1, ack));
    }

    private void parse() {
        int header = 20 + peerOptions;
        buffer.setByte(12, header << 2);
        long seq = Integer.toUnsignedLong(buffer.getInt(4) - irs);
        long at = (buffer.getByte(13) & TcpFlags.SYN) != 0 ? 0 : seq - 1;
        for (int i = 0; i < length; i++) {
            buffer.setByte(header + i, RecordingUpperLayer.patternAt(Math.floorMod(at + i, 1L << 32)));
        }
        assert view.wrap(buffer, 0, header + length) == null;
        view.setTrafficClass(peerTrafficClass);
        assert options.parse(view);
    }
}
