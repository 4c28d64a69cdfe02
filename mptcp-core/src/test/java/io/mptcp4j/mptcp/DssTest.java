package io.mptcp4j.mptcp;

import static io.mptcp4j.mptcp.ScriptedConnection.reasonOf;
import static io.mptcp4j.mptcp.ScriptedConnection.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.testing.Option;
import io.mptcp4j.testing.ScriptedFlow;
import io.mptcp4j.testing.Segment;
import io.mptcp4j.wire.TcpFlags;
import io.mptcp4j.wire.mptcp.Dss;
import io.mptcp4j.wire.mptcp.MpTcprst;
import io.mptcp4j.wire.mptcp.MptcpSubtype;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Mappings, DATA_ACKs and the shared window (RFC 8684 3.3), octet by octet. */
class DssTest {
    private static final ConnectionSettings SMALL_WINDOW =
            ConnectionSettings.builder().receiveBuffer(20_000).build();

    // ---- what arrives

    @Test
    void a32BitNumberIsPromotedAndMayBeAcknowledgedByEither() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            it.first.injectOctets(50, it.mptcp.mapping32(100, 101, 50));

            assertThat(it.script.read()).hasSize(50);
        }
    }

    @Test
    void untilA64BitNumberComesDataAcksHave32Bits() {
        try (ScriptedConnection it = ScriptedConnection.fromStack()) {
            it.first.injectOctets(50, it.mptcp.mapping32(0, 1, 50));
            assertThat(it.mptcp.dss(it.first.expect(TcpFlags.ACK)).isDataAck64())
                    .isFalse();

            // RFC 8684 3.3.2: what has a 64-bit number MUST be acknowledged with 64 bits.
            it.first.injectOctets(50, it.mptcp.mapping(50, 51, 50));
            assertThat(it.mptcp.acknowledgedPosition(it.first.expect(TcpFlags.ACK)))
                    .isEqualTo(100);
        }
    }

    @Test
    void a64BitNumberOnOneSubflowIsAcknowledgedWith64BitsOnTheOther() {
        // RFC 8684 3.3.2: the rule is of the data, whatever subflow the DATA_ACK takes.
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            ScriptedFlow second = it.join(41_000, 5);
            it.first.injectOctets(50, it.mptcp.mapping(100, 101, 50));
            it.settle();

            second.inject(second.segment().seq(second.peerNxt() - 1));

            assertThat(it.mptcp.acknowledgedPosition(second.expect(TcpFlags.ACK)))
                    .isEqualTo(150);
        }
    }

    @Test
    void bothWidthsOfDataAckAreTaken() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            it.script.write(400);
            it.first.inject(it.first.segment().option(it.mptcp.dataAck32(100)));
            assertThat(it.connection().acknowledgedOctets()).isEqualTo(100);
            it.first.inject(it.first.segment().option(it.mptcp.dataAck(400)));
            assertThat(it.connection().acknowledgedOctets()).isEqualTo(400);
        }
    }

    @Test
    void oneMappingMayCoverManySegments() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            it.first.injectOctets(100, it.mptcp.mapping(100, 101, 300));
            it.first.injectOctets(100);
            it.first.injectOctets(100, it.mptcp.mapping(100, 101, 300));

            assertThat(it.script.read()).hasSize(300);
        }
    }

    @Test
    void theFirstCopyOfAnOctetCountsAndLaterOnesAreIgnored() {
        // RFC 8684 3.3.1
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            ScriptedFlow second = it.join(41_000, 5);
            it.first.inject(it.first.segment().payload(new byte[] {1, 1, 1, 1}).option(it.mptcp.mapping(100, 101, 4)));
            second.inject(second.segment().payload(new byte[] {2, 2, 2, 2}).option(it.mptcp.mapping(102, 1, 4)));

            assertThat(it.script.read()).containsExactly(1, 1, 1, 1, 2, 2);
        }
    }

    @Test
    void octetsOfTwoSubflowsAreOneStream() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            ScriptedFlow second = it.join(41_000, 5);
            second.inject(second.segment().payload(new byte[10]).option(it.mptcp.mapping(110, 1, 10)));
            // RFC 8684 3.3.2: acknowledged at the subflow; the DATA_ACK waits for the hole.
            Segment ack = second.expect(TcpFlags.ACK);
            assertThat(ack.ack()).isEqualTo(11);
            assertThat(it.mptcp.acknowledgedPosition(ack)).isEqualTo(100);

            it.first.injectOctets(10, it.mptcp.mapping(100, 101, 10));

            assertThat(it.mptcp.acknowledgedPosition(it.first.expect(TcpFlags.ACK)))
                    .isEqualTo(120);
            assertThat(it.script.read()).hasSize(20);
        }
    }

    @Test
    void aMappingThatContradictsAnEarlierOneResetsTheSubflow() {
        // RFC 8684 3.3.1: a sender MUST NOT change a mapping.
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            it.first.injectOctets(100, it.mptcp.mapping(100, 101, 300));
            take(it.first);

            it.first.injectOctets(100, it.mptcp.mapping(500, 201, 100));

            assertThat(reasonOf(it.first.next())).isEqualTo(MpTcprst.MPTCP_SPECIFIC);
        }
    }

    @Test
    void mappingsFarFromTheirSegmentAreNotBelieved() {
        // RFC 8684 3.3.1: a mapping MUST apply to the subflow sequence space of its segment.
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            for (int far : new int[] {0x7fff_ffff, 0x4000_0000, 0x8000_0000, 0xc000_0000}) {
                it.first.inject(it.first.segment().option(it.mptcp.mapping(5000, 101 + far, 100)));
            }
            it.first.injectOctets(100, it.mptcp.mapping(100, 101, 100));

            assertThat(it.script.read()).hasSize(100);
        }
    }

    @Test
    void octetsBeyondTheWindowAreNotDataAcked() {
        // RFC 8684 3.8: drop the data; do not send DATA_ACKs.
        try (ScriptedConnection it = ScriptedConnection.fromPeer(SMALL_WINDOW)) {
            it.first.injectOctets(100, it.mptcp.mapping(1_000_000, 101, 100));

            Segment ack = it.first.expect(TcpFlags.ACK);
            assertThat(ack.ack()).isEqualTo(101);
            assertThat(it.mptcp.acknowledgedPosition(ack)).isEqualTo(100);
        }
    }

    @Test
    void anInfiniteMappingOnTheOnlySubflowMeansPlainTcp() {
        // RFC 8684 3.3.1, 3.7
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            it.first.injectOctets(100, it.mptcp.mapping(100, 101, 0));
            it.first.injectOctets(100);
            it.script.write(10);

            assertThat(it.script.read()).hasSize(200);
            assertThat(it.connection().fallbackReason()).isEqualTo(FallbackReason.INFINITE_MAPPING);
            assertThat(take(it.first)).allMatch(segment -> segment.option(Option.MPTCP) == null);
        }
    }

    @Test
    void anInfiniteMappingBesideAnotherSubflowResetsItsSubflow() {
        // RFC 8684 3.7: only one subflow can go on.
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            it.join(41_000, 5);
            it.first.injectOctets(100, it.mptcp.mapping(100, 101, 0));

            assertThat(it.first.next().has(TcpFlags.RST)).isTrue();
            assertThat(it.connection().isMptcp()).isTrue();
        }
    }

    @Test
    void anInfiniteMappingAfterOctetsWentTwiceResetsTheSubflow() {
        // RFC 8684 3.7: what is in flight must be contiguous; the peer would take the copies for new octets.
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            it.script.write(100);
            take(it.first);
            // Acknowledged at the subflow and not at data level, so that the octets go again.
            it.first.inject(it.first.segment().option(it.mptcp.dataAck(0)));
            it.script.advance(Duration.ofSeconds(5));
            assertThat(take(it.first)).anyMatch(segment -> segment.seq() == 101 && segment.payloadLength() == 100);

            it.first.injectOctets(100, it.mptcp.mapping(100, 101, 0));

            assertThat(it.first.next().has(TcpFlags.RST)).isTrue();
        }
    }

    // ---- what leaves

    @Test
    void octetsGoAgainOnTheirSubflowWithTheSameMapping() {
        // RFC 8684 3.3.1, 3.3.6
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            it.script.write(300);
            Option mapping = it.first.expect(TcpFlags.ACK).mptcpOption(MptcpSubtype.DSS);
            it.script.advance(Duration.ofSeconds(2));

            assertThat(take(it.first)).isNotEmpty().allMatch(segment -> segment.mptcpOption(MptcpSubtype.DSS)
                    .equals(mapping));
        }
    }

    @Test
    void whatOneSubflowDoesNotGetThroughGoesOnTheOtherToo() {
        // RFC 8684 3.3.6
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            ScriptedFlow second = it.join(41_000, 5);
            it.script.write(300);
            List<Segment> onFirst = take(it.first);
            ScriptedFlow silent = onFirst.isEmpty() ? second : it.first;
            ScriptedFlow other = onFirst.isEmpty() ? it.first : second;
            take(second);

            it.script.advance(Duration.ofSeconds(2));

            Segment copy = other.expect(TcpFlags.ACK);
            assertThat(it.mptcp.mappedPosition(copy)).isZero();
            other.inject(other.segment().option(it.mptcp.dataAck(300)));
            take(silent);
            // RFC 8684 3.3.6: on the first one they are still repeated.
            it.script.advance(Duration.ofSeconds(3));
            assertThat(take(silent)).isNotEmpty();
            assertThat(it.connection().sendStream().released()).isZero();
            silent.inject(silent.segment().option(it.mptcp.dataAck(300)));
            assertThat(it.connection().sendStream().released()).isEqualTo(300);
        }
    }

    @Test
    void octetsThatNobodyDataAckedGoAgain() {
        // RFC 8684 3.3.6: a middlebox may have acknowledged them.
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            it.script.write(300);
            take(it.first);
            it.first.inject(it.first.segment().option(it.mptcp.dataAck(0)));
            it.script.advance(Duration.ofSeconds(5));

            List<Segment> again = take(it.first);
            assertThat(again).isNotEmpty();
            Dss dss = it.mptcp.dss(again.get(0));
            assertThat(it.mptcp.mappedPosition(again.get(0))).isZero();
            assertThat(dss.ssn()).isEqualTo(301);
            it.first.inject(it.first.segment().option(it.mptcp.dataAck(300)));
            it.script.advance(Duration.ofMinutes(2));
            assertThat(take(it.first)).isEmpty();
        }
    }

    @Test
    void aDataAckOfWhatWasNeverSentIsIgnored() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            it.script.write(100);
            it.first.inject(it.first.segment().option(it.mptcp.dataAck(5000)));

            assertThat(it.connection().acknowledgedOctets()).isZero();
        }
    }

    @Test
    void theWindowIsOfTheConnectionAndNotOfEachSubflow() {
        // RFC 8684 3.3.5: between DATA_ACK and DATA_ACK + window, over all subflows.
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            ScriptedFlow second = it.join(41_000, 5);
            it.script.write(200_000);
            long reached = 0;
            for (int i = 0; i < 40; i++) {
                reached = Math.max(reached, Math.max(reached(it, it.first), reached(it, second)));
                it.script.advance(Duration.ofMillis(20));
            }

            assertThat(reached).isBetween(64_000L, 65_535L);
        }
    }

    @Test
    void aClosedWindowIsProbedOnOneSubflow() {
        // RFC 8684 3.3.4: there is one window.
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            ScriptedFlow second = it.join(41_000, 5);
            it.first.inject(it.first.segment().window(0).option(it.mptcp.dataAck(0)));
            second.inject(second.segment().window(0).option(it.mptcp.dataAck(0)));
            it.script.write(60_000);
            for (int i = 0; i < 400 && it.connection().acknowledgedOctets() < 60_000; i++) {
                for (ScriptedFlow flow : List.of(it.first, second)) {
                    if (!take(flow).isEmpty()) {
                        flow.inject(flow.segment().window(0).option(it.mptcp.dataAck(reached(it))));
                    }
                }
                it.script.advance(Duration.ofMillis(5));
            }
            take(it.first);
            take(second);

            it.script.advance(Duration.ofSeconds(30));

            int probed = take(it.first).isEmpty() ? 0 : 1;
            probed += take(second).isEmpty() ? 0 : 1;
            assertThat(probed).isLessThanOrEqualTo(1);
            assertThat(it.script.cause()).isNull();
        }
    }

    @Test
    void aReaderThatMakesRoomIsToldAtOnceOnEverySubflow() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer(SMALL_WINDOW)) {
            ScriptedFlow second = it.join(41_000, 5);
            fill(it);
            take(second);

            it.script.read();

            assertThat(it.first.expect(TcpFlags.ACK).window()).isGreaterThan(10_000);
            assertThat(second.expect(TcpFlags.ACK).window()).isGreaterThan(10_000);
        }
    }

    @Test
    void aReaderIsToldOfEvenAfterAHalfCloseOfPlainTcp() {
        try (ScriptedConnection it = ScriptedConnection.synFromPeer(SMALL_WINDOW)) {
            it.first.inject(it.first.segment());
            it.script.finish();
            take(it.first);
            it.first.inject(it.first.segment());
            for (int i = 0; i < 20; i++) {
                it.first.injectOctets(1000);
            }
            it.script.advance(Duration.ofMillis(50));
            List<Segment> acks = take(it.first);
            assertThat(acks.get(acks.size() - 1).window()).isZero();

            assertThat(it.script.read()).hasSize(20_000);

            assertThat(it.first.expect(TcpFlags.ACK).window()).isGreaterThan(10_000);
        }
    }

    @Test
    void whatOneSubflowUsedOfTheWindowTheOtherDoesNotPromiseAgain() {
        // RFC 8684 3.3.4: the window is relative to the DATA_ACK.
        try (ScriptedConnection it = ScriptedConnection.fromPeer(SMALL_WINDOW)) {
            ScriptedFlow second = it.join(41_000, 5);
            fill(it);

            second.inject(second.segment().seq(second.peerNxt() - 1));

            assertThat(second.expect(TcpFlags.ACK).window()).isLessThanOrEqualTo(100);
        }
    }

    private static void fill(ScriptedConnection it) {
        for (int i = 0; i < 20; i++) {
            it.first.injectOctets(1000, it.mptcp.mapping(100 + 1000 * i, 101 + 1000 * i, 1000));
        }
        it.settle();
    }

    /** The end of the octets that a flow got since it was last asked, all acknowledged at the subflow alone. */
    private static long reached(ScriptedConnection it, ScriptedFlow flow) {
        long end = 0;
        for (Segment segment : take(flow)) {
            if (segment.payloadLength() > 0) {
                end = Math.max(end, it.mptcp.mappedPosition(segment) + segment.payloadLength());
            }
        }
        if (end > 0) {
            flow.inject(flow.segment().option(it.mptcp.dataAck(0)));
        }
        return end;
    }

    private static long reached(ScriptedConnection it) {
        return Math.min(it.first.stackNxt() - 1, 60_000);
    }
}
