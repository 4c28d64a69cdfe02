package io.mptcp4j.mptcp;

import static io.mptcp4j.mptcp.ChecksumTest.octets;
import static io.mptcp4j.mptcp.ChecksumTest.part;
import static io.mptcp4j.mptcp.ScriptedConnection.reasonOf;
import static io.mptcp4j.mptcp.ScriptedConnection.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.testing.Option;
import io.mptcp4j.testing.ScriptedFlow;
import io.mptcp4j.testing.Segment;
import io.mptcp4j.wire.TcpFlags;
import io.mptcp4j.wire.mptcp.Dss;
import io.mptcp4j.wire.mptcp.MpTcprst;
import io.mptcp4j.wire.mptcp.MptcpSubtype;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Octets that were altered on the only subflow: MP_FAIL and the infinite mapping (RFC 8684 3.7), at either end. */
class ChecksumFailureTest {
    private static final ConnectionSettings REQUIRED =
            ConnectionSettings.builder().checksums(true).build();

    // ---- the end that finds out

    @Test
    void alteredOctetsAreReportedAndWithheld() {
        byte[] altered = octets(100, 1);
        try (ScriptedConnection it = fromPeer()) {
            it.first.inject(it.first.segment().payload(altered).option(it.mptcp.wrongMapping(100, 101, altered)));

            List<Segment> acks = it.settle();
            Segment report = onlyFail(it, acks);
            assertThat(it.mptcp.failedPosition(report)).isEqualTo(100);
            assertThat(report.ack()).isEqualTo(201);
            // RFC 8684 3.7: failed data MUST NOT be DATA_ACKed.
            assertThat(it.mptcp.acknowledgedPosition(report)).isEqualTo(100);
            assertThat(it.script.read()).isEmpty();
            assertThat(it.connection().isMptcp()).isTrue();
            assertThat(count(it, Counter.DATA_CHECKSUM_ERRORS)).isEqualTo(1);
            assertThat(count(it, Counter.FAIL_TX)).isEqualTo(1);
        }
    }

    @Test
    void whatIsWithheldIsTheStreamOnceThePeerAgrees() {
        byte[] all = octets(300, 2);
        try (ScriptedConnection it = fromPeer()) {
            it.first.inject(it.first
                    .segment()
                    .payload(part(all, 0, 100))
                    .option(it.mptcp.wrongMapping(100, 101, part(all, 0, 100))));
            it.first.inject(it.first
                    .segment()
                    .payload(part(all, 100, 100))
                    .option(it.mptcp.summedMapping(200, 201, part(all, 100, 100))));
            it.settle();
            it.first.inject(it.first.segment().option(it.mptcp.fail(0)));

            assertThat(it.script.read()).isEqualTo(part(all, 0, 200));
            // The peer may have nothing new to send, and needs the DATA_ACK to finish.
            List<Segment> acks = it.settle();
            assertThat(it.mptcp.acknowledgedPosition(acks.get(acks.size() - 1))).isEqualTo(300);
            assertToldOnce(it);

            it.first.inject(it.first.segment().payload(part(all, 200, 100)).option(it.mptcp.mapping(300, 301, 0)));
            assertThat(it.script.read()).isEqualTo(part(all, 200, 100));
            assertToldOnce(it);
            assertThat(count(it, Counter.INFINITE_MAPPING_RX)).isEqualTo(1);
            assertThat(count(it, Counter.FAIL_TX)).isEqualTo(1);
        }
    }

