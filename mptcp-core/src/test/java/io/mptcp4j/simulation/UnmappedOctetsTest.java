package io.mptcp4j.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.mptcp.CloseCause;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.mptcp.FallbackReason;
import io.mptcp4j.testing.ScriptedFlow;
import io.mptcp4j.testing.ScriptedMptcp;
import io.mptcp4j.testing.Segment;
import io.mptcp4j.testing.SegmentScript;
import io.mptcp4j.wire.TcpFlags;
import io.mptcp4j.wire.mptcp.MpTcprst;
import io.mptcp4j.wire.mptcp.MptcpSubtype;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Octets whose mapping is late, or never comes (RFC 8684 3.3.1, 3.7). */
class UnmappedOctetsTest {
    private final ScriptedMptcp mptcp = new ScriptedMptcp();

    @Test
    void octetsThatOvertakeTheFirstOnesDoNotEndMptcp() {
        try (SegmentScript script = SegmentScript.listen(ConnectionSettings.DEFAULT)) {
            ScriptedFlow peer = script.peer(40_000);
            peer.inject(peer.segment().with(TcpFlags.SYN).option(mptcp.syn()));
            mptcp.learn(peer.expect(TcpFlags.SYN | TcpFlags.ACK));

            // The third ACK and the first octets were lost; the next ones carry a DSS already.
            peer.inject(peer.segment().seq(101).payload(new byte[100]).option(mptcp.mapping(100, 101, 100)));
            peer.inject(peer.segment().seq(1).payload(new byte[100]).option(mptcp.keysAndData(100)));
            peer.inject(peer.segment().seq(101).payload(new byte[100]).option(mptcp.mapping(100, 101, 100)));

            assertThat(script.connection().fallbackReason()).isEqualTo(FallbackReason.NONE);
            assertThat(script.read()).hasSize(200);
        }
    }

    @Test
    void aMappingMayComeAfterItsOctets() {
        try (SegmentScript script = SegmentScript.listen(ConnectionSettings.DEFAULT)) {
            ScriptedFlow peer = established(script);

            peer.injectOctets(100);
            assertThat(script.read()).isEmpty();
            peer.injectOctets(100, mptcp.mapping(100, 101, 200));

            assertThat(script.read()).hasSize(200);
        }
    }

    @Test
    void asManyOctetsAsAMappingCanCoverWithoutOneBreakTheSubflow() {
        try (SegmentScript script = SegmentScript.listen(ConnectionSettings.DEFAULT)) {
            ScriptedFlow peer = established(script);

            Segment reset = null;
            for (int i = 0; i < 50 && reset == null; i++) {
                peer.injectOctets(1400);
                for (Segment answer = peer.next(); answer != null; answer = peer.next()) {
                    reset = answer.has(TcpFlags.RST) ? answer : reset;
                }
            }

            assertThat(reset).isNotNull();
            assertThat(reset.mptcpOption(MptcpSubtype.MP_TCPRST).data()[1])
                    .isEqualTo((byte) MpTcprst.MIDDLEBOX_INTERFERENCE);
            script.advance(Duration.ofMinutes(1));
            assertThat(script.cause()).isNotNull().isNotEqualTo(CloseCause.NORMAL);
        }
    }

    /** Established, 100 octets received, all answers taken. */
    private ScriptedFlow established(SegmentScript script) {
        ScriptedFlow peer = script.peer(40_000);
        peer.inject(peer.segment().with(TcpFlags.SYN).option(mptcp.syn()));
        mptcp.learn(peer.expect(TcpFlags.SYN | TcpFlags.ACK));
        peer.inject(peer.segment().options(List.of(mptcp.keys())));
        peer.injectOctets(100, mptcp.keysAndData(100));
        script.advance(Duration.ofMillis(50));
        assertThat(script.read()).hasSize(100);
        peer.takeAll();
        return peer;
    }
}
