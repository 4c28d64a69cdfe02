package io.mptcp4j.mptcp;

import static io.mptcp4j.mptcp.ScriptedConnection.reasonOf;
import static io.mptcp4j.mptcp.ScriptedConnection.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.testing.Option;
import io.mptcp4j.testing.ScriptedFlow;
import io.mptcp4j.testing.Segment;
import io.mptcp4j.wire.TcpFlags;
import io.mptcp4j.wire.mptcp.Dss;
import io.mptcp4j.wire.mptcp.MpCapable;
import io.mptcp4j.wire.mptcp.MpTcprst;
import io.mptcp4j.wire.mptcp.MptcpSubtype;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** DSS checksums (RFC 8684 3.1, 3.3, 3.3.1), octet by octet. */
class ChecksumTest {
    private static final int H = MpCapable.FLAG_HMAC;
    private static final int A = MpCapable.FLAG_CHECKSUM_REQUIRED;
    private static final ConnectionSettings REQUIRED =
            ConnectionSettings.builder().checksums(true).build();

    // ---- the handshake (RFC 8684 3.1: flag A)

    @ParameterizedTest
    @CsvSource({"false, false, false", "false, true, true", "true, false, true", "true, true, true"})
    void aListenerAnswersWithFlagAWhenEitherEndRequiresChecksums(boolean ours, boolean theirs, boolean used) {
        try (ScriptedConnection it = ScriptedConnection.silentListener(settings(ours))) {
            it.first.inject(it.first.segment().with(TcpFlags.SYN).option(it.mptcp.syn(1, theirs ? H | A : H)));

            assertThat(it.mptcp
                            .mpCapable(it.first.expect(TcpFlags.SYN | TcpFlags.ACK))
                            .flags())
                    .isEqualTo(used ? H | A : H);
            assertThat(it.connection()).isNull();
        }
    }

    @ParameterizedTest
    @CsvSource({"false, false, false", "false, true, true", "true, false, true", "true, true, true"})
    void anInitiatorSaysInTheThirdAckWhetherChecksumsAreUsed(boolean ours, boolean theirs, boolean used) {
        try (ScriptedConnection it = ScriptedConnection.synFromStack(settings(ours))) {
            assertThat(it.mptcp.mpCapable(it.first.expect(TcpFlags.SYN)).flags())
                    .isEqualTo(ours ? H | A : H);
            it.first.inject(it.first.segment().with(TcpFlags.SYN).option(it.mptcp.synAck(theirs ? H | A : H)));

            assertThat(it.mptcp.mpCapable(it.first.expect(TcpFlags.ACK)).flags())
                    .isEqualTo(used ? H | A : H);
            assertThat(it.connection().usesChecksums()).isEqualTo(used);
            assertThat(it.connection().isMptcp()).isTrue();
        }
    }

    @Test
    void theFirstOctetsCarryTheirChecksumInMpCapable() {
        // RFC 8684 3.1: length 24 with data and checksum.
        byte[] octets = octets(11, 1);
        try (ScriptedConnection it = ScriptedConnection.synFromStack(REQUIRED)) {
            it.first.expect(TcpFlags.SYN);
            it.first.inject(it.first.segment().with(TcpFlags.SYN).option(it.mptcp.synAck()));
            it.mptcp.learnThirdAck(it.first.expect(TcpFlags.ACK));
            it.script.write(octets);

            MpCapable option = it.mptcp.mpCapable(it.first.expect(TcpFlags.ACK));
            assertThat(option.length()).isEqualTo(MpCapable.LENGTH_DATA_CHECKSUM);
            assertThat(option.flags()).isEqualTo(H | A);
            assertThat(it.mptcp.isSummed(option, octets)).isTrue();
        }
    }

    @Test
    void theFirstOctetsAreCheckedByMpCapable() {
        byte[] octets = octets(99, 2);
        try (ScriptedConnection it = ScriptedConnection.synFromPeer(REQUIRED)) {
            it.first.inject(it.first.segment().option(it.mptcp.keys(H | A)));
            it.first.inject(it.first.segment().payload(octets).option(it.mptcp.keysAndData(octets)));

            assertThat(it.script.read()).isEqualTo(octets);
            assertThat(it.connection().isConfirmed()).isTrue();
        }
    }

    // ---- what leaves

