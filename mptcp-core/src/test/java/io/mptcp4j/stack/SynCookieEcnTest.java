package io.mptcp4j.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.tcp.EcnMode;
import io.mptcp4j.tcp.TcpSettings;
import io.mptcp4j.testing.Option;
import io.mptcp4j.testing.ScriptedFlow;
import io.mptcp4j.testing.Segment;
import io.mptcp4j.testing.SegmentScript;
import io.mptcp4j.wire.TcpFlags;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Explicit congestion notification of connections that begin with a SYN cookie, packet by packet. */
class SynCookieEcnTest {
    private static final StackSettings ALWAYS =
            StackSettings.builder().synCookies(SynCookies.ALWAYS).build();

    @ParameterizedTest(name = "window scale {0}, SACK {1}")
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void timestampsBringBackEcn(boolean windowScale, boolean sack) {
        // RFC 3168 6.1.1
        try (SegmentScript script = listen(ConnectionSettings.DEFAULT)) {
            ScriptedFlow peer = script.peer(40_000);
            Segment synAck = synWithEcn(peer, windowScale, sack);
            assertThat(synAck.flags() & (TcpFlags.ECE | TcpFlags.CWR)).isEqualTo(TcpFlags.ECE);
            assertThat(synAck.trafficClass()).isZero();

            peer.inject(peer.segment().option(Option.timestamps(7_001, tsVal(synAck))));
            script.write(1_000);

            assertThat(count(script, Counter.SYN_COOKIES_RECEIVED)).isEqualTo(1);
            assertThat(peer.takeAll())
                    .filteredOn(segment -> segment.payloadLength() > 0)
                    .hasSize(1)
                    .allMatch(segment -> segment.trafficClass() == 0b10);
            assertThat(count(script, Counter.ECN_CONNECTIONS)).isEqualTo(1);
            peer.inject(peer.segment()
                    .payload(new byte[10])
                    .trafficClass(0b11)
                    .option(Option.timestamps(7_002, tsVal(synAck))));
            assertThat(peer.takeAll()).anyMatch(segment -> segment.has(TcpFlags.ECE));
        }
    }

    @Test
    void ecnIsNotAgreedOnWhereItCannotBeBroughtBackOrIsNotWanted() {
        ConnectionSettings off = ConnectionSettings.builder()
                .tcp(TcpSettings.builder().ecn(EcnMode.OFF).build())
                .build();
        try (SegmentScript script = listen(ConnectionSettings.DEFAULT);
                SegmentScript unwilling = listen(off)) {
            ScriptedFlow peer = script.peer(40_000);
            peer.inject(peer.segment().with(TcpFlags.SYN | TcpFlags.ECE | TcpFlags.CWR));
            assertThat(peer.expect(TcpFlags.SYN | TcpFlags.ACK).has(TcpFlags.ECE))
                    .isFalse();
            peer.inject(peer.segment());
            script.write(10);
            assertThat(peer.takeAll()).allMatch(segment -> segment.trafficClass() == 0);

            ScriptedFlow other = unwilling.peer(40_000);
            assertThat(synWithEcn(other, true, true).has(TcpFlags.ECE)).isFalse();
        }
    }

    @Test
    void whoAddsEcnToACookieHasNone() {
        try (SegmentScript script = listen(ConnectionSettings.DEFAULT)) {
            ScriptedFlow peer = script.peer(40_000);
            peer.inject(peer.segment().with(TcpFlags.SYN).option(Option.timestamps(7_000, 0)));
            int tsVal = tsVal(peer.expect(TcpFlags.SYN | TcpFlags.ACK));

            peer.inject(peer.segment().option(Option.timestamps(7_001, tsVal ^ 0x20)));

            assertThat(script.stack().connectionCount()).isZero();
            assertThat(count(script, Counter.SYN_COOKIES_FAILED)).isEqualTo(1);
        }
    }

    private static Segment synWithEcn(ScriptedFlow peer, boolean windowScale, boolean sack) {
        List<Option> options = new ArrayList<>(List.of(Option.mss(1460), Option.timestamps(7_000, 0)));
        if (sack) {
            options.add(Option.sackPermitted());
        }
        if (windowScale) {
            options.add(Option.windowScale(7));
        }
        peer.inject(
                peer.segment().with(TcpFlags.SYN | TcpFlags.ECE | TcpFlags.CWR).options(options));
        return peer.next();
    }

    private static SegmentScript listen(ConnectionSettings settings) {
        return SegmentScript.listen(settings, ALWAYS);
    }

    private static int tsVal(Segment segment) {
        return ByteBuffer.wrap(segment.option(Option.TIMESTAMPS).data()).getInt();
    }

    private static long count(SegmentScript script, Counter counter) {
        return script.stack().counters().get(counter);
    }
}
