package io.mptcp4j.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.mptcp.MptcpConnection;
import io.mptcp4j.testing.BalancedServers;
import io.mptcp4j.testing.ConnectionEnd;
import io.mptcp4j.testing.SideBySide;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Joins behind a balancer that spreads 4-tuples over four servers and knows nothing of MPTCP. */
class LoadBalancerTest {
    private static final int CONNECTIONS = 100;
    private static final int JOINS = CONNECTIONS * BalancedServers.JOINING_ADDRESSES;
    private static final long UP = 60_000;
    private static final long DOWN = 10_000;

    /** Shorter than the pause before a join is tried again. */
    private static final Duration JOINING = Duration.ofMillis(700);

    /** So that no connection ends before its server's application has come to life. */
    private static final ConnectionSettings SMALL_WINDOW =
            ConnectionSettings.builder().receiveBuffer(16 << 10).build();

    @SideBySide
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void plainServersLoseEachJoinThatReachesAnotherServer(long seed) {
        try (BalancedServers world =
                BalancedServers.builder(seed).server(SMALL_WINDOW).build()) {
            // when
            world.open(CONNECTIONS, UP, DOWN);
            world.runFor(JOINING);

            // then
            long established = world.client().counters().get(Counter.JOINS_ESTABLISHED);
            long lost = world.client().counters().get(Counter.JOINS_FAILED);
            assertThat(established + lost).isEqualTo(JOINS);
            assertThat(lost).isBetween(250L, 350L).isEqualTo(world.servers(Counter.JOIN_NO_TOKEN));
            assertThat(strayed(world)).isZero();

            // and: nothing is corrupted
            world.finish();
        }
    }

    @SideBySide
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void serverNamedTokensLoseNoJoin(long seed) {
        BalancedServers.Builder builder =
                BalancedServers.builder(seed).server(SMALL_WINDOW).serverNamedTokens();
        try (BalancedServers world = (seed % 2 == 0 ? builder.ipv6() : builder).build()) {
            // when
            world.open(CONNECTIONS, UP, DOWN);
            world.runFor(JOINING);

            // then
            assertThat(world.client().counters().get(Counter.JOINS_ESTABLISHED)).isEqualTo(JOINS);
            assertThat(world.client().counters().get(Counter.JOINS_FAILED)).isZero();
            assertThat(world.servers(Counter.JOIN_NO_TOKEN)).isZero();
            assertThat(world.servers(Counter.JOINS_RELAYED))
                    .isEqualTo(strayed(world))
                    .isBetween(250L, 350L);

            // and: they carry octets, and leave nothing behind
            long before = world.servers(Counter.PACKETS_RELAYED);
            world.finish();
            assertThat(world.servers(Counter.PACKETS_RELAYED)).isGreaterThan(before + JOINS);
            assertThat(world.path(1).link().endA().counters().deliveredOctets()).isGreaterThan(CONNECTIONS * UP / 5);
            world.assertNothingLeft();
        }
    }

    @SideBySide
    @ParameterizedTest
    @CsvSource({
        "1, OWN_ADDRESS",
        "2, OWN_ADDRESS",
        "3, OWN_ADDRESS",
        "4, OWN_ADDRESS",
        "1, OWN_PORT",
        "2, OWN_PORT",
        "3, OWN_PORT",
        "4, OWN_PORT"
    })
    void flagCAndAnAddressOrPortOfEachServerLoseNoJoinAndUsePath2(long seed, BalancedServers.Announced announced) {
        // given: as many subflows as in the other ways
        ConnectionSettings client = ConnectionSettings.builder()
                .maxSubflows(1 + BalancedServers.JOINING_ADDRESSES)
                .build();
        BalancedServers.Builder builder = BalancedServers.builder(seed)
                .client(client)
                .server(SMALL_WINDOW)
                .announced(announced);
        try (BalancedServers world = (seed % 2 == 0 ? builder.ipv6() : builder).build()) {
            // when
            world.open(CONNECTIONS, UP, DOWN);
            world.runFor(JOINING);

            // then: RFC 8684 3.1, no join to the address that takes none
            assertThat(world.client().counters().get(Counter.JOIN_SYN_TX)).isEqualTo(JOINS);
            assertThat(world.client().counters().get(Counter.JOINS_ESTABLISHED)).isEqualTo(JOINS);
            assertThat(world.servers(Counter.JOIN_NO_TOKEN)).isZero();
            for (ConnectionEnd end : world.clientEnds()) {
                assertThat(joinsFromPath2(end.connection())).isGreaterThanOrEqualTo(2);
            }

            // and: path 2 carries octets
            world.finish();
            assertThat(world.path(1).link().endA().counters().deliveredOctets()).isGreaterThan(CONNECTIONS * UP / 5);
            world.assertNothingLeft();
        }
    }

    @SideBySide
    @Test
    void joinsOfAServerThatIsGoneAreReset() {
        try (BalancedServers world = BalancedServers.builder(1)
                .server(SMALL_WINDOW)
                .serverNamedTokens()
                .build()) {
            // given
            world.member(2).close();

            // when
            world.open(CONNECTIONS, UP, DOWN);
            world.runFor(JOINING);

            // then: RFC 8684 3.2, an unknown token is answered with a RST; those that reach it without help live
            long lost = world.client().counters().get(Counter.JOINS_FAILED);
            assertThat(world.client().counters().get(Counter.JOINS_ESTABLISHED)).isEqualTo(JOINS - lost);
            assertThat(lost).isPositive().isEqualTo(world.servers(Counter.JOIN_NO_TOKEN));
            for (ConnectionEnd end : world.clientEnds()) {
                int server = world.serverOf(end.connection().subflow(0).tcp().tuple());
                assertThat(end.connection().subflowCount() == 1 + BalancedServers.JOINING_ADDRESSES || server == 2)
                        .isTrue();
            }
            world.finish();
            world.assertNothingLeft();
        }
    }

    private static int joinsFromPath2(MptcpConnection connection) {
        int joins = 0;
        for (int i = 1; i < connection.subflowCount(); i++) {
            String local = connection.subflow(i).tcp().tuple().localAddress().toString();
            joins += local.startsWith("10.2.0.") || local.startsWith("fd00:2:") ? 1 : 0;
        }
        return joins;
    }

    /** How many subflows of the client the balancer brings to other servers than their connections. */
    private static long strayed(BalancedServers world) {
        long strayed = 0;
        for (ConnectionEnd end : world.clientEnds()) {
            MptcpConnection connection = end.connection();
            int owner = world.serverOf(connection.subflow(0).tcp().tuple());
            for (int i = 1; i < connection.subflowCount(); i++) {
                strayed += world.serverOf(connection.subflow(i).tcp().tuple()) == owner ? 0 : 1;
            }
        }
        return strayed;
    }
}