    @Test
    void eachMappingHasTheChecksumOfItsOctets() {
        byte[] octets = octets(3_333, 3);
        try (ScriptedConnection it = fromPeer()) {
            it.script.write(octets);

            List<Segment> sent = take(it.first);
            assertThat(sent).hasSizeGreaterThan(2);
            for (Segment segment : sent) {
                Dss dss = it.mptcp.dss(segment);
                int from = (int) it.mptcp.mappedPosition(segment);
                assertThat(it.mptcp.isSummed(dss, Arrays.copyOfRange(octets, from, from + dss.dataLength())))
                        .isTrue();
            }
        }
    }

    @Test
    void octetsGoAgainWithTheSameChecksum() {
        // RFC 8684 3.3.1: a mapping MUST NOT change.
        try (ScriptedConnection it = fromPeer()) {
            it.script.write(octets(300, 4));
            Option mapping = it.first.expect(TcpFlags.ACK).mptcpOption(MptcpSubtype.DSS);
            it.script.advance(Duration.ofSeconds(2));

            assertThat(take(it.first)).isNotEmpty().allMatch(segment -> segment.mptcpOption(MptcpSubtype.DSS)
                    .equals(mapping));
        }
    }

    @Test
    void aDataFinAloneHasTheChecksumOfItsPseudoHeader() {
        // RFC 8684 3.3.3
        try (ScriptedConnection it = fromPeer()) {
            it.script.finish();

            Dss dss = it.mptcp.dss(it.first.expect(TcpFlags.ACK));
            assertThat(dss.isDataFin()).isTrue();
            assertThat(dss.ssn()).isZero();
            assertThat(dss.dataLength()).isEqualTo(1);
            assertThat(dss.length()).isEqualTo(Dss.MAXIMUM_LENGTH);
            assertThat(it.mptcp.isSummed(dss, new byte[0])).isTrue();
        }
    }

    // ---- what arrives

    @Test
    void octetsAreNeitherReadNorDataAckedBeforeTheirMappingIsWhole() {
        byte[] octets = octets(301, 5);
        try (ScriptedConnection it = fromPeer()) {
            Option mapping = it.mptcp.summedMapping(100, 101, octets);
            it.first.inject(it.first.segment().payload(part(octets, 0, 100)).option(mapping));
            it.first.inject(it.first.segment().payload(part(octets, 100, 100)));
            it.settle();

            assertThat(it.script.read()).isEmpty();
            assertThat(it.connection().receivedOctets()).isEqualTo(100);
            Segment probe = it.first.segment().seq(it.first.peerNxt() - 1);
            it.first.inject(probe);
            Segment ack = it.first.expect(TcpFlags.ACK);
            assertThat(ack.ack()).isEqualTo(301);
            assertThat(it.mptcp.acknowledgedPosition(ack)).isEqualTo(100);

            it.first.inject(it.first.segment().payload(part(octets, 200, 101)).option(mapping));
            assertThat(it.script.read()).isEqualTo(octets);
            assertThat(it.connection().host().memory().used()).isLessThan(200_000);
        }
    }

    @Test
    void theSlicesOfAMappingMayComeInAnyOrderAndMoreThanOnce() {
        byte[] octets = octets(1_001, 6);
        for (int seed = 0; seed < 50; seed++) {
            try (ScriptedConnection it = fromPeer()) {
                SplittableRandom random = new SplittableRandom(seed);
                Option mapping = it.mptcp.summedMapping(100, 101, octets);
                for (int i = 0; i < 200; i++) {
                    int from = random.nextInt(octets.length);
                    int length = 1 + random.nextInt(Math.min(200, octets.length - from));
                    Segment slice = it.first.segment().seq(101 + from).payload(part(octets, from, length));
                    it.first.inject(random.nextInt(3) == 0 ? slice : slice.option(mapping));
                }
                for (int from = 0; from < octets.length; from += 100) {
                    int length = Math.min(100, octets.length - from);
                    it.first.inject(it.first
                            .segment()
                            .seq(101 + from)
                            .payload(part(octets, from, length))
                            .option(mapping));
                }

                assertThat(it.script.read()).as("seed " + seed).isEqualTo(octets);
            }
        }
    }

