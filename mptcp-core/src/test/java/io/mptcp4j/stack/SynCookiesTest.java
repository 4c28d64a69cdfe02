package io.mptcp4j.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.metric.DropReason;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.mptcp.FallbackReason;
import io.mptcp4j.mptcp.MptcpConnection;
import io.mptcp4j.mptcp.MptcpVersion;
import io.mptcp4j.stream.MemoryBudget;
import io.mptcp4j.testing.Option;
import io.mptcp4j.testing.ScriptedFlow;
import io.mptcp4j.testing.ScriptedMptcp;
import io.mptcp4j.testing.Segment;
import io.mptcp4j.testing.SegmentScript;
import io.mptcp4j.wire.IpAddress;
import io.mptcp4j.wire.TcpFlags;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SYN cookies (RFC 4987 3.6), packet by packet. */
class SynCookiesTest {
    private static final StackSettings ALWAYS =
            StackSettings.builder().synCookies(SynCookies.ALWAYS).build();
    private static final Duration GOOD_FOR_CERTAIN = Duration.ofSeconds(68);
    private static final Duration TOO_OLD = Duration.ofNanos(CookieNumbers.LIFETIME_NANOS);

    // ---- plain TCP

    @Test
    void nothingIsKeptOfASynAndTheThirdAckOpensTheConnection() {
        try (SegmentScript script = listen(ConnectionSettings.DEFAULT)) {
            ScriptedFlow peer = script.peer(40_000);
            peer.inject(peer.segment().with(TcpFlags.SYN).option(Option.mss(1460)));
            Segment synAck = peer.expect(TcpFlags.SYN | TcpFlags.ACK);

            assertThat(script.stack().connectionCount()).isZero();
            assertThat(script.stack().subflowCount()).isZero();
            assertThat(synAck.ack()).isEqualTo(1);
            assertThat(synAck.window()).isEqualTo(65_535);
            assertThat(synAck.options()).containsExactly(Option.mss(1460));

            peer.inject(peer.segment());
            peer.injectOctets(100);

            assertThat(script.read()).hasSize(100);
            assertThat(script.write(50).stack().connectionCount()).isEqualTo(1);
            assertThat(peer.takeAll()).anyMatch(segment -> segment.payloadLength() == 50);
            assertThat(count(script, Counter.SYN_COOKIES_SENT)).isEqualTo(1);
            assertThat(count(script, Counter.SYN_COOKIES_RECEIVED)).isEqualTo(1);
            assertThat(count(script, Counter.SYN_COOKIES_FAILED)).isZero();
            assertThat(count(script, Counter.PASSIVE_OPENS)).isEqualTo(1);
        }
    }

    @ParameterizedTest(name = "MSS {0} is remembered as {1}")
    @CsvSource({"65495, 1460", "1460, 1460", "1459, 1400", "1452, 1400", "1360, 1300", "700, 536", "400, 88", "0, 536"})
    void theSegmentSizeOfThePeerIsRememberedRoundedDown(int mss, int remembered) {
        try (SegmentScript script = listen(ConnectionSettings.DEFAULT)) {
            ScriptedFlow peer = script.peer(40_000);
            peer.open(mss == 0 ? List.of() : List.of(Option.mss(mss)), List.of());
            script.write(5_000);

            assertThat(peer.takeAll().get(0).payloadLength()).isEqualTo(remembered);
        }
    }

    @Test
    void timestampsBringBackWindowScaleAndSack() {
        try (SegmentScript script = listen(ConnectionSettings.DEFAULT)) {
            ScriptedFlow peer = script.peer(40_000);
            peer.inject(peer.segment()
                    .with(TcpFlags.SYN)
                    .options(List.of(
                            Option.mss(1460),
                            Option.sackPermitted(),
                            Option.timestamps(7_000, 0),
                            Option.windowScale(9))));
            Segment synAck = peer.expect(TcpFlags.SYN | TcpFlags.ACK);
            assertThat(synAck.option(Option.SACK_PERMITTED)).isNotNull();
            assertThat(synAck.option(Option.WINDOW_SCALE)).isNotNull();
            int tsVal = tsVal(synAck);

            peer.inject(peer.segment().window(10).option(Option.timestamps(7_001, tsVal)));
            // 10 << 9 octets are allowed: three full segments.
            script.write(100_000);
            List<Segment> sent = peer.takeAll();

            assertThat(sent.stream().mapToInt(Segment::payloadLength).sum()).isEqualTo(3 * 1448);
            assertThat(sent).allMatch(segment -> tsVal(segment) - tsVal >= 0 && tsEcr(segment) == 7_001);
            // A hole is reported by SACK.
            peer.inject(peer.segment().seq(101).payload(new byte[10]).option(Option.timestamps(7_002, tsVal)));
            assertThat(peer.takeAll()).anyMatch(segment -> segment.option(Option.SACK) != null);
        }
    }

