package io.mptcp4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.wire.TcpFlags;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SegmentScriptTest {
    private static final ConnectionSettings PLAIN =
            ConnectionSettings.builder().multipath(false).build();

    @Test
    void thePeerOpensAndItsOctetsAreAcknowledgedAndRead() {
        try (SegmentScript script = SegmentScript.listen(PLAIN)) {
            ScriptedFlow peer = script.peer(40_000);

            Segment synAck = peer.open(List.of(Option.mss(1000)), List.of());
            peer.injectOctets(100);
            script.advance(Duration.ofMillis(100));

            assertThat(synAck.seq()).isZero();
            assertThat(synAck.ack()).isEqualTo(1);
            assertThat(peer.expect(TcpFlags.ACK).ack()).isEqualTo(101);
            assertThat(script.read()).hasSize(100);
        }
    }

    @Test
    void theStackOpensAndItsOctetsComeInSegments() {
        try (SegmentScript script = SegmentScript.connect(PLAIN)) {
            ScriptedFlow peer = script.awaitSyn();
            peer.expect(TcpFlags.SYN);
            peer.inject(peer.segment().with(TcpFlags.SYN).option(Option.mss(500)));
            peer.expect(TcpFlags.ACK);

            script.write(800);

            Segment first = peer.expect(TcpFlags.ACK);
            assertThat(first.seq()).isEqualTo(1);
            assertThat(first.payloadLength()).isEqualTo(500);
            peer.inject(peer.segment().ack(501));
            assertThat(peer.expect(TcpFlags.ACK).payloadLength()).isEqualTo(300);
            peer.expectNothing();
        }
    }

    @Test
    void lostOctetsAreSentAgainAfterTheTimeout() {
        try (SegmentScript script = SegmentScript.connect(PLAIN)) {
            ScriptedFlow peer = script.awaitSyn();
            peer.expect(TcpFlags.SYN);
            peer.inject(peer.segment().with(TcpFlags.SYN));
            peer.expect(TcpFlags.ACK);
            script.write(10);
            peer.expect(TcpFlags.ACK);

            peer.expectNothing();
            script.advance(Duration.ofSeconds(1));

            assertThat(peer.expect(TcpFlags.ACK).seq()).isEqualTo(1);
        }
    }

    @Test
    void sequenceNumbersOfSackAreRelativeToo() {
        try (SegmentScript script = SegmentScript.listen(PLAIN)) {
            ScriptedFlow peer = script.peer(40_000);
            peer.open(List.of(Option.sackPermitted()), List.of());

            peer.inject(peer.segment().seq(101).payload(new byte[50]));

            assertThat(peer.expect(TcpFlags.ACK).option(Option.SACK)).isEqualTo(Option.sack(101, 151));
        }
    }

    @Test
    void saysWhatCameInsteadOfWhatWasExpected() {
        try (SegmentScript script = SegmentScript.listen(PLAIN)) {
            ScriptedFlow peer = script.peer(40_000);

            peer.inject(peer.segment().with(TcpFlags.SYN));

            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> peer.expect(TcpFlags.RST))
                    .withMessageContaining("SA seq 0 ack 1");
            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> peer.expect(TcpFlags.ACK))
                    .withMessageContaining("nothing");
        }
    }
}
