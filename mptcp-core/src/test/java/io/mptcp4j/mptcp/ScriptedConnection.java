package io.mptcp4j.mptcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.stack.StackSettings;
import io.mptcp4j.testing.Option;
import io.mptcp4j.testing.ScriptedFlow;
import io.mptcp4j.testing.ScriptedMptcp;
import io.mptcp4j.testing.Segment;
import io.mptcp4j.testing.SegmentScript;
import io.mptcp4j.wire.IpAddress;
import io.mptcp4j.wire.TcpFlags;
import io.mptcp4j.wire.mptcp.MpTcprst;
import io.mptcp4j.wire.mptcp.MptcpSubtype;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A connection between a stack and a scripted peer that speaks MPTCP, and the steps that many tests begin with. */
final class ScriptedConnection implements AutoCloseable {
    /** An address of the peer from which it joins. */
    static final IpAddress SECOND = IpAddress.parse("10.0.0.12");

    /** The nonce of the peer's joins. */
    static final int NONCE = 0x0bad_cafe;

    final SegmentScript script;
    final ScriptedMptcp mptcp;
    ScriptedFlow first;

    private ScriptedConnection(SegmentScript script) {
        this.script = script;
        this.mptcp =
                script.settings().versions().contains(MptcpVersion.V1) ? new ScriptedMptcp() : ScriptedMptcp.version0();
    }

    /** The peer has sent a SYN with MP_CAPABLE and these options, and nothing else. */
    static ScriptedConnection synFromPeer(ConnectionSettings settings, Option... others) {
        return synFromPeer(settings, StackSettings.DEFAULT, others);
    }

    private static ScriptedConnection synFromPeer(ConnectionSettings settings, StackSettings limits, Option... others) {
        ScriptedConnection connection = new ScriptedConnection(SegmentScript.listen(settings, limits));
        connection.first = connection.script.peer(40_000);
        Segment syn = connection.first.segment().with(TcpFlags.SYN).option(connection.mptcp.syn());
        for (Option other : others) {
            syn.option(other);
        }
        connection.first.inject(syn);
        connection.mptcp.learn(connection.first.expect(TcpFlags.SYN | TcpFlags.ACK));
        return connection;
    }

    /** The peer has opened, with these options on its SYN too, and sent 100 octets; all answers are taken. */
    static ScriptedConnection fromPeer(ConnectionSettings settings, Option... others) {
        return fromPeer(settings, StackSettings.DEFAULT, others);
    }

    /** The same, of a stack with limits of its own. */
    static ScriptedConnection fromPeer(ConnectionSettings settings, StackSettings limits, Option... others) {
        ScriptedConnection connection = synFromPeer(settings, limits, others);
        connection.first.inject(connection.first.segment().option(connection.mptcp.keys()));
        connection.first.injectOctets(100, connection.mptcp.firstMapping(100));
        connection.settle();
        assertThat(connection.script.read()).hasSize(100);
        connection.settle();
        return connection;
    }

    /** A stack that listens and has heard nothing. */
    static ScriptedConnection silentListener(ConnectionSettings settings) {
        ScriptedConnection connection = new ScriptedConnection(SegmentScript.listen(settings));
        connection.first = connection.script.peer(40_000);
        return connection;
    }

    /** The peer has opened and sent 100 octets with their checksum, which are read; all answers are taken. */
    static ScriptedConnection fromPeerWithChecksums(ConnectionSettings settings) {
        ScriptedConnection connection = synFromPeer(settings);
        connection.first.inject(connection.first.segment().option(connection.mptcp.keys()));
        byte[] octets = new byte[100];
        connection.first.inject(
                connection.first.segment().payload(octets).option(connection.mptcp.keysAndData(octets)));
        connection.settle();
        assertThat(connection.script.read()).hasSize(100);
        connection.settle();
        return connection;
    }

    /** As {@link #fromPeer(ConnectionSettings)}, by default settings. */
    static ScriptedConnection fromPeer() {
        return fromPeer(ConnectionSettings.DEFAULT);
    }

    /** The stack has sent a SYN with MP_CAPABLE, which the peer has heard. */
    static ScriptedConnection synFromStack(ConnectionSettings settings) {
        ScriptedConnection connection = new ScriptedConnection(SegmentScript.connect(settings));
        connection.first = connection.script.awaitSyn();
        return connection;
    }

    /** The stack has opened, sent 10 octets and got a DATA_ACK; all segments are taken. */
    static ScriptedConnection fromStack(ConnectionSettings settings) {
        ScriptedConnection connection = synFromStack(settings);
        Segment syn = connection.first.expect(TcpFlags.SYN);
        assertThat(syn.mptcpOption(MptcpSubtype.MP_CAPABLE)).isNotNull();
        connection.first.inject(connection.first.segment().with(TcpFlags.SYN).option(connection.mptcp.synAck()));
        connection.mptcp.learnThirdAck(connection.first.expect(TcpFlags.ACK));
        connection.script.write(10);
        connection.first.expect(TcpFlags.ACK);
        connection.first.inject(connection.first.segment().option(connection.mptcp.dataAck(10)));
        connection.settle();
        return connection;
    }

    /** As {@link #fromStack(ConnectionSettings)}, by default settings. */
    static ScriptedConnection fromStack() {
        return fromStack(ConnectionSettings.DEFAULT);
    }

    /** The peer joins from another address, to the end of the handshake; all answers are taken. */
    ScriptedFlow join(int port, int addressId) {
        return join(port, addressId, false);
    }

    /** The peer joins from another address, perhaps as backup. */
    ScriptedFlow join(int port, int addressId, boolean backup) {
        ScriptedFlow flow = script.peer(SECOND, port, SegmentScript.STACK);
        flow.inject(flow.segment().with(TcpFlags.SYN).option(mptcp.joinSyn(backup, addressId, NONCE)));
        Segment synAck = flow.expect(TcpFlags.SYN | TcpFlags.ACK);
        flow.inject(flow.segment().option(mptcp.joinAck(synAck, NONCE)));
        take(flow);
        return flow;
    }

    /** The peer answers a join of the stack, to the end of the handshake. */
    ScriptedFlow answerJoin(int addressId) {
        ScriptedFlow flow = script.awaitSyn();
        Segment syn = flow.expect(TcpFlags.SYN);
        flow.inject(flow.segment().with(TcpFlags.SYN).option(mptcp.joinSynAck(syn, false, addressId, NONCE)));
        take(flow);
        flow.inject(flow.segment());
        take(flow);
        return flow;
    }

    /** Lets delayed acknowledgments leave, and takes all segments of the first flow. */
    List<Segment> settle() {
        script.advance(Duration.ofMillis(45));
        return take(first);
    }

    /** All segments of a flow that were not taken yet. */
    static List<Segment> take(ScriptedFlow flow) {
        List<Segment> taken = new ArrayList<>();
        for (Segment segment = flow.next(); segment != null; segment = flow.next()) {
            taken.add(segment);
        }
        return taken;
    }

    /** The connection at the stack. */
    MptcpConnection connection() {
        return script.connection();
    }

    /** The reason that a RST gives. */
    static int reasonOf(Segment reset) {
        assertThat(reset.has(TcpFlags.RST)).isTrue();
        Option option = reset.mptcpOption(MptcpSubtype.MP_TCPRST);
        assertThat(option).as("MP_TCPRST of " + reset).isNotNull();
        assertThat(option.length()).isEqualTo(MpTcprst.LENGTH);
        return option.data()[1];
    }

    @Override
    public void close() {
        script.close();
    }
}