    @ParameterizedTest(name = "after {0} ms")
    @CsvSource({"0", "1", "17", "63", "64", "100", "12345"})
    void theTimestampOfACookieIsNeverAheadOfLaterOnes(int millis) {
        try (SegmentScript script = listen(ConnectionSettings.DEFAULT)) {
            script.advance(Duration.ofMillis(millis));
            ScriptedFlow peer = script.peer(40_000);
            peer.inject(peer.segment().with(TcpFlags.SYN).option(Option.timestamps(7_000, 0)));
            int tsVal = tsVal(peer.expect(TcpFlags.SYN | TcpFlags.ACK));
            peer.inject(peer.segment().option(Option.timestamps(7_000, tsVal)));
            script.write(10);

            int later = tsVal(peer.takeAll().get(0));
            assertThat(later - tsVal).isBetween(0, 63);
        }
    }

    @Test
    void whileMemoryIsShortACookieIsNotTaken() {
        try (SegmentScript script = listen(ConnectionSettings.DEFAULT)) {
            ScriptedFlow peer = script.answeredSyn(40_000);
            MemoryBudget memory = script.stack().memory();
            long others = memory.limit() / 8 * 5;
            assertThat(memory.tryReserve(others)).isTrue();

            peer.inject(peer.segment());

            peer.expectNothing();
            assertThat(script.stack().connectionCount()).isZero();
            assertThat(count(script, Counter.MEMORY_SHORT_DROPS)).isEqualTo(1);
            assertThat(count(script, Counter.PASSIVE_OPENS)).isZero();

            // and what comes again when there is memory opens the connection
            memory.release(others);
            peer.injectOctets(10);
            assertThat(script.read()).hasSize(10);
        }
    }

    @Test
    void theFirstOctetsOpenTheConnectionWhenTheThirdAckWasLost() {
        try (SegmentScript script = listen(ConnectionSettings.DEFAULT)) {
            ScriptedFlow peer = script.answeredSyn(40_000);
            // The second segment overtakes the first: it proves nothing, and is not answered by a RST.
            peer.inject(peer.segment().seq(101).payload(new byte[100]));
            peer.expectNothing();
            peer.inject(peer.segment().seq(1).payload(new byte[100]));
            peer.inject(peer.segment().seq(101).payload(new byte[100]));

            assertThat(script.read()).hasSize(200);
            assertThat(count(script, Counter.SYN_COOKIES_FAILED)).isEqualTo(1);
        }
    }

    @Test
    void aConnectionWithAFinOnItsFirstOctetsIsOpenedAndClosed() {
        try (SegmentScript script = listen(ConnectionSettings.DEFAULT)) {
            ScriptedFlow peer = script.answeredSyn(40_000);
            peer.inject(peer.segment().with(TcpFlags.FIN).payload(new byte[100]));

            assertThat(script.read()).hasSize(100);
            assertThat(script.connection().receiveStream().isComplete()).isTrue();
        }
    }

    // ---- what is no cookie

    @Test
    void aCookieIsGoodForAMinuteAndNotForThree() {
        try (SegmentScript script = listen(ConnectionSettings.DEFAULT)) {
            ScriptedFlow soon = script.answeredSyn(40_000);
            script.advance(GOOD_FOR_CERTAIN);
            ScriptedFlow late = script.answeredSyn(40_001);
            soon.inject(soon.segment());
            assertThat(script.stack().connectionCount()).isEqualTo(1);

            script.advance(TOO_OLD);
            late.inject(late.segment());

            assertThat(late.next().flags()).isEqualTo(TcpFlags.RST);
            assertThat(script.stack().connectionCount()).isEqualTo(1);
        }
    }