    @Test
    void anInfiniteMappingIsAnswerEnough() {
        // RFC 8684 3.7: it acts retroactively, from the last octet on that was DATA_ACKed.
        byte[] all = octets(200, 3);
        try (ScriptedConnection it = fromPeer()) {
            it.first.inject(it.first
                    .segment()
                    .payload(part(all, 0, 100))
                    .option(it.mptcp.wrongMapping(100, 101, part(all, 0, 100))));
            it.settle();
            it.first.inject(it.first.segment().payload(part(all, 100, 100)).option(it.mptcp.mapping(100, 101, 0)));
            it.first.injectOctets(50);

            assertThat(it.script.read()).startsWith(all).hasSize(250);
            assertThat(it.connection().isMptcp()).isFalse();
            it.script.write(10);
            assertThat(take(it.first)).allMatch(segment -> segment.option(Option.MPTCP) == null);
        }
    }

    @Test
    void theReporterDeclaresAnInfiniteMappingOfItsOwnOctetsToo() {
        byte[] altered = octets(100, 4);
        try (ScriptedConnection it = fromPeer()) {
            it.script.write(20);
            it.settle();
            it.first.inject(it.first
                    .segment()
                    .payload(altered)
                    .option(it.mptcp.wrongMapping(100, 101, altered))
                    .option(it.mptcp.dataAck(20)));
            it.settle();
            it.first.inject(it.first.segment().option(it.mptcp.fail(20)));
            it.settle();
            it.script.write(10);

            Dss dss = it.mptcp.dss(it.first.expect(TcpFlags.ACK));
            assertThat(dss.dataLength()).isZero();
            assertThat(dss.ssn()).isEqualTo(21);
            assertThat(it.connection().isMptcp()).isFalse();
        }
    }

    @Test
    void octetsInFrontOfTheAlteredOnesAreWaitedFor() {
        byte[] all = octets(200, 5);
        try (ScriptedConnection it = fromPeer()) {
            it.first.inject(it.first
                    .segment()
                    .seq(201)
                    .payload(part(all, 100, 100))
                    .option(it.mptcp.wrongMapping(200, 201, part(all, 100, 100))));
            assertThat(it.settle()).noneMatch(segment -> segment.mptcpOption(MptcpSubtype.MP_FAIL) != null);

            it.first.inject(it.first
                    .segment()
                    .seq(101)
                    .payload(part(all, 0, 100))
                    .option(it.mptcp.summedMapping(100, 101, part(all, 0, 100))));
            assertThat(it.mptcp.failedPosition(onlyFail(it, it.settle()))).isEqualTo(200);
            assertThat(it.script.read()).isEqualTo(part(all, 0, 100));
            it.first.inject(it.first.segment().option(it.mptcp.fail(0)));
            assertThat(it.script.read()).isEqualTo(part(all, 100, 100));
        }
    }

    @Test
    void aDataFinOfWithheldOctetsCounts() {
        byte[] altered = octets(100, 6);
        try (ScriptedConnection it = fromPeer()) {
            it.first.inject(it.first.segment().payload(altered).option(it.mptcp.wrongMapping(100, 101, altered)));
            it.settle();
            it.first.inject(it.first.segment().option(it.mptcp.summedFin(200, 0, true)));
            it.first.inject(it.first.segment().option(it.mptcp.fail(0)));

            assertThat(it.script.read()).isEqualTo(altered);
            assertThat(it.connection().receiveStream().isEnd()).isTrue();
            List<Segment> acks = it.settle();
            assertThat(it.mptcp.acknowledgedPosition(acks.get(acks.size() - 1))).isEqualTo(201);
        }
    }

    @Test
    void aReportWithoutAnAnswerIsRepeatedAndThenTheSubflowIsReset() {
        byte[] altered = octets(100, 7);
        try (ScriptedConnection it = fromPeer()) {
            it.first.inject(it.first.segment().payload(altered).option(it.mptcp.wrongMapping(100, 101, altered)));
            it.script.advance(Duration.ofSeconds(20));

            List<Segment> sent = take(it.first);
            Segment last = sent.get(sent.size() - 1);
            assertThat(sent)
                    .filteredOn(segment -> segment.mptcpOption(MptcpSubtype.MP_FAIL) != null)
                    .hasSize(ChecksumFailures.MAXIMUM_REPORTS + 1);
            assertThat(reasonOf(last)).isEqualTo(MpTcprst.MIDDLEBOX_INTERFERENCE);
            assertThat(it.mptcp.failedPosition(last)).isEqualTo(100);
            assertThat(it.connection().receivedOctets()).isEqualTo(100);
        }
    }

