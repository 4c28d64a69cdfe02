package io.mptcp4j.mptcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.tcp.TcpSettings;
import io.mptcp4j.tcp.TcpState;
import io.mptcp4j.testing.Option;
import io.mptcp4j.testing.ScriptedFlow;
import io.mptcp4j.testing.ScriptedMptcp;
import io.mptcp4j.testing.Segment;
import io.mptcp4j.testing.SegmentScript;
import io.mptcp4j.wire.TcpFlags;
import io.mptcp4j.wire.mptcp.MpCapable;
import io.mptcp4j.wire.mptcp.MptcpSubtype;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fast Open with MPTCP (RFC 8684 B), packet by packet: octets of a SYN have no place in the data sequence space. */
class FastOpenMptcpTest {
    private static final int FAST_OPEN = 34;
    private static final int SYN_ACK = TcpFlags.SYN | TcpFlags.ACK;
    private static final Option REQUEST = new Option(FAST_OPEN, new byte[0]);
    private static final Option COOKIE = new Option(FAST_OPEN, new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
    private static final ConnectionSettings ON = settings(false);
    private static final ConnectionSettings SUMMED = settings(true);

    private final ScriptedMptcp mptcp = new ScriptedMptcp();

    private static ConnectionSettings settings(boolean checksums) {
        return ConnectionSettings.builder()
                .checksums(checksums)
                .tcp(TcpSettings.builder().fastOpen(true).fastOpenConnect(true).build())
                .build();
    }

    // ---- a listener

    @Test
    void theCookieFitsBesideTheKeyAndAllOtherOptions() {
        // RFC 8684 B.1, B.3, figure 18
        try (SegmentScript script = SegmentScript.listen(ON)) {
            ScriptedFlow peer = script.peer(40_000);
            Segment synAck = peer.inject(syn(peer, REQUEST, 0)
                            .option(Option.timestamps(1, 0))
                            .option(Option.sackPermitted())
                            .option(Option.windowScale(7)))
                    .expect(SYN_ACK);

            assertThat(synAck.option(FAST_OPEN).data()).hasSize(6);
            assertThat(synAck.mptcpOption(MptcpSubtype.MP_CAPABLE)).isNotNull();
            assertThat(synAck.option(Option.TIMESTAMPS)).isNotNull();
            assertThat(synAck.option(Option.WINDOW_SCALE)).isNotNull();
            assertThat(synAck.option(Option.SACK_PERMITTED)).isNotNull();
            assertThat(synAck.optionsLength()).isEqualTo(40);
        }
    }

    @Test
    void octetsOfTheSynAreReadAtOnceAndLieBeforeTheDataSequenceSpace() {
        // RFC 8684 B.3, figure 19
        try (SegmentScript script = SegmentScript.listen(ON)) {
            ScriptedFlow peer = opened(script, 20);
            assertThat(script.connection()).isNotNull();
            assertThat(script.read()).hasSize(20);
            assertThat(script.connection().isMptcp()).isTrue();

            peer.inject(peer.segment().option(mptcp.keys()));
            peer.injectOctets(30, mptcp.mapping(0, 1, 30));
            script.advance(Duration.ofMillis(50));

            assertThat(script.read()).hasSize(30);
            Segment ack = last(peer);
            assertThat(ack.ack()).isEqualTo(51);
            assertThat(mptcp.acknowledgedPosition(ack)).isEqualTo(30);
            assertThat(script.connection().fallbackReason()).isEqualTo(FallbackReason.NONE);
            assertThat(count(script, Counter.FAST_OPEN_PASSIVE)).isEqualTo(1);
        }
    }

    @Test
    void theFirstOctetsAfterTheSynMayComeWithTheKeys() {
        try (SegmentScript script = SegmentScript.listen(ON)) {
            ScriptedFlow peer = opened(script, 20);
            peer.injectOctets(30, mptcp.keysAndData(30));
            peer.injectOctets(40, mptcp.mapping(30, 31, 40));

            assertThat(script.connection()).isNotNull();
            assertThat(script.read()).hasSize(90);
            assertThat(mptcp.acknowledgedPosition(last(peer))).isEqualTo(70);
        }
    }

    @Test
    void anAnswerWaitsForTheThirdAckWhichBringsTheKey() {
        try (SegmentScript script = SegmentScript.listen(ON)) {
            ScriptedFlow peer = opened(script, 20);
            script.write(100).finish();
            script.read();
            peer.expectNothing();

            peer.inject(peer.segment().option(mptcp.keys()));
            Segment answer = peer.expect(TcpFlags.ACK);
            assertThat(answer.payloadLength()).isEqualTo(100);
            assertThat(mptcp.mappedPosition(answer)).isZero();
            assertThat(mptcp.dss(answer).ssn()).isEqualTo(1);
        }
    }

    @Test
    void octetsOfAForgedCookieComeAgainWithTheirMapping() {
        // RFC 8684 B.3, figure 20
        try (SegmentScript script = SegmentScript.listen(ON)) {
            ScriptedFlow peer = script.peer(40_001);
            peer.inject(syn(peer, new Option(FAST_OPEN, new byte[6]), 20));
            Segment synAck = peer.expect(SYN_ACK);
            assertThat(synAck.ack()).isEqualTo(1);
            mptcp.learn(synAck);
            peer.inject(peer.segment().seq(1).option(mptcp.keys()));
            peer.inject(peer.segment().seq(1).payload(new byte[20]).option(mptcp.keysAndData(20)));

            assertThat(script.connection().fallbackReason()).isEqualTo(FallbackReason.NONE);
            assertThat(script.read()).hasSize(20);
        }
    }

    @Test
    void withoutMpCapableInTheThirdAckTheStreamGoesOnAsPlainTcp() {
        try (SegmentScript script = SegmentScript.listen(ON)) {
            ScriptedFlow peer = opened(script, 20);
            script.write(10);
            peer.inject(peer.segment());
            peer.injectOctets(30);

            assertThat(script.connection().fallbackReason()).isEqualTo(FallbackReason.NO_MP_CAPABLE_IN_ACK);
            assertThat(script.read()).hasSize(50);
            assertThat(peer.takeAll()).anyMatch(segment -> segment.payloadLength() == 10);
        }
    }

    @Test
    void octetsOfTheSynHaveNoChecksumAndThoseBehindThemDo() {
        // RFC 8684 B.2
        try (SegmentScript script = SegmentScript.listen(SUMMED)) {
            ScriptedFlow peer = opened(script, 20);
            byte[] octets = {5, 6, 7, 8};
            peer.inject(peer.segment().payload(octets).option(mptcp.keysAndData(octets)));
            peer.inject(peer.segment().payload(octets).option(mptcp.summedMapping(4, 5, octets)));

            assertThat(script.connection()).isNotNull();
            assertThat(script.read()).hasSize(28);
            assertThat(script.connection().fallbackReason()).isEqualTo(FallbackReason.NONE);
            assertThat(count(script, Counter.DATA_CHECKSUM_ERRORS)).isZero();
        }
    }

    @Test
    void anInfiniteMappingFindsItsPlaceBehindOctetsOfTheSyn() {
        try (SegmentScript script = SegmentScript.listen(ON)) {
            ScriptedFlow peer = opened(script, 20);
            peer.injectOctets(30, mptcp.keysAndData(30));
            peer.injectOctets(10, mptcp.mapping(30, 31, 0));

            assertThat(script.connection()).isNotNull();
            assertThat(script.read()).hasSize(60);
            assertThat(script.connection().fallbackReason()).isEqualTo(FallbackReason.INFINITE_MAPPING);
        }
    }

    @Test
    void aResetBeforeTheThirdAckEndsTheConnection() {
        try (SegmentScript script = SegmentScript.listen(ON)) {
            ScriptedFlow peer = opened(script, 20);
            assertThat(script.connection()).isNotNull();
            peer.inject(peer.segment().with(TcpFlags.RST));

            assertThat(script.cause()).isEqualTo(CloseCause.RESET);
        }
    }

    @Test
    void aThirdAckThatNeverComesEndsTheConnection() {
        try (SegmentScript script = SegmentScript.listen(ON)) {
            ScriptedFlow peer = opened(script, 20);
            assertThat(script.connection()).isNotNull();
            script.write(10);
            script.advance(Duration.ofMinutes(3));

            assertThat(script.cause()).isEqualTo(CloseCause.TIMED_OUT);
            assertThat(peer.takeAll()).allMatch(segment -> segment.has(TcpFlags.SYN));
        }
    }

    @Test
    void version0HasNoFastOpen() {
        ConnectionSettings both =
                ON.toBuilder().versions(MptcpVersion.V0, MptcpVersion.V1).build();
        try (SegmentScript script = SegmentScript.listen(both)) {
            ScriptedFlow peer = script.peer(40_000);
            ScriptedMptcp old = ScriptedMptcp.version0();
            peer.inject(peer.segment().with(TcpFlags.SYN).options(List.of(REQUEST, old.syn())));

            Segment synAck = peer.expect(SYN_ACK);
            assertThat(synAck.option(FAST_OPEN)).isNull();
            assertThat(synAck.mptcpOption(MptcpSubtype.MP_CAPABLE)).isNotNull();
        }
        ConnectionSettings only = ON.toBuilder().versions(MptcpVersion.V0).build();
        try (SegmentScript script = SegmentScript.connect(only)) {
            assertThat(script.awaitSyn().expect(TcpFlags.SYN).option(FAST_OPEN)).isNull();
        }
    }

    /** A peer whose SYN with so many octets was taken. */
    private ScriptedFlow opened(SegmentScript script, int octets) {
        ScriptedFlow before = script.peer(40_000);
        before.inject(before.segment().with(TcpFlags.SYN).options(List.of(REQUEST)));
        Option cookie = before.expect(SYN_ACK).option(FAST_OPEN);
        ScriptedFlow peer = script.peer(40_001);
        Segment synAck = peer.inject(syn(peer, cookie, octets)).expect(SYN_ACK);
        assertThat(synAck.ack()).isEqualTo(1 + octets);
        mptcp.learn(synAck);
        return peer;
    }

    private Segment syn(ScriptedFlow peer, Option option, int octets) {
        return peer.segment()
                .with(TcpFlags.SYN)
                .options(List.of(option, mptcp.syn()))
                .payload(new byte[octets]);
    }

    // ---- a connection that we open

    @Test
    void theSynHasMpCapableAndTheCookieAndOctets() {
        // RFC 8684 B.3, figure 19
        try (SegmentScript script = withCookie(ON)) {
            script.write(numbered(0, 20));
            ScriptedFlow flow = script.awaitSyn();
            Segment syn = flow.expect(TcpFlags.SYN);
            assertThat(syn.payload()).isEqualTo(numbered(0, 20));
            assertThat(syn.option(FAST_OPEN)).isEqualTo(COOKIE);
            assertThat(syn.mptcpOption(MptcpSubtype.MP_CAPABLE)).isNotNull();

            flow.inject(flow.segment().with(TcpFlags.SYN).option(mptcp.synAck()));
            Segment third = flow.expect(TcpFlags.ACK);
            assertThat(third.seq()).isEqualTo(21);
            mptcp.learnThirdAck(third);
            assertThat(mptcp.mpCapable(third).hasReceiverKey()).isTrue();
            assertThat(script.connection().acknowledgedOctets()).isEqualTo(20);

            // The first octet behind the SYN is the first of the data sequence space.
            script.write(numbered(20, 30));
            Segment first = flow.expect(TcpFlags.ACK);
            assertThat(first.seq()).isEqualTo(21);
            assertThat(mptcp.mpCapable(first).dataLength()).isEqualTo(30);
            flow.inject(flow.segment().option(mptcp.dataAck(30)));
            assertThat(script.connection().acknowledgedOctets()).isEqualTo(50);
            script.write(numbered(50, 40));
            Segment second = flow.expect(TcpFlags.ACK);
            assertThat(second.seq()).isEqualTo(51);
            assertThat(mptcp.mappedPosition(second)).isEqualTo(30);
            assertThat(mptcp.dss(second).ssn()).isEqualTo(31);
            flow.inject(flow.segment().option(mptcp.dataAck(70)));
            assertThat(script.connection().acknowledgedOctets()).isEqualTo(90);
            assertThat(script.connection().isConfirmed()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 11, 19})
    void octetsThatTheListenerDoesNotTakeComeAgainAsTheFirstOfTheDataSequenceSpace(int taken) {
        // RFC 8684 B.3, figures 20 and 21
        try (SegmentScript script = withCookie(ON)) {
            script.write(numbered(0, 20));
            ScriptedFlow flow = script.awaitSyn();
            flow.expect(TcpFlags.SYN);
            flow.inject(flow.segment().with(TcpFlags.SYN).ack(1 + taken).option(mptcp.synAck()));

            Segment again = flow.expect(TcpFlags.ACK);
            assertThat(again.seq()).isEqualTo(1 + taken);
            assertThat(again.payload()).isEqualTo(numbered(taken, 20 - taken));
            MpCapable option = mptcp.mpCapable(again);
            assertThat(option.dataLength()).isEqualTo(20 - taken);
            mptcp.learnThirdAck(again);
            flow.inject(flow.segment().ack(21).option(mptcp.dataAck(20 - taken)));
            assertThat(script.connection().acknowledgedOctets()).isEqualTo(20);
        }
    }

    @Test
    void withChecksumsTheFirstOctetBehindTheSynIsNumberOne() {
        try (SegmentScript script = withCookie(SUMMED)) {
            script.write(numbered(0, 20));
            ScriptedFlow flow = script.awaitSyn();
            flow.inject(flow.segment().with(TcpFlags.SYN).option(mptcp.synAck()));
            flow.expect(TcpFlags.SYN);
            mptcp.learnThirdAck(flow.expect(TcpFlags.ACK));
            script.write(numbered(20, 30));
            assertThat(mptcp.isSummed(mptcp.mpCapable(flow.expect(TcpFlags.ACK)), numbered(20, 30)))
                    .isTrue();
            flow.inject(flow.segment().option(mptcp.dataAck(30)));
            script.write(numbered(50, 40));
            assertThat(mptcp.isSummed(mptcp.dss(flow.expect(TcpFlags.ACK)), numbered(50, 40)))
                    .isTrue();
        }
    }

    @Test
    void withoutMpCapableInTheSynAckTheStreamGoesOnBehindItsFirstOctets() {
        try (SegmentScript script = withCookie(ON)) {
            script.write(numbered(0, 20));
            ScriptedFlow flow = script.awaitSyn();
            flow.expect(TcpFlags.SYN);
            flow.inject(flow.segment().with(TcpFlags.SYN).ack(16));
            Segment again = flow.expect(TcpFlags.ACK);
            assertThat(again.payload()).isEqualTo(numbered(15, 5));
            assertThat(again.option(Option.MPTCP)).isNull();
            assertThat(script.connection().fallbackReason()).isEqualTo(FallbackReason.NO_MP_CAPABLE_IN_SYN_ACK);
            flow.inject(flow.segment().ack(21));
            assertThat(script.connection().acknowledgedOctets()).isEqualTo(20);
        }
    }

    @Test
    void theStreamEndsBehindItsOctetsInTheDataSequenceSpace() {
        try (SegmentScript script = withCookie(ON)) {
            script.write(numbered(0, 20)).finish();
            ScriptedFlow flow = script.awaitSyn();
            flow.expect(TcpFlags.SYN);
            flow.inject(flow.segment().with(TcpFlags.SYN).option(mptcp.synAck()));
            List<Segment> sent = flow.takeAll();
            mptcp.learnThirdAck(sent.get(0));
            Segment fin = sent.stream()
                    .filter(segment -> segment.mptcpOption(MptcpSubtype.DSS) != null)
                    .findFirst()
                    .orElseThrow();
            assertThat(mptcp.dss(fin).isDataFin()).isTrue();
            assertThat(mptcp.mappedPosition(fin)).isZero();
            flow.inject(flow.segment().option(mptcp.dataFin(0, 1)));
            assertThat(script.connection().subflow(0).tcp().state()).isNotEqualTo(TcpState.ESTABLISHED);
        }
    }

    @Test
    void theKeysComeAgainBeforeADataFinThatIsRepeated() {
        // Without the keys, which no octets bring when all went with the SYN, the listener can make nothing of it.
        try (SegmentScript script = withCookie(ON)) {
            script.write(numbered(0, 20)).finish();
            ScriptedFlow flow = script.awaitSyn();
            flow.expect(TcpFlags.SYN);
            flow.inject(flow.segment().with(TcpFlags.SYN).option(mptcp.synAck()));
            script.advance(Duration.ofSeconds(4));

            List<Segment> sent = flow.takeAll();
            assertThat(sent).hasSizeGreaterThan(3);
            for (int i = 0; i < sent.size(); i++) {
                int subtype = i % 2 == 0 ? MptcpSubtype.MP_CAPABLE : MptcpSubtype.DSS;
                assertThat(sent.get(i).mptcpOption(subtype)).as("segment " + i).isNotNull();
            }
        }
    }

    /** A stack that has been given a cookie and opens another connection. */
    private SegmentScript withCookie(ConnectionSettings settings) {
        SegmentScript script = SegmentScript.connect(settings);
        ScriptedFlow flow = script.awaitSyn();
        assertThat(flow.expect(TcpFlags.SYN).option(FAST_OPEN)).isEqualTo(REQUEST);
        flow.inject(flow.segment().with(TcpFlags.SYN).options(List.of(COOKIE, mptcp.synAck())));
        return script.connectAgain();
    }

    private static byte[] numbered(int first, int length) {
        byte[] octets = new byte[first + length];
        for (int i = 0; i < octets.length; i++) {
            octets[i] = (byte) (i + 1);
        }
        return Arrays.copyOfRange(octets, first, octets.length);
    }

    private static Segment last(ScriptedFlow flow) {
        List<Segment> all = flow.takeAll();
        return all.get(all.size() - 1);
    }

    private static long count(SegmentScript script, Counter counter) {
        return script.stack().counters().get(counter);
    }
}