    @Test
    void aCookieThatIsTooOldFailsThoughOthersAreBeingSent() {
        try (SegmentScript script = listen(ConnectionSettings.DEFAULT)) {
            ScriptedFlow late = script.answeredSyn(40_000);
            script.advance(TOO_OLD);
            script.answeredSyn(40_001);

            late.inject(late.segment());

            assertThat(late.next().flags()).isEqualTo(TcpFlags.RST);
            assertThat(count(script, Counter.SYN_COOKIES_FAILED)).isEqualTo(1);
        }
    }

    @Test
    void forgedCookiesOpenNothing() {
        try (SegmentScript script = listen(ConnectionSettings.DEFAULT)) {
            ScriptedFlow peer = script.answeredSyn(40_000);
            Random random = new Random(3);
            int forged = 100_000;
            for (int i = 0; i < forged; i++) {
                script.forge(new Segment()
                        .addresses(SegmentScript.PEER, SegmentScript.STACK)
                        .ports(1_024 + random.nextInt(30_000), SegmentScript.PORT)
                        .seq(random.nextInt())
                        .ack(random.nextInt()));
            }

            assertThat(script.stack().connectionCount()).isZero();
            assertThat(count(script, Counter.SYN_COOKIES_FAILED)).isEqualTo(forged);
            peer.inject(peer.segment());
            assertThat(script.stack().connectionCount()).isEqualTo(1);
        }
    }

    @Test
    void aCookieIsOfOnePeerOnePortAndOneSequenceNumber() {
        try (SegmentScript script = listen(ConnectionSettings.DEFAULT)) {
            ScriptedFlow peer = script.answeredSyn(40_000);
            int iss = peer.stackIss();
            Segment right = new Segment()
                    .addresses(SegmentScript.PEER, SegmentScript.STACK)
                    .ports(40_000, SegmentScript.PORT)
                    .seq(ScriptedFlow.PEER_ISS + 1)
                    .ack(iss + 1);
            script.forge(right.copy().seq(ScriptedFlow.PEER_ISS + 2));
            script.forge(right.copy().ports(40_001, SegmentScript.PORT));
            script.forge(right.copy().addresses(IpAddress.parse("10.0.0.3"), SegmentScript.STACK));
            script.forge(right.copy().ack(iss + 2));
            // Options that the SYN did not offer.
            script.forge(right.copy().option(Option.timestamps(1, 1)));
            assertThat(script.stack().connectionCount()).isZero();

            script.forge(right.copy());
            script.forge(right.copy());

            assertThat(script.stack().connectionCount()).isEqualTo(1);
            assertThat(count(script, Counter.SYN_COOKIES_RECEIVED)).isEqualTo(1);
        }
    }

    @Test
    void aListenerThatHasSentNoCookieBelievesNone() {
        try (SegmentScript script = SegmentScript.listen(ConnectionSettings.DEFAULT)) {
            ScriptedFlow peer = script.peer(40_000);
            peer.inject(peer.segment().ack(5));

            assertThat(peer.next().flags()).isEqualTo(TcpFlags.RST);
            assertThat(count(script, Counter.SYN_COOKIES_FAILED)).isZero();
        }
    }

    @Test
    void aConnectionThatNobodyHasRoomForBeginsWithALaterSegment() {
        // The accept queue of the script holds four.
        try (SegmentScript script = listen(ConnectionSettings.DEFAULT)) {
            ScriptedFlow fifth = script.answeredSyn(40_005);
            for (int i = 0; i < 4; i++) {
                ScriptedFlow flow = script.answeredSyn(42_000 + i);
                flow.inject(flow.segment());
            }
            fifth.inject(fifth.segment());
            fifth.expectNothing();
            assertThat(script.stack().connectionCount()).isEqualTo(4);
            assertThat(count(script, Counter.LISTEN_OVERFLOWS)).isEqualTo(1);

            script.connection();
            fifth.injectOctets(10);

            assertThat(script.stack().connectionCount()).isEqualTo(5);
        }
    }

