package io.mptcp4j.mptcp;

import static io.mptcp4j.mptcp.ScriptedConnection.NONCE;
import static io.mptcp4j.mptcp.ScriptedConnection.SECOND;
import static io.mptcp4j.mptcp.ScriptedConnection.reasonOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.metric.DropReason;
import io.mptcp4j.stack.StackSettings;
import io.mptcp4j.testing.Option;
import io.mptcp4j.testing.ScriptedFlow;
import io.mptcp4j.testing.Segment;
import io.mptcp4j.testing.SegmentScript;
import io.mptcp4j.wire.IpAddress;
import io.mptcp4j.wire.TcpFlags;
import io.mptcp4j.wire.mptcp.MpTcprst;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What joins may cost (RFC 8684 3.2, 5; RFC 4987): floods of them, and limits that are gone past. */
class JoinLimitsTest {
    private static final int FLOOD = 100_000;
    private static final int A_MILLISECOND = 10;

    @ParameterizedTest(name = "known token {0}")
    @ValueSource(booleans = {true, false})
    void aFloodOfForgedJoinsCostsNoStateAndAnHonestOneSucceeds(boolean tokenIsKnown) {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            // What the first octets have left is given back before it is measured.
            it.script.advance(Duration.ofSeconds(2));
            long used = it.script.stack().memory().used();
            int sent = flood(it, tokenIsKnown, FLOOD / 2);

            ScriptedFlow honest = it.script.peer(SECOND, 41_000, SegmentScript.STACK);
            honest.inject(honest.segment().with(TcpFlags.SYN).option(it.mptcp.joinSyn(false, 5, NONCE)));
            Segment synAck = honest.expect(TcpFlags.SYN | TcpFlags.ACK);
            // Half a second of flood while the SYN/ACK and the third ACK travel.
            sent += flood(it, tokenIsKnown, FLOOD / 20);
            honest.inject(honest.segment().option(it.mptcp.joinAck(synAck, NONCE)));
            assertThat(it.connection().subflow(1).state()).isEqualTo(SubflowState.ACTIVE);

            sent += flood(it, tokenIsKnown, FLOOD - FLOOD / 2 - FLOOD / 20);

            assertThat(it.connection().subflowCount()).isEqualTo(2);
            assertThat(it.script.stack().subflowCount()).isEqualTo(2);
            assertThat(it.script.stack().halfOpenJoinCount())
                    .isLessThanOrEqualTo(StackSettings.DEFAULT.maxHalfOpenJoins());
            assertThat(it.script.stack().memory().used()).isEqualTo(used);
            // An answer is never more than what it answers; to an unknown token it is limited, as any RST is.
            int seconds = FLOOD / A_MILLISECOND / 1_000 + 1;
            assertThat(sent)
                    .isLessThanOrEqualTo(
                            tokenIsKnown ? FLOOD : (seconds + 1) * StackSettings.DEFAULT.resetsPerSecond());
            assertThat(it.script.cause()).isNull();
        }
    }

    @Test
    void halfOpenJoinsTakeNoPlaceOfSubflows() {
        ConnectionSettings settings =
                ConnectionSettings.builder().maxSubflows(2).build();
        try (ScriptedConnection it = ScriptedConnection.fromPeer(settings)) {
            flood(it, true, 100);

            ScriptedFlow second = it.join(41_000, 5);

            assertThat(it.connection().subflow(1).state()).isEqualTo(SubflowState.ACTIVE);
            second.expectNothing();
        }
    }

    @Test
    void theOldestHalfOpenJoinGivesWay() {
        StackSettings limits = StackSettings.builder().maxHalfOpenJoins(4).build();
        try (ScriptedConnection it = ScriptedConnection.fromPeer(ConnectionSettings.DEFAULT, limits)) {
            ScriptedFlow oldest = it.script.peer(SECOND, 41_000, SegmentScript.STACK);
            oldest.inject(oldest.segment().with(TcpFlags.SYN).option(it.mptcp.joinSyn(false, 5, NONCE)));
            Segment synAck = oldest.expect(TcpFlags.SYN | TcpFlags.ACK);
            flood(it, true, 4);

            oldest.inject(oldest.segment().option(it.mptcp.joinAck(synAck, NONCE)));

            assertThat(oldest.next().has(TcpFlags.RST)).isTrue();
            assertThat(it.script.stack().halfOpenJoinCount()).isEqualTo(4);
            // It may come again.
            it.join(42_000, 5);
            assertThat(it.connection().subflow(1).state()).isEqualTo(SubflowState.ACTIVE);
        }
    }

    @Test
    void halfOpenJoinsAreForgotten() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            flood(it, true, 50);
            it.script.advance(Duration.ofMinutes(2));

            flood(it, true, 1);

            assertThat(it.script.stack().halfOpenJoinCount()).isEqualTo(1);
        }
    }

    @Test
    void moreJoinsASecondThanTheStacksLimitAreNotAnswered() {
        StackSettings limits = StackSettings.builder().joinsPerSecond(10).build();
        try (ScriptedConnection it = ScriptedConnection.fromPeer(ConnectionSettings.DEFAULT, limits)) {
            int sent = flood(it, true, 1_000);

            assertThat(sent).isBetween(200, 300);
            assertThat(it.script.stack().counters().dropped(DropReason.RATE_LIMITED))
                    .isEqualTo(1_000 - sent);

            it.script.advance(Duration.ofSeconds(1));
            it.join(41_000, 5);
            assertThat(it.connection().subflowCount()).isEqualTo(2);
        }
    }

    @Test
    void moreJoinsASecondThanTheConnectionsLimitAreRefusedForNow() {
        ConnectionSettings settings =
                ConnectionSettings.builder().joinsPerSecond(3).build();
        try (ScriptedConnection it = ScriptedConnection.fromPeer(settings)) {
            for (int i = 0; i < 3; i++) {
                it.join(41_000 + i, 5);
            }
            ScriptedFlow fourth = it.script.peer(SECOND, 42_000, SegmentScript.STACK);
            fourth.inject(fourth.segment().with(TcpFlags.SYN).option(it.mptcp.joinSyn(false, 5, NONCE)));

            Segment reset = fourth.next();
            assertThat(reasonOf(reset)).isEqualTo(MpTcprst.LACK_OF_RESOURCES);
            assertThat(isTransient(reset)).isTrue();
            assertThat(it.script.stack().counters().get(Counter.JOIN_REJECTED)).isEqualTo(1);

            it.script.advance(Duration.ofSeconds(1));
            it.join(43_000, 5);
            assertThat(it.connection().subflowCount()).isEqualTo(1 + 4);
        }
    }

    @Test
    void weJoinNoMoreOftenASecondThanTheConnectionsLimit() {
        // RFC 8684 5: announced addresses must not turn a host against others.
        ConnectionSettings settings =
                ConnectionSettings.builder().joinsPerSecond(2).maxSubflows(8).build();
        try (ScriptedConnection it = ScriptedConnection.fromStack(settings)) {
            for (int id = 1; id <= 6; id++) {
                it.first.inject(
                        it.first.segment().option(it.mptcp.addAddr(id, IpAddress.parse("10.0.0." + (20 + id)), 0)));
            }

            int syns = 0;
            while (it.script.hasSyn()) {
                it.script.awaitSyn();
                syns++;
            }
            assertThat(syns).isEqualTo(2);
        }
    }

    @Test
    void beyondTheSubflowsOfTheStackJoinsAreRefusedForNow() {
        StackSettings limits = StackSettings.builder().maxSubflows(2).build();
        try (ScriptedConnection it = ScriptedConnection.fromPeer(ConnectionSettings.DEFAULT, limits)) {
            it.join(41_000, 5);
            ScriptedFlow third = it.script.peer(SECOND, 42_000, SegmentScript.STACK);
            third.inject(third.segment().with(TcpFlags.SYN).option(it.mptcp.joinSyn(false, 5, NONCE)));
            Segment synAck = third.expect(TcpFlags.SYN | TcpFlags.ACK);
            third.inject(third.segment().option(it.mptcp.joinAck(synAck, NONCE)));

            Segment reset = third.next();
            assertThat(reasonOf(reset)).isEqualTo(MpTcprst.LACK_OF_RESOURCES);
            assertThat(isTransient(reset)).isTrue();
            third.expectNothing();
        }
    }

    // ---- listeners come and go

    @Test
    void aConnectionTakesJoinsWhenItsListenerIsClosed() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            it.connection();
            it.script.closeListener();

            it.join(41_000, 5);

            assertThat(it.connection().subflow(1).state()).isEqualTo(SubflowState.ACTIVE);
        }
    }

    @Test
    void aConnectionTakesJoinsWhenItsPortIsAnothers() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            MptcpConnection connection = it.connection();
            it.script.closeListener();
            ConnectionSettings plain =
                    ConnectionSettings.builder().multipath(false).build();
            assertThat(it.script.stack().listen(null, SegmentScript.PORT, 1, plain, listening -> {}))
                    .isNotNull();

            it.join(41_000, 5);
            ScriptedFlow stranger = it.script.peer(50_000);
            stranger.inject(stranger.segment().with(TcpFlags.SYN));

            assertThat(connection.subflow(1).state()).isEqualTo(SubflowState.ACTIVE);
            stranger.expect(TcpFlags.SYN | TcpFlags.ACK);
            assertThat(connection.subflowCount()).isEqualTo(2);
        }
    }

    @Test
    void aJoinUnderWayOutlivesItsListener() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            it.connection();
            ScriptedFlow flow = it.script.peer(SECOND, 41_000, SegmentScript.STACK);
            flow.inject(flow.segment().with(TcpFlags.SYN).option(it.mptcp.joinSyn(false, 5, NONCE)));
            Segment synAck = flow.expect(TcpFlags.SYN | TcpFlags.ACK);
            it.script.closeListener();

            flow.inject(flow.segment().option(it.mptcp.joinAck(synAck, NONCE)));

            assertThat(it.connection().subflow(1).state()).isEqualTo(SubflowState.ACTIVE);
        }
    }

    /** Forged SYNs from everywhere, ten thousand a second; returns how many packets answered. */
    private static int flood(ScriptedConnection it, boolean tokenIsKnown, int count) {
        Option join = it.mptcp.joinSyn(false, 7, NONCE);
        if (!tokenIsKnown) {
            join.data()[2] ^= 1;
        }
        int sent = 0;
        for (int i = 0; i < count; i++) {
            sent += it.script.forge(new Segment()
                    .addresses(IpAddress.ofIpv4(0x0a00_0100 + (i >> 12)), SegmentScript.STACK)
                    .ports(1024 + i % 50_000, SegmentScript.PORT)
                    .seq(i * 7919)
                    .with(TcpFlags.SYN)
                    .option(join));
            if (i % A_MILLISECOND == A_MILLISECOND - 1) {
                it.script.advance(Duration.ofMillis(1));
            }
        }
        return sent;
    }

    private static boolean isTransient(Segment reset) {
        return (reset.mptcpOption(io.mptcp4j.wire.mptcp.MptcpSubtype.MP_TCPRST).data()[0] & 1) != 0;
    }
}
