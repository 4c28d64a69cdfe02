package io.mptcp4j.mptcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.testing.ScriptedFlow;
import io.mptcp4j.testing.ScriptedMptcp;
import io.mptcp4j.testing.Segment;
import io.mptcp4j.testing.SegmentScript;
import io.mptcp4j.wire.TcpFlags;
import io.mptcp4j.wire.mptcp.MpCapable;
import org.junit.jupiter.api.Test;

/** A stack that takes no joins to the address of the first subflow: flag C of MP_CAPABLE (RFC 8684 3.1). */
class ForbiddenJoinsTest {
    private static final ConnectionSettings FORBIDDEN =
            ConnectionSettings.builder().joinsToInitialAddress(false).build();

    private final ScriptedMptcp mptcp = new ScriptedMptcp();

    @Test
    void theListenersSynAckSaysSo() {
        try (SegmentScript script = SegmentScript.listen(FORBIDDEN)) {
            ScriptedFlow flow = script.peer(40_000);
            flow.inject(flow.segment().with(TcpFlags.SYN).option(mptcp.syn()));

            assertThat(flagsOf(flow.expect(TcpFlags.SYN | TcpFlags.ACK)))
                    .isEqualTo(MpCapable.FLAG_HMAC | MpCapable.FLAG_JOIN_FORBIDDEN);
        }
    }

    @Test
    void theInitiatorsSynAndThirdAckSaySo() {
        try (SegmentScript script = SegmentScript.connect(FORBIDDEN)) {
            ScriptedFlow flow = script.awaitSyn();
            assertThat(flagsOf(flow.expect(TcpFlags.SYN)))
                    .isEqualTo(MpCapable.FLAG_HMAC | MpCapable.FLAG_JOIN_FORBIDDEN);
            flow.inject(flow.segment().with(TcpFlags.SYN).option(mptcp.synAck()));

            assertThat(flagsOf(flow.expect(TcpFlags.ACK)))
                    .isEqualTo(MpCapable.FLAG_HMAC | MpCapable.FLAG_JOIN_FORBIDDEN);
        }
    }

    @Test
    void othersDoNotSaySo() {
        try (SegmentScript script = SegmentScript.listen(ConnectionSettings.DEFAULT)) {
            ScriptedFlow flow = script.peer(40_000);
            flow.inject(flow.segment().with(TcpFlags.SYN).option(mptcp.syn()));

            assertThat(flagsOf(flow.expect(TcpFlags.SYN | TcpFlags.ACK))).isEqualTo(MpCapable.FLAG_HMAC);
        }
    }

    private int flagsOf(Segment segment) {
        MpCapable view = mptcp.mpCapable(segment);
        return (view.isJoinForbidden() ? MpCapable.FLAG_JOIN_FORBIDDEN : 0)
                | (view.isHmacSha256() ? MpCapable.FLAG_HMAC : 0);
    }
}