    // ---- MPTCP

    @ParameterizedTest(name = "checksums {0}, timestamps {1}")
    @CsvSource({"false, false", "false, true", "true, false", "true, true"})
    void mptcpIsNegotiatedWithoutKeepingAnything(boolean checksums, boolean timestamps) {
        ConnectionSettings settings =
                ConnectionSettings.builder().checksums(checksums).build();
        try (SegmentScript script = listen(settings)) {
            ScriptedMptcp mptcp = new ScriptedMptcp();
            ScriptedFlow peer = script.peer(40_000);
            Segment synAck = mptcpSyn(peer, mptcp, timestamps);
            assertThat(mptcp.mpCapable(synAck).isChecksumRequired()).isEqualTo(checksums);
            assertThat(script.stack().connectionCount()).isZero();

            Segment ack =
                    peer.segment().option(mptcp.keys(mptcp.mpCapable(synAck).flags()));
            peer.inject(timestamps ? ack.option(Option.timestamps(2, tsVal(synAck))) : ack);
            MptcpConnection connection = script.connection();

            assertThat(connection.isMptcp()).isTrue();
            assertThat(connection.fallbackReason()).isEqualTo(FallbackReason.NONE);
            assertThat(count(script, Counter.MP_CAPABLE_SYN_RX)).isEqualTo(1);
            assertThat(count(script, Counter.MP_CAPABLE_ACK_RX)).isEqualTo(1);
            assertThat(count(script, Counter.MPTCP_FALLBACKS)).isZero();
            script.write(10);
            assertThat(mptcp.dss(peer.takeAll().get(0)).hasChecksum()).isEqualTo(checksums);
        }
    }

    @Test
    void mptcpIsConfirmedByTheFirstOctetsAndJoined() {
        try (SegmentScript script = listen(ConnectionSettings.DEFAULT)) {
            ScriptedMptcp mptcp = new ScriptedMptcp();
            ScriptedFlow peer = script.peer(40_000);
            mptcpSyn(peer, mptcp, false);
            // The third ACK was lost.
            peer.injectOctets(100, mptcp.keysAndData(100));
            assertThat(script.read()).hasSize(100);
            assertThat(script.connection().isConfirmed()).isTrue();
            assertThat(mptcp.acknowledgedPosition(peer.expect(TcpFlags.ACK))).isEqualTo(100);

            ScriptedFlow second = script.peer(IpAddress.parse("10.0.0.12"), 41_000, SegmentScript.STACK);
            second.inject(second.segment().with(TcpFlags.SYN).option(mptcp.joinSyn(false, 5, 77)));
            Segment synAck = second.expect(TcpFlags.SYN | TcpFlags.ACK);
            second.inject(second.segment().option(mptcp.joinAck(synAck, 77)));

            assertThat(script.connection().subflowCount()).isEqualTo(2);
        }
    }

    @Test
    void version0IsNegotiatedToo() {
        ConnectionSettings settings =
                ConnectionSettings.builder().versions(MptcpVersion.V0).build();
        try (SegmentScript script = listen(settings)) {
            ScriptedMptcp mptcp = ScriptedMptcp.version0();
            ScriptedFlow peer = script.peer(40_000);
            mptcpSyn(peer, mptcp, false);
            peer.inject(peer.segment().option(mptcp.keys()));
            peer.injectOctets(100, mptcp.mapping(0, 1, 100));

            assertThat(script.connection().isConfirmed()).isTrue();
            assertThat(script.read()).hasSize(100);
        }
    }

    @Test
    void version0WithoutItsThirdAckIsPlainTcp() {
        ConnectionSettings settings =
                ConnectionSettings.builder().versions(MptcpVersion.V0).build();
        try (SegmentScript script = listen(settings)) {
            ScriptedMptcp mptcp = ScriptedMptcp.version0();
            ScriptedFlow peer = script.peer(40_000);
            mptcpSyn(peer, mptcp, false);
            peer.injectOctets(100, mptcp.mapping(0, 1, 100));

            assertThat(script.connection().isMptcp()).isFalse();
            assertThat(script.read()).hasSize(100);
        }
    }