    @Test
    void octetsThatAreNotContiguousResetTheSubflow() {
        // RFC 8684 3.7: "in the rare case that the data is not contiguous".
        byte[] altered = octets(100, 8);
        try (ScriptedConnection it = fromPeer()) {
            it.first.inject(it.first.segment().payload(altered).option(it.mptcp.wrongMapping(500, 101, altered)));

            Segment reset = lastOf(take(it.first));
            assertThat(reset.has(TcpFlags.RST)).isTrue();
            assertThat(it.mptcp.failedPosition(reset)).isEqualTo(500);
        }
    }

    @Test
    void octetsThatComeAgainWhileTheyAreWithheldResetTheSubflow() {
        byte[] altered = octets(100, 9);
        try (ScriptedConnection it = fromPeer()) {
            it.first.inject(it.first.segment().payload(altered).option(it.mptcp.wrongMapping(100, 101, altered)));
            it.settle();
            it.first.inject(it.first.segment().payload(altered).option(it.mptcp.summedMapping(100, 201, altered)));

            assertThat(reasonOf(lastOf(take(it.first)))).isEqualTo(MpTcprst.MIDDLEBOX_INTERFERENCE);
            assertThat(it.script.read()).isEmpty();
        }
    }

    @Test
    void withoutPermissionToFallBackTheSubflowIsReset() {
        byte[] altered = octets(100, 10);
        ConnectionSettings strict =
                REQUIRED.toBuilder().fallbackPolicy(FallbackPolicy.REFUSE).build();
        try (ScriptedConnection it = ScriptedConnection.fromPeerWithChecksums(strict)) {
            it.first.inject(it.first.segment().payload(altered).option(it.mptcp.wrongMapping(100, 101, altered)));

            assertThat(reasonOf(lastOf(take(it.first)))).isEqualTo(MpTcprst.MIDDLEBOX_INTERFERENCE);
            assertThat(it.connection().isMptcp()).isTrue();
        }
    }

    @Test
    void aPeerThatHasFinishedAndHasNoRoomForItsAnswerIsTakenAtItsWord() {
        // Linux repeats its DATA_FIN on each ACK until that is acknowledged, and then MP_FAIL does not fit.
        byte[] altered = octets(100, 13);
        try (ScriptedConnection it = fromPeer()) {
            it.script.write(10);
            it.settle();
            it.first.inject(it.first.segment().payload(altered).option(it.mptcp.wrongMapping(100, 101, altered)));
            it.first.inject(it.first.segment().option(it.mptcp.summedFin(200, 10, true)));
            it.script.advance(Duration.ofMillis(150));
            assertThat(it.script.read()).isEmpty();
            it.script.advance(Duration.ofSeconds(2));

            assertThat(it.script.read()).isEqualTo(altered);
            assertThat(it.connection().receiveStream().isEnd()).isTrue();
            assertToldOnce(it);
            List<Segment> sent = take(it.first);
            assertThat(sent).noneMatch(segment -> segment.has(TcpFlags.RST));
            assertThat(it.mptcp.acknowledgedPosition(lastOf(sent))).isEqualTo(201);
            it.first.inject(it.first.segment().option(it.mptcp.fail(0)));

            // A peer that has finished is not made plain TCP: it would have to be told of our end in another way.
            it.script.write(50);
            assertThat(it.mptcp.dss(it.first.expect(TcpFlags.ACK)).dataLength()).isEqualTo(50);
            it.script.finish();
            assertThat(take(it.first))
                    .anyMatch(segment -> segment.mptcpOption(MptcpSubtype.DSS) != null
                            && it.mptcp.dss(segment).isDataFin());
        }
    }

