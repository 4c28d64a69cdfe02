package io.mptcp4j.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.tcp.TcpSettings;
import io.mptcp4j.testing.Option;
import io.mptcp4j.testing.ScriptedFlow;
import io.mptcp4j.testing.Segment;
import io.mptcp4j.testing.SegmentScript;
import io.mptcp4j.wire.TcpFlags;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Probes of a closed window, packet by packet (RFC 9293 3.8.6.1). */
class WindowProbeTest {
    @Test
    void theFirstProbeLeavesAfterTheRetransmissionTimeoutAndEachFurtherOneAfterTwiceTheTime() {
        // SHLD-29, SHLD-30, MUST-36, MUST-37
        try (SegmentScript script = SegmentScript.listen(ConnectionSettings.DEFAULT)) {
            ScriptedFlow peer = closed(script);
            Duration timeout =
                    Duration.ofNanos(script.connection().subflow(0).tcp().retransmissionTimeoutNanos());

            for (int i = 0; i < 5; i++) {
                script.advance(timeout.minusMillis(1));
                peer.expectNothing();
                script.advance(Duration.ofMillis(1));
                Segment probe = peer.expect(TcpFlags.ACK);
                assertThat(probe.payloadLength()).isZero();
                assertThat(probe.seq()).isEqualTo(1_000);
                peer.expectNothing();
                peer.inject(peer.segment().window(0));
                timeout = timeout.multipliedBy(2);
            }
        }
    }

    @Test
    void probesAreNoFartherApartThanRetransmissions() {
        TcpSettings tcp =
                TcpSettings.builder().maximumRto(Duration.ofSeconds(5)).build();
        try (SegmentScript script =
                SegmentScript.listen(ConnectionSettings.builder().tcp(tcp).build())) {
            ScriptedFlow peer = closed(script);
            int probes = 0;
            for (int i = 0; i < 600; i++) {
                script.advance(Duration.ofMillis(100));
                for (Segment probe : peer.takeAll()) {
                    assertThat(probe.payloadLength()).isZero();
                    peer.inject(peer.segment().window(0));
                    probes++;
                }
            }
            // 0.2 + 0.4 + ... + 3.2 s, and from then on one in 5 s.
            assertThat(probes).isBetween(14, 16);
        }
    }

    @Test
    void anAnswerThatOpensTheWindowLetsOctetsLeaveAtOnce() {
        try (SegmentScript script = SegmentScript.listen(ConnectionSettings.DEFAULT)) {
            ScriptedFlow peer = closed(script);
            script.advance(Duration.ofSeconds(1));
            peer.takeAll();

            peer.inject(peer.segment().window(60_000));

            assertThat(peer.next().payloadLength()).isEqualTo(500);
        }
    }

    /** The peer has 1000 octets and no room for the 500 that wait. */
    private static ScriptedFlow closed(SegmentScript script) {
        ScriptedFlow peer = script.peer(40_000);
        peer.inject(peer.segment().with(TcpFlags.SYN).options(List.of(Option.mss(1_000))));
        peer.takeAll();
        script.advance(Duration.ofMillis(10));
        peer.inject(peer.segment().window(1_000));
        script.write(1_000);
        peer.takeAll();
        script.advance(Duration.ofMillis(10));
        peer.inject(peer.segment().window(0));
        script.write(500);
        peer.expectNothing();
        return peer;
    }
}