    @Test
    void aSegmentMayHoldTheEndOfOneMappingAndTheBeginningOfTheNext() {
        // A middlebox may coalesce segments.
        byte[] octets = octets(250, 7);
        try (ScriptedConnection it = fromPeer()) {
            it.first.inject(it.first
                    .segment()
                    .payload(part(octets, 0, 50))
                    .option(it.mptcp.summedMapping(100, 101, part(octets, 0, 99))));
            it.first.inject(it.first
                    .segment()
                    .payload(part(octets, 50, 150))
                    .option(it.mptcp.summedMapping(199, 200, part(octets, 99, 151))));
            assertThat(it.script.read()).hasSize(99);
            it.first.inject(it.first.segment().payload(part(octets, 200, 50)));

            assertThat(it.script.read()).isEqualTo(part(octets, 99, 151));
        }
    }

    @Test
    void octetsThatCameBeforeTheirMappingAreCheckedByIt() {
        byte[] octets = octets(80, 8);
        try (ScriptedConnection it = fromPeer()) {
            it.first.inject(it.first.segment().payload(part(octets, 0, 40)));
            it.first.inject(
                    it.first.segment().payload(part(octets, 40, 40)).option(it.mptcp.summedMapping(100, 101, octets)));

            assertThat(it.script.read()).isEqualTo(octets);
        }
    }

    @Test
    void aDataFinBehindOctetsCountsWhenTheySumUp() {
        byte[] octets = octets(41, 9);
        try (ScriptedConnection it = fromPeer()) {
            Option mapping = it.mptcp.summedMappingAndFin(100, 101, octets);
            it.first.inject(it.first.segment().payload(part(octets, 0, 40)).option(mapping));
            it.settle();
            it.first.inject(it.first.segment().payload(part(octets, 40, 1)).option(mapping));

            assertThat(it.script.read()).isEqualTo(octets);
            assertThat(it.connection().receiveStream().isEnd()).isTrue();
            // RFC 8684 3.3.3: the DATA_FIN is acknowledged as an octet is.
            List<Segment> acks = it.settle();
            assertThat(it.mptcp.acknowledgedPosition(acks.get(acks.size() - 1))).isEqualTo(142);
        }
    }

    @Test
    void aMappingThatComesAgainWithTheDataFinIsStillTheSame() {
        // Linux adds the DATA_FIN to the last mapping when it sends it again.
        byte[] octets = octets(40, 10);
        try (ScriptedConnection it = fromPeer()) {
            it.first.inject(
                    it.first.segment().payload(part(octets, 0, 20)).option(it.mptcp.summedMapping(100, 101, octets)));
            it.first.inject(it.first
                    .segment()
                    .payload(part(octets, 20, 20))
                    .option(it.mptcp.summedMappingAndFin(100, 101, octets)));

            assertThat(it.script.read()).isEqualTo(octets);
            assertThat(it.connection().receiveStream().isEnd()).isTrue();
        }
    }

    @Test
    void aDataFinAloneIsBelievedWhenItSumsUp() {
        try (ScriptedConnection it = fromPeer()) {
            it.first.inject(it.first.segment().option(it.mptcp.summedFin(100, 0, false)));
            assertThat(it.connection().receiveStream().isEnd()).isFalse();
            assertThat(count(it, Counter.DATA_CHECKSUM_ERRORS)).isEqualTo(1);

            it.first.inject(it.first.segment().option(it.mptcp.summedFin(100, 0, true)));
            assertThat(it.connection().receiveStream().isEnd()).isTrue();
        }
    }

    // ---- what was not agreed on (RFC 8684 3.3)

    @Test
    void aMappingWithoutAChecksumResetsItsSubflowWhenOneWasAgreedOn() {
        try (ScriptedConnection it = fromPeer()) {
            ScriptedFlow second = join(it);
            second.injectOctets(50, it.mptcp.mapping(100, 1, 50));

            assertThat(reasonOf(second.next())).isEqualTo(MpTcprst.MPTCP_SPECIFIC);
            assertThat(it.script.read()).isEmpty();
        }
    }

    @Test
    void aMappingWithAChecksumResetsItsSubflowWhenNoneWasAgreedOn() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            it.first.inject(
                    it.first.segment().payload(new byte[50]).option(it.mptcp.summedMapping(100, 101, new byte[50])));

