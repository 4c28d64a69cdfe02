package io.mptcp4j.mptcp;

import static io.mptcp4j.mptcp.ChecksumTest.octets;
import static io.mptcp4j.mptcp.ChecksumTest.part;
import static io.mptcp4j.mptcp.ScriptedConnection.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.testing.Segment;
import io.mptcp4j.wire.TcpFlags;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A peer that was heard of, and says nothing of MPTCP any more, for our options do not reach it (RFC 8684 3.7). */
class SilentPeerTest {
    @Test
    void aPeerThatProbedAClosedWindowMayGoOnAsPlainTcp() {
        // As Linux does it: the last octet that was DATA_ACKed comes again, on a new subflow sequence number.
        byte[] all = octets(200, 1);
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            it.first.inject(it.first.segment().payload(part(all, 0, 100)).option(it.mptcp.mapping(100, 101, 100)));
            it.first.inject(it.first.segment().payload(part(all, 99, 1)).option(it.mptcp.mapping(199, 201, 1)));
            assertThat(it.script.read()).isEqualTo(part(all, 0, 100));
            it.script.write(300);
            take(it.first);

            it.first.inject(it.first.segment().payload(part(all, 100, 100)));

            assertThat(it.connection().fallbackReason()).isEqualTo(FallbackReason.ACK_WITHOUT_DATA_ACK);
            assertThat(it.script.read()).isEqualTo(part(all, 100, 100));
            List<Segment> sent = take(it.first);
            assertThat(sent).noneMatch(segment -> segment.has(TcpFlags.RST));
            assertThat(it.connection().acknowledgedOctets()).isEqualTo(300);
        }
    }

    @Test
    void aPeerWhoseOctetsAreMissingMayNot() {
        byte[] all = octets(300, 2);
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            // An octet came again, and another is missing: what comes next has no certain place.
            it.first.inject(it.first.segment().payload(part(all, 0, 1)).option(it.mptcp.mapping(99, 101, 1)));
            it.first.inject(it.first.segment().payload(part(all, 0, 99)).option(it.mptcp.mapping(150, 102, 99)));
            it.script.write(300);
            take(it.first);
            it.first.inject(it.first.segment().payload(part(all, 100, 100)));

            assertThat(it.connection().fallbackReason()).isEqualTo(FallbackReason.NONE);
            assertThat(it.script.read()).isEmpty();
        }
    }
}