    @Test
    void aPeerThatHasNotFinishedMustAnswer() {
        byte[] altered = octets(100, 14);
        try (ScriptedConnection it = fromPeer()) {
            it.first.inject(it.first.segment().payload(altered).option(it.mptcp.wrongMapping(100, 101, altered)));
            it.first.inject(it.first.segment().option(it.mptcp.summedFin(300, 0, true)));
            it.script.advance(Duration.ofSeconds(20));

            assertThat(lastOf(take(it.first)).has(TcpFlags.RST)).isTrue();
            assertThat(it.script.read()).isEmpty();
        }
    }

    // ---- the end whose octets were altered

    @Test
    void aProbeOfAClosedWindowWithAnOldOctetMovesNoOtherAfterTheReport() {
        // Linux probes with the last octet that was DATA_ACKed, on a new subflow sequence number.
        byte[] all = octets(300, 15);
        try (ScriptedConnection it = failed()) {
            it.first.inject(
                    it.first.segment().payload(new byte[1]).option(it.mptcp.summedMapping(99, 101, new byte[1])));
            it.first.inject(it.first
                    .segment()
                    .payload(part(all, 0, 100))
                    .option(it.mptcp.summedMapping(100, 102, part(all, 0, 100))));
            it.script.write(10);
            it.first.inject(it.first
                    .segment()
                    .payload(part(all, 100, 100))
                    .option(it.mptcp.summedMapping(200, 202, part(all, 100, 100))));
            it.first.inject(it.first.segment().payload(part(all, 200, 100)));

            assertThat(it.script.read()).isEqualTo(all);
            assertThat(take(it.first)).noneMatch(segment -> segment.has(TcpFlags.RST));
            it.first.inject(it.first.segment().with(TcpFlags.FIN));
            assertThat(it.connection().receiveStream().isEnd()).isTrue();
        }
    }

    @Test
    void noInfiniteMappingIsDeclaredWhileThePeerMayHoldAProbeOfAClosedWindowReady() {
        byte[] all = octets(8_000, 19);
        ConnectionSettings small = REQUIRED.toBuilder().receiveBuffer(6_000).build();
        try (ScriptedConnection it = ScriptedConnection.fromPeerWithChecksums(small)) {
            it.script.write(300);
            take(it.first);
            int sent = 0;
            int window = 1_000;
            while (window > 0) {
                it.first.inject(it.first
                        .segment()
                        .payload(part(all, sent, window))
                        .option(it.mptcp.summedMapping(100 + sent, 101 + sent, part(all, sent, window))));
                sent += window;
                window = Math.min(1_000, lastOf(it.settle()).window());
            }
            it.first.inject(it.first.segment().option(it.mptcp.fail(0)));
            take(it.first);
            it.script.write(10);
            assertThat(it.mptcp.dss(it.first.expect(TcpFlags.ACK)).dataLength()).isEqualTo(10);

            assertThat(it.script.read()).isEqualTo(part(all, 0, sent));
            take(it.first);
            it.first.inject(it.first.segment().option(it.mptcp.dataAck(310)));
            it.script.write(10);
            assertThat(it.mptcp.dss(it.first.expect(TcpFlags.ACK)).dataLength()).isEqualTo(10);
            it.first.inject(it.first
                    .segment()
                    .payload(part(all, sent - 1, 1))
                    .option(it.mptcp.summedMapping(99 + sent, 101 + sent, part(all, sent - 1, 1))));
            it.first.inject(it.first
                    .segment()
                    .payload(part(all, sent, 1_000))
                    .option(it.mptcp.summedMapping(100 + sent, 102 + sent, part(all, sent, 1_000))));
            assertThat(it.script.read()).isEqualTo(part(all, sent, 1_000));
            it.settle();
            it.first.inject(it.first.segment().option(it.mptcp.dataAck(320)));
            take(it.first);
            it.script.write(10);
            assertThat(it.mptcp.dss(it.first.expect(TcpFlags.ACK)).dataLength()).isZero();
        }
    }

