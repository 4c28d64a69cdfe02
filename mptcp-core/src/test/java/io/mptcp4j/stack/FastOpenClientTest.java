package io.mptcp4j.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.CloseCause;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.tcp.TcpSettings;
import io.mptcp4j.testing.IcmpPacket;
import io.mptcp4j.testing.Option;
import io.mptcp4j.testing.ScriptedFlow;
import io.mptcp4j.testing.Segment;
import io.mptcp4j.testing.SegmentScript;
import io.mptcp4j.wire.TcpFlags;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TCP Fast Open of connections that we open (RFC 7413), packet by packet. */
class FastOpenClientTest {
    private static final int FAST_OPEN = 34;
    private static final int SYN_ACK = TcpFlags.SYN | TcpFlags.ACK;
    private static final Option COOKIE = new Option(FAST_OPEN, new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
    private static final Option OTHER_COOKIE = new Option(FAST_OPEN, new byte[] {9, 9, 9, 9, 9, 9});
    private static final ConnectionSettings ON = plain(TcpSettings.builder().fastOpenConnect(true));

    private static ConnectionSettings plain(TcpSettings.Builder tcp) {
        return ConnectionSettings.builder().multipath(false).tcp(tcp.build()).build();
    }

    // ---- the cookie

    @Test
    void unlessItIsToldToAConnectionDoesNotUseFastOpen() {
        try (SegmentScript script = SegmentScript.connect(plain(TcpSettings.builder()))) {
            assertThat(script.awaitSyn().expect(TcpFlags.SYN).option(FAST_OPEN)).isNull();
        }
    }

    @Test
    void withoutACookieTheSynAsksForOneAndLeavesAtOnce() {
        // RFC 7413 4.2.1
        try (SegmentScript script = SegmentScript.connect(ON)) {
            assertThat(script.connection().awaitsOctets()).isFalse();
            Segment syn = script.awaitSyn().expect(TcpFlags.SYN);

            assertThat(syn.option(FAST_OPEN)).isEqualTo(new Option(FAST_OPEN, new byte[0]));
            assertThat(syn.payloadLength()).isZero();
        }
    }

    @Test
    void aCookieRequestThatIsLostIsRepeatedWithoutTheOption() {
        // RFC 7413 4.2.1
        try (SegmentScript script = SegmentScript.connect(ON)) {
            ScriptedFlow flow = script.awaitSyn();
            flow.expect(TcpFlags.SYN);
            script.advance(Duration.ofMillis(1_100));

            assertThat(flow.expect(TcpFlags.SYN).option(FAST_OPEN)).isNull();
        }
    }

    @Test
    void withACookieTheSynWaitsForTheFirstOctetsAndTakesThemAlong() {
        try (SegmentScript script = withCookie(ON)) {
            script.connectAgain();
            assertThat(script.connection().awaitsOctets()).isTrue();
            script.advance(Duration.ofMinutes(1));
            assertThat(script.hasSyn()).isFalse();

            script.write(100);
            ScriptedFlow flow = script.awaitSyn();
            Segment syn = flow.expect(TcpFlags.SYN);
            assertThat(syn.option(FAST_OPEN)).isEqualTo(COOKIE);
            assertThat(syn.payloadLength()).isEqualTo(100);

            flow.inject(flow.segment().with(TcpFlags.SYN));
            Segment third = flow.expect(TcpFlags.ACK);
            assertThat(third.seq()).isEqualTo(101);
            assertThat(third.payloadLength()).isZero();
            assertThat(script.connection().acknowledgedOctets()).isEqualTo(100);
            assertThat(count(script, Counter.FAST_OPEN_ACTIVE)).isEqualTo(1);
            script.advance(Duration.ofMinutes(1));
            flow.expectNothing();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {536, 1000, 1460})
    void theSynTakesAsManyOctetsAsTheGiverOfTheCookieTakesInASegment(int mss) {
        // RFC 7413 4.1.3
        try (SegmentScript script = SegmentScript.connect(ON)) {
            ScriptedFlow flow = script.awaitSyn();
            flow.expect(TcpFlags.SYN);
            flow.inject(flow.segment().with(TcpFlags.SYN).options(List.of(Option.mss(mss), COOKIE)));
            script.connectAgain().write(5_000);
            flow = script.awaitSyn();
            Segment syn = flow.expect(TcpFlags.SYN);
            assertThat(syn.payloadLength() + syn.optionsLength()).isEqualTo(mss);

            // What there was no room for leaves with the third ACK.
            flow.inject(flow.segment().with(TcpFlags.SYN).options(List.of(Option.mss(mss))));
            Segment next = flow.expect(TcpFlags.ACK);
            assertThat(next.seq()).isEqualTo(1 + syn.payloadLength());
            assertThat(next.payloadLength()).isEqualTo(mss);
        }
    }

    @Test
    void withoutAnMssOfThePeerTheDefaultIsTheLimit() {
        // RFC 7413 4.1.3: 536 over IPv4
        try (SegmentScript script = withCookie(ON)) {
            script.connectAgain().write(5_000);
            Segment syn = script.awaitSyn().expect(TcpFlags.SYN);
            assertThat(syn.payloadLength() + syn.optionsLength()).isEqualTo(536);
        }
    }

    @Test
    void aCookieTooLongForTheOptionsOfASynIsNotUsed() {
        Option longest = new Option(FAST_OPEN, new byte[16]);
        try (SegmentScript script = SegmentScript.connect(ON)) {
            ScriptedFlow first = script.awaitSyn();
            first.inject(first.segment().with(TcpFlags.SYN).options(List.of(longest)));
            // 18 octets and 20 of the others are 38.
            script.connectAgain().write(10);
            assertThat(script.awaitSyn().expect(TcpFlags.SYN).option(FAST_OPEN)).isEqualTo(longest);
        }
    }

    @Test
    void aCookieIsKeptForADay() {
        try (SegmentScript script = withCookie(ON)) {
            script.advance(Duration.ofHours(24).plusMinutes(1)).connectAgain();
            assertThat(script.awaitSyn().expect(TcpFlags.SYN).option(FAST_OPEN).data())
                    .isEmpty();
        }
    }

    @Test
    void aNewCookieTakesThePlaceOfTheOld() {
        try (SegmentScript script = withCookie(ON)) {
            script.connectAgain().write(10);
            ScriptedFlow flow = script.awaitSyn();
            flow.inject(flow.segment().with(TcpFlags.SYN).ack(1).options(List.of(OTHER_COOKIE)));
            assertThat(count(script, Counter.FAST_OPEN_ACTIVE_FAILED)).isEqualTo(1);

            // A cookie that has expired is no reason for a pause.
            script.connectAgain().write(10);
            assertThat(script.awaitSyn().expect(TcpFlags.SYN).option(FAST_OPEN)).isEqualTo(OTHER_COOKIE);
        }
    }

    @Test
    void whoHasNothingToWriteGetsAnOrdinaryHandshake() {
        try (SegmentScript script = withCookie(ON)) {
            script.connectAgain();
            script.connection().openAtOnce(script.now());
            script.advance(Duration.ZERO);
            Segment syn = script.awaitSyn().expect(TcpFlags.SYN);
            assertThat(syn.option(FAST_OPEN)).isNull();
        }
    }

    @Test
    void aStreamThatEndsBeforeItsFirstOctetIsOpenedAndClosed() {
        try (SegmentScript script = withCookie(ON)) {
            script.connectAgain().finish();
            ScriptedFlow flow = script.awaitSyn();
            assertThat(flow.expect(TcpFlags.SYN).payloadLength()).isZero();
            flow.inject(flow.segment().with(TcpFlags.SYN));
            assertThat(flow.takeAll()).anyMatch(segment -> segment.has(TcpFlags.FIN));
        }
    }

    @Test
    void anAbortBeforeTheFirstOctetSendsNothing() {
        try (SegmentScript script = withCookie(ON)) {
            script.connectAgain().abort();
            assertThat(script.hasSyn()).isFalse();
            assertThat(script.stack().connectionCount()).isZero();
        }
    }

    // ---- octets that are not taken

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 50, 99})
    void whatTheSynAckDoesNotAcknowledgeIsSentAgainAtOnce(int taken) {
        // RFC 7413 4.2.2
        try (SegmentScript script = withCookie(ON)) {
            script.connectAgain().write(numbered(100));
            ScriptedFlow flow = script.awaitSyn();
            Segment syn = flow.expect(TcpFlags.SYN);
            assertThat(syn.payload()).isEqualTo(numbered(100));
            flow.inject(flow.segment().with(TcpFlags.SYN).ack(1 + taken));

            Segment again = flow.expect(TcpFlags.ACK);
            assertThat(again.seq()).isEqualTo(1 + taken);
            assertThat(again.payload()).isEqualTo(Arrays.copyOfRange(numbered(100), taken, 100));
            assertThat(script.connection().acknowledgedOctets()).isEqualTo(taken);
            flow.inject(flow.segment().ack(101));
            assertThat(script.connection().acknowledgedOctets()).isEqualTo(100);
            // They are not counted as lost.
            assertThat(count(script, Counter.SEGMENTS_RETRANSMITTED)).isZero();
        }
    }