    @Test
    void aThirdAckWithoutTheOptionMeansPlainTcp() {
        try (SegmentScript script = listen(ConnectionSettings.DEFAULT)) {
            ScriptedFlow peer = script.peer(40_000);
            mptcpSyn(peer, new ScriptedMptcp(), false);
            peer.inject(peer.segment());

            assertThat(script.connection().fallbackReason()).isEqualTo(FallbackReason.NO_MP_CAPABLE_IN_ACK);
            assertThat(count(script, Counter.FALLBACK_NO_MP_CAPABLE_IN_ACK)).isEqualTo(1);
        }
    }

    @Test
    void aThirdAckWithAForeignKeyMeansPlainTcp() {
        try (SegmentScript script = listen(ConnectionSettings.DEFAULT)) {
            ScriptedMptcp mptcp = new ScriptedMptcp();
            ScriptedFlow peer = script.peer(40_000);
            mptcpSyn(peer, mptcp, false);
            peer.inject(peer.segment().option(mptcp.falseKeys()));

            assertThat(script.connection().fallbackReason()).isEqualTo(FallbackReason.WRONG_KEYS_IN_ACK);
        }
    }

    @Test
    void aThirdAckThatComesAgainDoesNotTakeTheTokenOfTheConnectionThatItBegan() {
        try (SegmentScript script = listen(ConnectionSettings.DEFAULT)) {
            ScriptedMptcp mptcp = new ScriptedMptcp();
            ScriptedFlow peer = script.peer(40_000);
            mptcpSyn(peer, mptcp, false);
            peer.injectOctets(100, mptcp.keysAndData(100));
            ScriptedFlow second = script.peer(IpAddress.parse("10.0.0.12"), 41_000, SegmentScript.STACK);
            second.inject(second.segment().with(TcpFlags.SYN).option(mptcp.joinSyn(false, 5, 77)));
            Segment synAck = second.expect(TcpFlags.SYN | TcpFlags.ACK);
            second.inject(second.segment().option(mptcp.joinAck(synAck, 77)));
            MptcpConnection connection = script.connection();
            peer.inject(peer.segment().with(TcpFlags.RST));
            assertThat(connection.subflowCount()).isEqualTo(1);

            peer.takeAll();
            peer.inject(peer.segment().seq(1).ack(1).option(mptcp.keys()));

            peer.expectNothing();
            assertThat(script.stack().connectionCount()).isEqualTo(1);
            assertThat(connection.isMptcp()).isTrue();
        }
    }

    @Test
    void keysDifferFromConnectionToConnection() {
        try (SegmentScript script = listen(ConnectionSettings.DEFAULT)) {
            ScriptedMptcp mptcp = new ScriptedMptcp();
            List<Long> keys = java.util.stream.IntStream.range(0, 1_000)
                    .mapToObj(i -> {
                        ScriptedFlow peer = script.peer(20_000 + i);
                        return mptcp.mpCapable(mptcpSyn(peer, mptcp, false)).senderKey();
                    })
                    .toList();

            assertThat(keys).doesNotHaveDuplicates();
        }
    }

    // ---- when the backlog is full

    @Test
    void synsBeyondTheBacklogAreAnsweredByCookies() {
        StackSettings limits = StackSettings.builder().maxHalfOpen(2).build();
        try (SegmentScript script = SegmentScript.listen(ConnectionSettings.DEFAULT, limits)) {
            script.answeredSyn(40_000);
            script.answeredSyn(40_001);
            assertThat(count(script, Counter.SYN_COOKIES_SENT)).isZero();

            ScriptedFlow third = script.answeredSyn(40_002);
            assertThat(script.stack().connectionCount()).isEqualTo(2);
            third.inject(third.segment());

            assertThat(script.stack().connectionCount()).isEqualTo(3);
            assertThat(count(script, Counter.BACKLOG_FULL_COOKIES)).isEqualTo(1);
        }
    }