            assertThat(reasonOf(it.first.next())).isEqualTo(MpTcprst.MPTCP_SPECIFIC);
        }
    }

    @Test
    void aMappingThatOverlapsAnotherResetsItsSubflow() {
        // RFC 8684 3.3.1: a mapping MUST NOT change; and what overlaps cannot be checked.
        byte[] octets = octets(200, 11);
        try (ScriptedConnection it = fromPeer()) {
            it.first.inject(it.first
                    .segment()
                    .payload(part(octets, 0, 50))
                    .option(it.mptcp.summedMapping(100, 101, part(octets, 0, 100))));
            take(it.first);
            it.first.inject(
                    it.first.segment().payload(part(octets, 50, 50)).option(it.mptcp.summedMapping(100, 101, octets)));

            assertThat(reasonOf(it.first.next())).isEqualTo(MpTcprst.MPTCP_SPECIFIC);
        }
    }

    // ---- octets that were altered (RFC 8684 3.7)

    @Test
    void oneOfTwoSubflowsIsResetWithMpFail() {
        byte[] octets = octets(100, 12);
        try (ScriptedConnection it = fromPeer()) {
            ScriptedFlow second = join(it);
            second.inject(second.segment().payload(octets).option(it.mptcp.wrongMapping(100, 1, octets)));

            Segment reset = second.next();
            assertThat(it.mptcp.failedPosition(reset)).isEqualTo(100);
            assertThat(reasonOf(reset)).isEqualTo(MpTcprst.MIDDLEBOX_INTERFERENCE);
            assertThat(it.script.read()).isEmpty();
            assertThat(count(it, Counter.DATA_CHECKSUM_ERRORS)).isEqualTo(1);
            assertThat(count(it, Counter.FAIL_TX)).isEqualTo(1);

            it.first.inject(it.first.segment().payload(octets).option(it.mptcp.summedMapping(100, 101, octets)));
            assertThat(it.script.read()).isEqualTo(octets);
            assertThat(it.connection().isMptcp()).isTrue();
        }
    }

    @Test
    void whatAnAlteredSubflowHadLeftUnfinishedIsForgotten() {
        byte[] octets = octets(300, 13);
        try (ScriptedConnection it = fromPeer()) {
            ScriptedFlow second = join(it);
            second.inject(second.segment()
                    .seq(101)
                    .payload(new byte[50])
                    .option(it.mptcp.summedMapping(200, 101, part(octets, 100, 100))));
            second.inject(second.segment()
                    .seq(1)
                    .payload(new byte[100])
                    .option(it.mptcp.summedMapping(100, 1, part(octets, 0, 100))));
            assertThat(take(second)).anyMatch(segment -> segment.has(TcpFlags.RST));

            it.first.inject(it.first.segment().payload(octets).option(it.mptcp.summedMapping(100, 101, octets)));
            assertThat(it.script.read()).isEqualTo(octets);
        }
    }

    @Test
    void aResetWithMpFailLetsTheOctetsGoOnTheOtherSubflow() {
        byte[] octets = octets(300, 14);
        try (ScriptedConnection it = fromPeer()) {
            ScriptedFlow second = join(it);
            it.script.write(octets);
            ScriptedFlow bad = take(it.first).isEmpty() ? second : it.first;
            ScriptedFlow other = bad == second ? it.first : second;
            take(second);
            bad.inject(bad.segment().with(TcpFlags.RST).option(it.mptcp.fail(0)));

            Segment copy = other.expect(TcpFlags.ACK);
            assertThat(it.mptcp.mappedPosition(copy)).isZero();
            assertThat(it.mptcp.isSummed(it.mptcp.dss(copy), octets)).isTrue();
            assertThat(count(it, Counter.FAIL_RX)).isEqualTo(1);
        }
    }

    // ---- steps

    private static ConnectionSettings settings(boolean checksums) {
        return checksums ? REQUIRED : ConnectionSettings.DEFAULT;
    }

    /** The peer has opened with checksums and sent 100 octets, which are read. */
    private static ScriptedConnection fromPeer() {
        return ScriptedConnection.fromPeerWithChecksums(REQUIRED);
    }

    private static ScriptedFlow join(ScriptedConnection it) {
        ScriptedFlow second = it.join(41_000, 5);
        take(it.first);
        return second;
    }

    private static long count(ScriptedConnection it, Counter counter) {
        return it.connection().host().counters().get(counter);
    }

    static byte[] octets(int length, int seed) {
        byte[] octets = new byte[length];
        new SplittableRandom(seed).nextBytes(octets);
        return octets;
    }

    static byte[] part(byte[] octets, int from, int length) {
        return Arrays.copyOfRange(octets, from, from + length);
    }
}