    @Test
    void anAcknowledgmentOfMoreThanWasSentIsNotBelieved() {
        try (SegmentScript script = withCookie(ON)) {
            script.connectAgain().write(100);
            ScriptedFlow flow = script.awaitSyn();
            flow.expect(TcpFlags.SYN);
            flow.inject(flow.segment().with(TcpFlags.SYN).ack(102));
            flow.expect(TcpFlags.RST);
            assertThat(script.connection().acknowledgedOctets()).isZero();
        }
    }

    @Test
    void aSynThatIsRepeatedGoesWithoutCookieAndOctets() {
        // RFC 7413 4.2.2
        try (SegmentScript script = withCookie(ON)) {
            script.connectAgain().write(100);
            ScriptedFlow flow = script.awaitSyn();
            flow.expect(TcpFlags.SYN);
            script.advance(Duration.ofMillis(1_100));
            Segment again = flow.expect(TcpFlags.SYN);
            assertThat(again.option(FAST_OPEN)).isNull();
            assertThat(again.payloadLength()).isZero();

            flow.inject(flow.segment().with(TcpFlags.SYN).ack(1));
            assertThat(flow.expect(TcpFlags.ACK).payloadLength()).isEqualTo(100);
        }
    }

    @Test
    void theAnswerToTheFirstSynCountsAlsoAfterTheSecond() {
        try (SegmentScript script = withCookie(ON)) {
            script.connectAgain().write(100);
            ScriptedFlow flow = script.awaitSyn();
            script.advance(Duration.ofMillis(1_100));
            flow.takeAll();
            flow.inject(flow.segment().with(TcpFlags.SYN).ack(101));

            assertThat(script.connection().acknowledgedOctets()).isEqualTo(100);
            assertThat(flow.expect(TcpFlags.ACK).seq()).isEqualTo(101);
        }
    }