    @Test
    void anInfiniteMappingMayBeDeclaredOnAProbeWithAnOldOctet() {
        byte[] all = octets(200, 16);
        for (boolean oursFirst : new boolean[] {false, true}) {
            try (ScriptedConnection it = failed()) {
                if (oursFirst) {
                    it.script.write(10);
                }
                it.first.inject(it.first.segment().payload(new byte[1]).option(it.mptcp.mapping(99, 101, 0)));
                it.first.inject(it.first.segment().seq(202).payload(part(all, 100, 100)));
                it.first.inject(it.first.segment().seq(102).payload(part(all, 0, 100)));

                assertThat(it.script.read()).isEqualTo(all);
                assertThat(count(it, Counter.INFINITE_MAPPING_RX)).isEqualTo(1);
            }
        }
    }

    @Test
    void octetsThatComeAgainBetweenThoseThatWereLostMoveNoOther() {
        byte[] all = octets(300, 17);
        try (ScriptedConnection it = failed()) {
            it.script.write(10);
            // Without a mapping, and behind a gap: what is missing may not be new, so that its place is not known.
            it.first.inject(it.first.segment().seq(302).payload(part(all, 200, 100)));
            it.first.inject(it.first
                    .segment()
                    .seq(202)
                    .payload(part(all, 100, 100))
                    .option(it.mptcp.summedMapping(200, 202, part(all, 100, 100))));
            assertThat(it.script.read()).isEmpty();
            it.first.inject(it.first
                    .segment()
                    .seq(101)
                    .payload(new byte[1])
                    .option(it.mptcp.summedMapping(99, 101, new byte[1])));
            it.first.inject(it.first
                    .segment()
                    .seq(102)
                    .payload(part(all, 0, 100))
                    .option(it.mptcp.summedMapping(100, 102, part(all, 0, 100))));
            assertThat(it.script.read()).isEqualTo(part(all, 0, 200));
            it.first.inject(it.first.segment().seq(302).payload(part(all, 200, 100)));

            assertThat(it.script.read()).isEqualTo(part(all, 200, 100));
        }
    }

    @Test
    void octetsThatAreLeftOutAfterTheReportResetTheSubflow() {
        byte[] theirs = octets(100, 18);
        try (ScriptedConnection it = failed()) {
            it.first.inject(it.first.segment().payload(theirs).option(it.mptcp.summedMapping(150, 101, theirs)));

            assertThat(reasonOf(lastOf(take(it.first)))).isEqualTo(MpTcprst.MIDDLEBOX_INTERFERENCE);
        }
    }

    @Test
    void soManyOctetsMayComeAgainUntilTheyAreReceived() {
        try (ScriptedConnection it = failed()) {
            it.script.write(10);
            take(it.first);
            for (int i = 0; i < ContinuedMappings.CAPACITY - 1; i++) {
                again(it, i);
            }
            assertThat(take(it.first)).noneMatch(segment -> segment.has(TcpFlags.RST));
            again(it, ContinuedMappings.CAPACITY - 1);

            assertThat(lastOf(take(it.first)).has(TcpFlags.RST)).isTrue();
        }
    }

    /** Behind a gap, an octet comes again and again. */
    private static void again(ScriptedConnection it, int i) {
        it.first.inject(it.first
                .segment()
                .seq(150 + i)
                .payload(new byte[1])
                .option(it.mptcp.summedMapping(99, 150 + i, new byte[1])));
    }

