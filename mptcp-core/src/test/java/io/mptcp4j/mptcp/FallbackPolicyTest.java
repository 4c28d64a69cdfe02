package io.mptcp4j.mptcp;

import static io.mptcp4j.mptcp.ScriptedConnection.reasonOf;
import static io.mptcp4j.mptcp.ScriptedConnection.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.testing.Option;
import io.mptcp4j.testing.ScriptedFlow;
import io.mptcp4j.testing.Segment;
import io.mptcp4j.testing.SegmentScript;
import io.mptcp4j.wire.TcpFlags;
import io.mptcp4j.wire.mptcp.MpTcprst;
import io.mptcp4j.wire.mptcp.MptcpSubtype;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A connection that is not to go on as plain TCP ends, with a RST, wherever RFC 8684 3.7 has it fall back. */
class FallbackPolicyTest {
    private static ConnectionSettings refusing(MptcpVersion version) {
        return ConnectionSettings.builder()
                .versions(version)
                .fallbackPolicy(FallbackPolicy.REFUSE)
                .build();
    }

    @ParameterizedTest
    @EnumSource(MptcpVersion.class)
    void aSynAckWithoutTheOptionFailsTheAttempt(MptcpVersion version) {
        try (ScriptedConnection it = ScriptedConnection.synFromStack(refusing(version))) {
            it.first.expect(TcpFlags.SYN);
            it.first.inject(it.first.segment().with(TcpFlags.SYN));

            Segment reset = it.first.expect(TcpFlags.RST | TcpFlags.ACK);
            assertThat(reset.option(Option.MPTCP)).isNull();
            assertThat(it.script.cause()).isEqualTo(CloseCause.FALLBACK_REFUSED);
            assertThat(it.connection().fallbackReason()).isEqualTo(FallbackReason.NO_MP_CAPABLE_IN_SYN_ACK);
            assertThat(count(it, Counter.FALLBACKS_REFUSED)).isEqualTo(1);
            assertThat(count(it, Counter.MPTCP_FALLBACKS)).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(MptcpVersion.class)
    void aSynWithoutTheOptionIsRefused(MptcpVersion version) {
        try (SegmentScript script = SegmentScript.listen(refusing(version))) {
            ScriptedFlow peer = script.peer(40_000);
            peer.inject(peer.segment().with(TcpFlags.SYN));

            peer.expect(TcpFlags.RST | TcpFlags.ACK);
            assertThat(script.stack().connectionCount()).isZero();
            assertThat(script.stack().counters().get(Counter.FALLBACKS_REFUSED)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(MptcpVersion.class)
    void aThirdAckWithoutTheOptionResetsTheConnection(MptcpVersion version) {
        try (ScriptedConnection it = ScriptedConnection.synFromPeer(refusing(version))) {
            it.first.inject(it.first.segment());

            it.first.expect(TcpFlags.RST | TcpFlags.ACK);
            assertThat(it.script.stack().connectionCount()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(MptcpVersion.class)
    void octetsWithoutAMappingResetTheConnection(MptcpVersion version) {
        try (ScriptedConnection it = ScriptedConnection.synFromPeer(refusing(version))) {
            it.first.inject(it.first.segment().option(it.mptcp.keys()));
            it.connection();
            it.first.injectOctets(100);

            Segment reset = last(take(it.first));
            assertThat(reset.has(TcpFlags.RST)).isTrue();
            if (version == MptcpVersion.V1) {
                assertThat(reasonOf(reset)).isEqualTo(MpTcprst.MIDDLEBOX_INTERFERENCE);
            }
            assertThat(it.script.cause()).isEqualTo(CloseCause.FALLBACK_REFUSED);
            assertThat(it.connection().fallbackReason()).isEqualTo(FallbackReason.DATA_WITHOUT_MAPPING);
            assertThat(it.connection().receivedOctets()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(MptcpVersion.class)
    void anAcknowledgmentWithoutADataAckResetsTheConnection(MptcpVersion version) {
        try (ScriptedConnection it = ScriptedConnection.synFromStack(refusing(version))) {
            it.mptcp.learnThirdAck(answer(it));
            it.script.write(100);
            take(it.first);
            it.first.inject(it.first.segment());

            assertThat(last(take(it.first)).has(TcpFlags.RST)).isTrue();
            assertThat(it.script.cause()).isEqualTo(CloseCause.FALLBACK_REFUSED);
        }
    }

    @ParameterizedTest
    @EnumSource(MptcpVersion.class)
    void anInfiniteMappingResetsTheConnection(MptcpVersion version) {
        try (ScriptedConnection it = ScriptedConnection.fromPeer(refusing(version))) {
            it.first.injectOctets(50, it.mptcp.mapping(100, 101, 0));

            assertThat(last(take(it.first)).has(TcpFlags.RST)).isTrue();
            assertThat(it.script.cause()).isEqualTo(CloseCause.FALLBACK_REFUSED);
            assertThat(it.connection().fallbackReason()).isEqualTo(FallbackReason.INFINITE_MAPPING);
        }
    }

    @Test
    void eachSynAsksForMptcp() {
        try (ScriptedConnection it = ScriptedConnection.synFromStack(refusing(MptcpVersion.V1))) {
            it.script.advance(Duration.ofMinutes(5));
            List<Segment> syns = take(it.first);

            assertThat(syns).hasSize(7).allMatch(syn -> syn.mptcpOption(MptcpSubtype.MP_CAPABLE) != null);
            assertThat(it.script.cause()).isEqualTo(CloseCause.TIMED_OUT);
        }
    }

    @Test
    void withMptcpSwitchedOffPlainTcpIsNoFallback() {
        ConnectionSettings plain =
                refusing(MptcpVersion.V1).toBuilder().versions().build();
        try (SegmentScript script = SegmentScript.listen(plain)) {
            ScriptedFlow peer = script.peer(40_000);
            peer.open(List.of(), List.of());
            peer.injectOctets(100);

            assertThat(script.read()).hasSize(100);
        }
    }

    private static Segment answer(ScriptedConnection it) {
        Segment syn = it.first.expect(TcpFlags.SYN);
        assertThat(syn.mptcpOption(MptcpSubtype.MP_CAPABLE)).isNotNull();
        it.first.inject(it.first.segment().with(TcpFlags.SYN).option(it.mptcp.synAck()));
        return it.first.expect(TcpFlags.ACK);
    }

    private static Segment last(List<Segment> segments) {
        return segments.get(segments.size() - 1);
    }

    private static long count(ScriptedConnection it, Counter counter) {
        return it.script.stack().counters().get(counter);
    }
}