    // ---- refusals are remembered

    @Test
    void aDestinationThatSwallowsOctetsIsSparedEachTimeLonger() {
        // RFC 7413 4.1.3.1
        try (SegmentScript script = withCookie(ON)) {
            long pause = 60;
            for (int round = 0; round < 9; round++) {
                swallow(script);
                assertThat(isSpared(script)).as("round " + round).isTrue();
                script.advance(Duration.ofSeconds(pause - 10));
                assertThat(isSpared(script)).as("round " + round).isTrue();
                script.advance(Duration.ofSeconds(10));
                assertThat(isSpared(script)).as("round " + round).isFalse();
                pause = Math.min(2 * pause, 64 * 60);
            }
            assertThat(count(script, Counter.FAST_OPEN_PAUSES)).isEqualTo(9);
            // Octets that arrive end that.
            script.connectAgain().write(10);
            ScriptedFlow flow = script.awaitSyn();
            flow.inject(flow.segment().with(TcpFlags.SYN));
            swallow(script);
            script.advance(Duration.ofSeconds(61));
            assertThat(isSpared(script)).isFalse();
        }
    }

    /** A connection whose SYN with octets vanishes, and whose second SYN is answered. */
    private static void swallow(SegmentScript script) {
        script.connectAgain().write(10);
        ScriptedFlow flow = script.awaitSyn();
        assertThat(flow.expect(TcpFlags.SYN).option(FAST_OPEN)).isNotNull();
        script.advance(Duration.ofMillis(1_100));
        flow.inject(flow.segment().with(TcpFlags.SYN).ack(1));
    }

    /** Whether a connection that is opened now goes without; it is left unanswered. */
    private static boolean isSpared(SegmentScript script) {
        script.connectAgain();
        boolean spared = !script.connection().awaitsOctets();
        if (spared) {
            assertThat(script.awaitSyn().expect(TcpFlags.SYN).option(FAST_OPEN)).isNull();
        }
        return spared;
    }