    @Test
    void aReportIsAnsweredAndNewOctetsDeclareTheInfiniteMapping() {
        byte[] first = octets(300, 11);
        try (ScriptedConnection it = fromPeer()) {
            it.script.write(first);
            Segment old = it.first.expect(TcpFlags.ACK);
            it.first.inject(it.first.segment().ack(201).option(it.mptcp.fail(0)).option(it.mptcp.dataAck(0)));

            // RFC 8684 3.7: the receiver of an MP_FAIL MUST also respond with an MP_FAIL.
            assertThat(it.mptcp.failedPosition(onlyFail(it, take(it.first)))).isEqualTo(100);
            assertThat(it.connection().isMptcp()).isTrue();
            assertToldOnce(it);

            it.script.write(2_000);
            Segment fresh = take(it.first).get(0);
            Dss dss = it.mptcp.dss(fresh);
            assertThat(dss.dataLength()).isZero();
            assertThat(dss.hasChecksum()).isTrue();
            assertThat(dss.checksum()).isZero();
            assertThat(dss.ssn()).isEqualTo(1);
            assertThat(it.mptcp.mappedPosition(fresh)).isZero();
            assertThat(it.connection().fallbackReason()).isEqualTo(FallbackReason.CHECKSUM_FAILED);

            // RFC 8684 3.3.1: what has a mapping keeps it.
            it.script.advance(Duration.ofSeconds(3));
            List<Segment> again = take(it.first);
            assertThat(again)
                    .anyMatch(segment -> segment.seq() == 201
                            && Objects.equals(
                                    segment.mptcpOption(MptcpSubtype.DSS), old.mptcpOption(MptcpSubtype.DSS)));

            // RFC 8684 3.7: it MUST only use subflow ACKs to clear its send buffer.
            it.first.inject(it.first.segment());
            assertThat(it.connection().sendStream().released()).isGreaterThan(300);
            it.script.write(10);
            assertThat(take(it.first)).isNotEmpty().allMatch(segment -> segment.option(Option.MPTCP) == null);
            assertThat(count(it, Counter.INFINITE_MAPPING_TX)).isEqualTo(1);
            assertToldOnce(it);
        }
    }

    @Test
    void aReportThatComesAgainIsAnsweredAgain() {
        try (ScriptedConnection it = fromPeer()) {
            it.script.write(300);
            take(it.first);
            it.first.inject(it.first.segment().option(it.mptcp.fail(0)));
            onlyFail(it, take(it.first));
            it.first.inject(it.first.segment().option(it.mptcp.fail(0)));

            onlyFail(it, take(it.first));
            assertThat(count(it, Counter.FAIL_RX)).isEqualTo(2);
        }
    }

    @Test
    void whoHasNothingNewToSendEndsByDataFin() {
        try (ScriptedConnection it = fromPeer()) {
            it.script.write(300);
            take(it.first);
            it.first.inject(it.first.segment().option(it.mptcp.fail(0)).option(it.mptcp.dataAck(300)));
            take(it.first);
            it.script.finish();

            assertToldOnce(it);
            assertThat(it.mptcp.dss(it.first.expect(TcpFlags.ACK)).isDataFin()).isTrue();
            it.first.inject(it.first.segment().option(it.mptcp.summedFin(100, 301, true)));
            it.settle();
            assertThat(it.connection().state()).isEqualTo(ConnectionState.CLOSED);
            assertThat(it.script.cause()).isEqualTo(CloseCause.NORMAL);
        }
    }

    @Test
    void octetsThatArriveAfterTheReportAreTakenAsTheyCome() {
        // The peer may be plain TCP as soon as it has our infinite mapping.
        byte[] theirs = octets(90, 12);
        try (ScriptedConnection it = fromPeer()) {
            it.script.write(300);
            take(it.first);
            it.first.inject(it.first.segment().option(it.mptcp.fail(0)));
            it.first.inject(it.first
                    .segment()
                    .payload(part(theirs, 0, 30))
                    .option(it.mptcp.summedMapping(100, 101, part(theirs, 0, 30))));
            it.script.write(10);
            it.first.inject(it.first.segment().payload(part(theirs, 30, 60)));

            assertThat(it.script.read()).isEqualTo(theirs);
            it.first.inject(it.first.segment().with(TcpFlags.FIN));
            assertThat(it.connection().receiveStream().isEnd()).isTrue();
        }
    }