    @Test
    void oneSourceDoesNotFillTheBacklogOfAll() {
        StackSettings limits =
                StackSettings.builder().maxHalfOpen(100).maxHalfOpenPerSource(3).build();
        try (SegmentScript script = SegmentScript.listen(ConnectionSettings.DEFAULT, limits)) {
            for (int i = 0; i < 10; i++) {
                script.answeredSyn(40_000 + i);
            }
            assertThat(script.stack().connectionCount()).isEqualTo(3);
            assertThat(count(script, Counter.SYN_COOKIES_SENT)).isEqualTo(7);

            ScriptedFlow other = script.peer(IpAddress.parse("10.0.0.7"), 40_000, SegmentScript.STACK);
            other.inject(other.segment().with(TcpFlags.SYN));
            assertThat(script.stack().connectionCount()).isEqualTo(4);
            // Whoever completes the handshake makes room.
            ScriptedFlow honest = script.answeredSyn(41_000);
            honest.inject(honest.segment());
            assertThat(script.connection().state().name()).isEqualTo("ESTABLISHED");
        }
    }

    @Test
    void allAddressesOfANetworkOf64BitsAreOneSource() {
        SynBacklog backlog = new SynBacklog(100, 2);
        PassiveOpen first = new PassiveOpen(null);
        backlog.add(first, IpAddress.parse("fd00:1::1"));
        backlog.add(new PassiveOpen(null), IpAddress.parse("fd00:1::ffff:1"));

        assertThat(backlog.isFullFor(IpAddress.parse("fd00:1::2"))).isTrue();
        assertThat(backlog.isFullFor(IpAddress.parse("fd00:1:0:1::2"))).isFalse();
        assertThat(backlog.isFullFor(IpAddress.parse("10.0.0.1"))).isFalse();
        backlog.remove(first);
        assertThat(backlog.isFullFor(IpAddress.parse("fd00:1::2"))).isFalse();
    }

    @Test
    void sourcesAreForgottenWithTheirHalfOpenConnections() {
        SynBacklog backlog = new SynBacklog(10_000, 2);
        List<PassiveOpen> openings = new java.util.ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            openings.add(new PassiveOpen(null));
            backlog.add(openings.get(i), IpAddress.ofIpv4(0x0a00_0000 + i));
        }
        openings.forEach(backlog::remove);
        openings.forEach(backlog::remove);

        assertThat(backlog.size()).isZero();
        assertThat(backlog.sources()).isZero();
    }

    @Test
    void withoutCookiesTheyAreDropped() {
        StackSettings limits = StackSettings.builder()
                .maxHalfOpen(1)
                .synCookies(SynCookies.OFF)
                .build();
        try (SegmentScript script = SegmentScript.listen(ConnectionSettings.DEFAULT, limits)) {
            script.answeredSyn(40_000);
            ScriptedFlow second = script.peer(40_001);
            second.inject(second.segment().with(TcpFlags.SYN));

            second.expectNothing();
            assertThat(script.stack().counters().dropped(DropReason.BACKLOG_FULL))
                    .isEqualTo(1);
            assertThat(count(script, Counter.LISTEN_DROPS)).isEqualTo(1);
        }
    }

    private static SegmentScript listen(ConnectionSettings settings) {
        return SegmentScript.listen(settings, ALWAYS);
    }

    /** A SYN with MP_CAPABLE has come and was answered; the key is learnt. */
    private static Segment mptcpSyn(ScriptedFlow peer, ScriptedMptcp mptcp, boolean timestamps) {
        Segment syn = peer.segment().with(TcpFlags.SYN).option(mptcp.syn());
        peer.inject(timestamps ? syn.option(Option.timestamps(1, 0)) : syn);
        Segment synAck = peer.expect(TcpFlags.SYN | TcpFlags.ACK);
        mptcp.learn(synAck);
        return synAck;
    }

    private static long count(SegmentScript script, Counter counter) {
        return script.stack().counters().get(counter);
    }

    private static int tsVal(Segment segment) {
        return word(segment, 0);
    }

    private static int tsEcr(Segment segment) {
        return word(segment, 4);
    }

    private static int word(Segment segment, int at) {
        return java.nio.ByteBuffer.wrap(segment.option(Option.TIMESTAMPS).data())
                .getInt(at);
    }
}