    @Test
    void aServerThatGivesNoCookieIsNotAskedAgainForAWhile() {
        // RFC 7413 4.2.1
        try (SegmentScript script = SegmentScript.connect(ON)) {
            ScriptedFlow flow = script.awaitSyn();
            flow.inject(flow.segment().with(TcpFlags.SYN));
            assertThat(isSpared(script)).isTrue();
            script.advance(Duration.ofSeconds(61)).connectAgain();
            assertThat(script.awaitSyn().expect(TcpFlags.SYN).option(FAST_OPEN)).isNotNull();
        }
    }

    @Test
    void aRefusalOrAnIcmpErrorIsRememberedToo() {
        // RFC 7413 4.1.3.1
        try (SegmentScript script = withCookie(ON)) {
            script.connectAgain().write(10);
            ScriptedFlow flow = script.awaitSyn();
            flow.inject(flow.segment().with(TcpFlags.RST));
            assertThat(script.cause()).isEqualTo(CloseCause.REFUSED);
            assertThat(isSpared(script)).isTrue();

            script.advance(Duration.ofSeconds(61)).connectAgain().write(10);
            flow = script.awaitSyn();
            script.injectPacket(unreachable(flow, 3, 13, 0));
            assertThat(script.cause()).isEqualTo(CloseCause.UNREACHABLE);
            assertThat(isSpared(script)).isTrue();
        }
    }

    @Test
    void aSynThatIsTooBigForThePathGoesAgainAtOnceWithoutOctetsAndOnce() {
        try (SegmentScript script = withCookie(ON)) {
            script.connectAgain().write(400);
            ScriptedFlow flow = script.awaitSyn();
            flow.expect(TcpFlags.SYN);
            script.injectPacket(unreachable(flow, 3, 4, 600));
            assertThat(flow.expect(TcpFlags.SYN).payloadLength()).isZero();
            script.injectPacket(unreachable(flow, 3, 4, 590));
            flow.expectNothing();
        }
    }

    private static byte[] unreachable(ScriptedFlow flow, int type, int code, int rest) {
        Segment syn = flow.segment();
        Segment quoted = new Segment()
                .addresses(syn.destination(), syn.source())
                .ports(syn.destinationPort(), syn.sourcePort())
                .seq(flow.stackIss())
                .with(TcpFlags.SYN);
        return IcmpPacket.error(syn.source(), syn.destination(), type, code, rest, quoted.toBytes());
    }

    @Test
    void onlySoManyCookiesAreKept() {
        StackSettings limits = StackSettings.builder().maxFastOpenCookies(1).build();
        try (SegmentScript script = SegmentScript.connect(ON, limits)) {
            give(script);
            assertThat(script.stack().fastOpens().cookieCount()).isEqualTo(1);
            give(script.connectAgain().write(1));
            assertThat(script.stack().fastOpens().cookieCount()).isEqualTo(1);
        }
        try (SegmentScript script = SegmentScript.connect(
                ON, StackSettings.builder().maxFastOpenCookies(0).build())) {
            give(script);
            assertThat(script.stack().fastOpens().cookieCount()).isZero();
        }
    }

    // ---- simultaneous open

    @ParameterizedTest
    @ValueSource(ints = {0, 100})
    void aSimultaneousOpenLosesNoOctet(int taken) {
        try (SegmentScript script = withCookie(ON)) {
            script.connectAgain().write(100);
            ScriptedFlow flow = script.awaitSyn();
            flow.expect(TcpFlags.SYN);
            flow.inject(flow.segment().without(TcpFlags.ACK).with(TcpFlags.SYN));
            flow.expect(SYN_ACK);
            flow.inject(flow.segment().seq(0).ack(1 + taken).with(TcpFlags.SYN));

            Segment next = flow.expect(TcpFlags.ACK);
            assertThat(next.seq()).isEqualTo(1 + taken);
            assertThat(next.payloadLength()).isEqualTo(100 - taken);
        }
    }

    // ---- steps

    /** A stack that has been given a cookie. */
    private static SegmentScript withCookie(ConnectionSettings settings) {
        SegmentScript script = SegmentScript.connect(settings);
        give(script);
        return script;
    }

    private static void give(SegmentScript script) {
        ScriptedFlow flow = script.awaitSyn();
        flow.inject(flow.segment().with(TcpFlags.SYN).options(List.of(COOKIE)));
    }

    private static byte[] numbered(int length) {
        byte[] octets = new byte[length];
        for (int i = 0; i < length; i++) {
            octets[i] = (byte) (i + 1);
        }
        return octets;
    }

    private static long count(SegmentScript script, Counter counter) {
        return script.stack().counters().get(counter);
    }
}
