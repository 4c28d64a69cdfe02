package io.mptcp4j.mptcp;

import static io.mptcp4j.mptcp.ScriptedConnection.NONCE;
import static io.mptcp4j.mptcp.ScriptedConnection.SECOND;
import static io.mptcp4j.mptcp.ScriptedConnection.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.testing.Option;
import io.mptcp4j.testing.ScriptedFlow;
import io.mptcp4j.testing.Segment;
import io.mptcp4j.testing.SegmentScript;
import io.mptcp4j.wire.IpAddress;
import io.mptcp4j.wire.TcpFlags;
import io.mptcp4j.wire.mptcp.MpTcprst;
import io.mptcp4j.wire.mptcp.MptcpSubtype;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** MP_TCPRST (RFC 8684 3.6): the reason and flag T of each RST, sent and received. */
class ResetReasonTest {
    private static final int T = 0x1;

    // ---- what arrives

    @ParameterizedTest(name = "reason {0}, T {1}")
    @CsvSource({
        "0, true",
        "0, false",
        "1, false",
        "2, true",
        "3, false",
        "4, true",
        "5, true",
        "6, false",
        "200, true",
        "255, false"
    })
    void theReasonOfThePeerIsKept(int reason, boolean isTransient) {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            ScriptedFlow second = it.join(41_000, 5);
            Subflow subflow = it.connection().subflow(1);

            second.inject(second.segment()
                    .with(TcpFlags.RST)
                    .option(Option.written(into -> MpTcprst.write(into, 0, isTransient, reason))));

            assertThat(it.connection().subflowCount()).isEqualTo(1);
            assertThat(subflow.peerResetReason()).isEqualTo(reason);
            assertThat(subflow.isPeerResetTransient()).isEqualTo(isTransient);
            assertThat(it.script.cause()).isNull();
        }
    }

    @Test
    void flagsUVAndWAreIgnored() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            ScriptedFlow second = it.join(41_000, 5);
            Subflow subflow = it.connection().subflow(1);

            second.inject(second.segment().with(TcpFlags.RST).option(Option.mptcp(0x8e, MpTcprst.PROHIBITED)));

            assertThat(subflow.peerResetReason()).isEqualTo(MpTcprst.PROHIBITED);
            assertThat(subflow.isPeerResetTransient()).isFalse();
        }
    }

    @Test
    void aResetWithoutTheOptionHasNoReason() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            ScriptedFlow second = it.join(41_000, 5);
            Subflow subflow = it.connection().subflow(1);

            second.inject(second.segment().with(TcpFlags.RST).option(Option.mptcp(0x80, 1, 2)));

            assertThat(subflow.peerResetReason()).isEqualTo(Subflow.NO_REASON);
        }
    }

    @Test
    void theOptionMeansNothingWithoutReset() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            it.first.inject(it.first.segment().option(Option.mptcp(0x80, MpTcprst.PROHIBITED)));

            assertThat(it.connection().subflow(0).isActive()).isTrue();
        }
    }

    // ---- what leaves

    @Test
    void aSubflowThatIsGivenUpWhileItJoinsHasNoParticularReason() {
        try (ScriptedConnection it = ScriptedConnection.fromStack()) {
            it.first.inject(it.first.segment().option(it.mptcp.addAddr(7, IpAddress.parse("10.0.0.22"), 0)));
            ScriptedFlow flow = it.script.awaitSyn();
            Segment syn = flow.expect(TcpFlags.SYN);
            flow.inject(flow.segment().with(TcpFlags.SYN).option(it.mptcp.joinSynAck(syn, false, 7, NONCE)));
            flow.expect(TcpFlags.ACK);

            it.first.inject(it.first.segment().option(it.mptcp.removeAddr(7)));

            assertReset(flow.next(), MpTcprst.UNSPECIFIED, true);
        }
    }

    @Test
    void anUnknownTokenIsAnErrorOfMptcp() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            ScriptedFlow flow = it.script.peer(SECOND, 41_000, SegmentScript.STACK);
            Option syn = it.mptcp.joinSyn(false, 5, NONCE);
            syn.data()[2] ^= 1;
            flow.inject(flow.segment().with(TcpFlags.SYN).option(syn));

            assertReset(flow.next(), MpTcprst.MPTCP_SPECIFIC, false);
        }
    }

    @Test
    void beyondTheLimitOfTheConnectionIsProhibited() {
        ConnectionSettings settings =
                ConnectionSettings.builder().maxSubflows(1).build();
        try (ScriptedConnection it = ScriptedConnection.fromPeer(settings)) {
            ScriptedFlow flow = it.script.peer(SECOND, 41_000, SegmentScript.STACK);
            flow.inject(flow.segment().with(TcpFlags.SYN).option(it.mptcp.joinSyn(false, 5, NONCE)));

            assertReset(flow.next(), MpTcprst.PROHIBITED, false);
        }
    }

    @Test
    void whatOthersHaveDeliveredIsTooMuchOutstanding() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            ScriptedFlow second = it.join(41_000, 5);
            it.first.inject(it.first.segment().option(it.mptcp.prio(true)));
            it.script.write(100);
            it.first.inject(it.first.segment().option(it.mptcp.removeAddr(5)));

            it.script.advance(Duration.ofMinutes(2));

            List<Segment> sent = take(second);
            assertReset(sent.get(sent.size() - 1), MpTcprst.TOO_MUCH_OUTSTANDING_DATA, true);
        }
    }

    @Test
    void aPeerThatNeverFinishesTheHandshakePerformsUnacceptably() {
        try (ScriptedConnection it = ScriptedConnection.fromStack()) {
            it.script.addAddress("10.0.0.3/24", 3);
            ScriptedFlow flow = it.script.awaitSyn();
            Segment syn = flow.expect(TcpFlags.SYN);
            flow.inject(flow.segment().with(TcpFlags.SYN).option(it.mptcp.joinSynAck(syn, false, 0, NONCE)));

            it.script.advance(Duration.ofMinutes(1));

            List<Segment> sent = take(flow);
            assertReset(sent.get(sent.size() - 1), MpTcprst.UNACCEPTABLE_PERFORMANCE, true);
        }
    }

    @Test
    void optionsThatDoNotGetThroughAreTheMiddleboxes() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            ScriptedFlow second = it.join(41_000, 5);

            second.injectOctets(100);

            assertReset(second.next(), MpTcprst.MIDDLEBOX_INTERFERENCE, false);
        }
    }

    @Test
    void plainTcpGivesNoReason() {
        try (SegmentScript script = SegmentScript.listen(ConnectionSettings.DEFAULT)) {
            ScriptedFlow flow = script.peer(40_000);
            flow.open(List.of(), List.of());
            script.abort();

            Segment reset = flow.expect(TcpFlags.RST | TcpFlags.ACK);
            assertThat(reset.mptcpOption(MptcpSubtype.MP_TCPRST)).isNull();
            assertThat(reset.mptcpOption(MptcpSubtype.MP_FASTCLOSE)).isNull();
        }
    }

    private static void assertReset(Segment reset, int reason, boolean isTransient) {
        assertThat(reset.has(TcpFlags.RST)).as(reset.toString()).isTrue();
        Option option = reset.mptcpOption(MptcpSubtype.MP_TCPRST);
        assertThat(option).as(reset.toString()).isNotNull();
        assertThat((int) option.data()[1]).isEqualTo(reason);
        assertThat(option.data()[0] & 0xf).isEqualTo(isTransient ? T : 0);
    }
}