    @Test
    void aReportAfterOctetsWentTwiceResetsTheSubflow() {
        // RFC 8684 3.7: the receiver MUST close the subflow with a RST with MP_FAIL.
        try (ScriptedConnection it = fromPeer()) {
            it.script.write(100);
            take(it.first);
            it.first.inject(it.first.segment().option(it.mptcp.dataAck(0)));
            it.script.advance(Duration.ofSeconds(5));
            assertThat(take(it.first)).anyMatch(segment -> segment.seq() == 101 && segment.payloadLength() == 100);
            it.script.write(10);
            take(it.first);

            it.first.inject(it.first.segment().option(it.mptcp.fail(0)));

            Segment reset = lastOf(take(it.first));
            assertThat(reasonOf(reset)).isEqualTo(MpTcprst.MIDDLEBOX_INTERFERENCE);
            assertThat(it.mptcp.failedPosition(reset)).isNotNegative();
        }
    }

    @Test
    void aReportBesideAnotherSubflowResetsTheSubflow() {
        try (ScriptedConnection it = fromPeer()) {
            ScriptedFlow second = it.join(41_000, 5);
            second.inject(second.segment().option(it.mptcp.fail(0)));

            assertThat(reasonOf(lastOf(take(second)))).isEqualTo(MpTcprst.MIDDLEBOX_INTERFERENCE);
            assertThat(it.connection().isMptcp()).isTrue();
        }
    }

    @Test
    void aReportOfOctetsThatWereNeverSentIsIgnored() {
        try (ScriptedConnection it = fromPeer()) {
            it.script.write(100);
            take(it.first);
            it.first.inject(it.first.segment().option(it.mptcp.fail(5_000)));
            it.first.inject(it.first.segment().option(it.mptcp.fail(-1)));
            it.script.write(10);

            assertThat(take(it.first)).noneMatch(segment -> segment.mptcpOption(MptcpSubtype.MP_FAIL) != null);
            assertThat(it.connection().isMptcp()).isTrue();
        }
    }

    // ---- steps

    /** What the stack sent was altered, as the peer says and it has answered; it has got 100 octets. */
    private static ScriptedConnection failed() {
        ScriptedConnection it = fromPeer();
        it.script.write(300);
        take(it.first);
        it.first.inject(it.first.segment().option(it.mptcp.fail(0)));
        onlyFail(it, take(it.first));
        return it;
    }

    private static ScriptedConnection fromPeer() {
        return ScriptedConnection.fromPeerWithChecksums(REQUIRED);
    }

    private static Segment onlyFail(ScriptedConnection it, List<Segment> segments) {
        List<Segment> fails = segments.stream()
                .filter(segment -> it.mptcp.failedPosition(segment) >= 0)
                .toList();
        assertThat(fails).as("MP_FAIL among " + segments).hasSize(1);
        assertThat(fails.get(0).has(TcpFlags.RST)).isFalse();
        return fails.get(0);
    }

    private static Segment lastOf(List<Segment> segments) {
        assertThat(segments).isNotEmpty();
        return segments.get(segments.size() - 1);
    }

    /** It is plain TCP, for this reason, and was counted as such. */
    private static void assertToldOnce(ScriptedConnection it) {
        assertThat(it.connection().isPlain()).isTrue();
        assertThat(it.connection().fallbackReason()).isEqualTo(FallbackReason.CHECKSUM_FAILED);
        assertThat(count(it, Counter.FALLBACK_CHECKSUM_FAILED)).isEqualTo(1);
        assertThat(count(it, Counter.MPTCP_FALLBACKS)).isEqualTo(1);
    }

    private static long count(ScriptedConnection it, Counter counter) {
        return it.connection().host().counters().get(counter);
    }
}
