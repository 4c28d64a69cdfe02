package io.mptcp4j.mptcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.metric.StackCounters;
import io.mptcp4j.tcp.TcpSettings;
import io.mptcp4j.testing.NarrowRouter;
import io.mptcp4j.testing.SideBySide;
import io.mptcp4j.testing.TwoHosts;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole transfers over paths that are narrower than their first hop, with routers that tell and with black holes. */
class NarrowPathTest {
    private static final int SEEDS = 12;
    private static final long OCTETS = 2_000_000;

    /** What a box that writes segments anew leaves out of their options. */
    private static final int PADDING = 4;

    private static final LinkProfile PATH = LinkProfile.IDEAL
            .withRate(20_000_000)
            .withDelay(Duration.ofMillis(10))
            .withQueueOctets(30_000);

    @SideBySide
    @ParameterizedTest
    @CsvSource({
        "IPV4, 1400, false", "IPV4, 600, false", "IPV6, 1400, false", "IPV6, 1280, false",
        "IPV4, 1400, true", "IPV4, 600, true", "IPV6, 1400, true", "IPV6, 1280, true"
    })
    void aRouterThatTellsCostsOneRoundTripAndNoWindow(TwoHosts.Family family, int mtu, boolean offload) {
        // RFC 1191, RFC 8201
        NarrowRouter router = new NarrowRouter(mtu, true);
        try (TwoHosts hosts = TwoHosts.builder(1)
                .family(family)
                .offload(offload)
                .path(PATH, router)
                .build()) {
            TwoHosts.Transfer transfer =
                    hosts.transfer(OCTETS, 100_000).finish().assertIntact();

            assertThat(router.largest()).isBetween(mtu - PADDING, mtu);
            assertThat(router.dropped()).isLessThanOrEqualTo(20);
            assertThat(hosts.client().counters().get(Counter.RETRANSMISSION_TIMEOUTS))
                    .isZero();
            assertThat(hosts.client().counters().get(Counter.PATH_MTU_REPORTS)).isEqualTo(1);
            assertThat(transfer.duration()).isLessThan(Duration.ofMillis(1_300));
            hosts.assertNothingLeft();
        }
    }

    @SideBySide
    @ParameterizedTest
    @CsvSource({
        "IPV4, 1492, false",
        "IPV4, 1400, false",
        "IPV4, 1200, false",
        "IPV4, 600, false",
        "IPV6, 1400, false",
        "IPV6, 1280, false",
        "IPV4, 1492, true",
        "IPV4, 1400, true",
        "IPV4, 1200, true",
        "IPV4, 600, true",
        "IPV6, 1400, true",
        "IPV6, 1280, true"
    })
    void aBlackHoleIsFoundAndItsSizeToo(TwoHosts.Family family, int mtu, boolean offload) {
        // RFC 8899, RFC 4821
        NarrowRouter router = new NarrowRouter(mtu, false);
        try (TwoHosts hosts = TwoHosts.builder(2)
                .family(family)
                .offload(offload)
                .path(PATH, router)
                .build()) {
            hosts.transfer(60 * OCTETS, 0).finish().assertIntact();

            assertThat(router.largest()).isBetween(mtu - 8 - PADDING, mtu);
            assertThat(hosts.client().counters().get(Counter.PATH_MTU_BLACK_HOLES))
                    .isBetween(1L, 2L);
            assertThat(hosts.client().counters().get(Counter.RETRANSMISSION_TIMEOUTS))
                    .isLessThanOrEqualTo(5);
            hosts.assertNothingLeft();
        }
    }

    @SideBySide
    @ParameterizedTest
    @CsvSource({
        "IPV4, 1400, true, false", "IPV4, 600, true, false", "IPV6, 1400, true, false", "IPV6, 1280, true, true",
        "IPV4, 1400, false, false", "IPV4, 600, false, true", "IPV6, 1400, false, true", "IPV6, 1280, false, false"
    })
    void withoutSackNarrowPathsAreFoundTooButNotProbed(
            TwoHosts.Family family, int mtu, boolean tells, boolean offload) {
        // RFC 4821 7.7, RFC 8899 4.3: timeouts tell of a black hole, with SACK and without.
        ConnectionSettings settings = ConnectionSettings.builder()
                .tcp(TcpSettings.builder().sack(false).build())
                .build();
        for (int seed = 0; seed < SEEDS; seed++) {
            NarrowRouter router = new NarrowRouter(mtu, tells);
            try (TwoHosts hosts = TwoHosts.builder(seed)
                    .family(family)
                    .both(settings)
                    .offload(offload)
                    .path(PATH.withLoss(seed % 2 * 0.005), router)
                    .build()) {
                hosts.transfer(OCTETS, 10_000).finish().assertIntact();

                StackCounters counters = hosts.client().counters();
                assertThat(counters.get(tells ? Counter.PATH_MTU_REPORTS : Counter.PATH_MTU_BLACK_HOLES))
                        .as("seed " + seed)
                        .isPositive();
                assertThat(counters.get(Counter.PATH_MTU_PROBES_DELIVERED) + counters.get(Counter.PATH_MTU_PROBES_LOST))
                        .isZero();
                assertThat(counters.get(Counter.MPTCP_FALLBACKS)).isZero();
                assertThat(router.largest()).isLessThanOrEqualTo(mtu);
                hosts.assertNothingLeft();
            }
        }
    }

    @SideBySide
    @Test
    void withoutProbingABlackHoleStopsTheTransfer() {
        // What the search is good for.
        ConnectionSettings settings = ConnectionSettings.builder()
                .tcp(TcpSettings.builder().pathMtuProbing(false).build())
                .build();
        try (TwoHosts hosts = TwoHosts.builder(3)
                .both(settings)
                .path(PATH, new NarrowRouter(1400, false))
                .build()) {
            TwoHosts.Transfer transfer = hosts.begin(OCTETS, 0).runFor(Duration.ofSeconds(60));

            assertThat(transfer.server().application().isDone()).isFalse();
            transfer.client().connection().abort(hosts.network().clock().now());
            transfer.finish();
            hosts.assertNothingLeft();
        }
    }

    @SideBySide
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRouteThatBecomesNarrowAndWideAgainIsFollowed(boolean tells) {
        NarrowRouter router = new NarrowRouter(1500, tells);
        try (TwoHosts hosts = TwoHosts.builder(4)
                .path(PATH.withRate(2_000_000), router)
                .maxSteps(10_000_000)
                .build()) {
            TwoHosts.Transfer transfer = hosts.begin(240_000_000, 0).runFor(Duration.ofSeconds(5));
            router.setMtu(1300);
            transfer.runFor(Duration.ofSeconds(60));
            assertThat(router.largest()).isBetween(1292 - PADDING, 1300);

            router.setMtu(1500);
            transfer.runFor(Duration.ofMinutes(11));

            assertThat(router.largest()).isBetween(1500 - PADDING, 1500);
            transfer.finish().assertIntact();
            hosts.assertNothingLeft();
        }
    }

    @SideBySide
    @ParameterizedTest
    @EnumSource(TwoHosts.Family.class)
    void eachSubflowHasAnMtuOfItsOwn(TwoHosts.Family family) {
        NarrowRouter first = new NarrowRouter(1450, true);
        NarrowRouter second = new NarrowRouter(1300, true);
        try (TwoHosts hosts = TwoHosts.builder(5)
                .family(family)
                .path(PATH, first)
                .path(PATH, second)
                .build()) {
            hosts.transfer(4 * OCTETS, OCTETS).finish().assertIntact();

            assertThat(first.largest()).isBetween(1450 - PADDING, 1450);
            assertThat(second.largest()).isBetween(1300 - PADDING, 1300);
            hosts.assertNothingLeft();
        }
    }

    @SideBySide
    @Test
    void aSubflowInABlackHoleComesBackWhileTheOtherCarriesOn() {
        NarrowRouter hole = new NarrowRouter(1400, false);
        try (TwoHosts hosts = TwoHosts.builder(6).path(PATH).path(PATH, hole).build()) {
            hosts.transfer(60 * OCTETS, 0).finish().assertIntact();

            assertThat(hole.largest()).isBetween(1392 - PADDING, 1400);
            hosts.assertNothingLeft();
        }
    }

    @SideBySide
    @ParameterizedTest
    @ValueSource(ints = {128, 256, 1_024})
    void whatASubflowInABlackHoleHoldsOfASmallSendBufferIsWaitedForUntilItsPathMtuIsFound(int kibibytes) {
        // RFC 8899 4.3: ended at its first timeout it would come back with full segments, and the path never be used.
        ConnectionSettings settings =
                ConnectionSettings.builder().sendBuffer(kibibytes << 10).build();
        NarrowRouter hole = new NarrowRouter(1400, false);
        try (TwoHosts hosts =
                TwoHosts.builder(6).both(settings).path(PATH).path(PATH, hole).build()) {
            TwoHosts.Transfer transfer = hosts.transfer(20 * OCTETS, 0).finish().assertIntact();

            assertThat(hosts.client().counters().get(Counter.PATH_MTU_BLACK_HOLES))
                    .isEqualTo(1);
            assertThat(hosts.client().counters().get(Counter.JOIN_SYN_TX)).isEqualTo(1);
            assertThat(hole.largest()).isGreaterThan(1_200);
            // One path alone takes 16 seconds.
            assertThat(transfer.duration()).isLessThan(Duration.ofMillis(20 * OCTETS * 8 / 20_000 * 8 / 10));
            hosts.assertNothingLeft();
        }
    }

    @SideBySide
    @ParameterizedTest
    @CsvSource({
        "IPV4, 1400, true",
        "IPV4, 600, true",
        "IPV6, 1400, true",
        "IPV6, 1280, true",
        "IPV4, 1400, false",
        "IPV4, 600, false",
        "IPV6, 1400, false",
        "IPV6, 1280, false"
    })
    void aPathThatIsMerelyNarrowStaysMultipath(TwoHosts.Family family, int mtu, boolean tells) {
        // RFC 8684 3.1: the first octets are too long for the path, and come again in pieces that all have the keys.
        for (int seed = 0; seed < SEEDS; seed++) {
            for (int offloads = 0; offloads < 2; offloads++) {
                transferOverNarrowPath(seed, family, mtu, tells, offloads == 1);
            }
        }
    }

    private static void transferOverNarrowPath(
            int seed, TwoHosts.Family family, int mtu, boolean tells, boolean offloads) {
        String where = "seed " + seed + ", offload " + offloads;
        LinkProfile path = PATH.withLoss(seed % 3 * 0.01).withReordering(seed % 2 * 0.05, Duration.ofMillis(3));
        ConnectionSettings settings =
                ConnectionSettings.builder().checksums(seed % 5 == 4).build();
        try (TwoHosts hosts = TwoHosts.builder(seed)
                .family(family)
                .both(settings)
                .offload(offloads)
                .path(path, new NarrowRouter(mtu, tells))
                .path(path, new NarrowRouter(mtu + 50, tells))
                .build()) {
            TwoHosts.Transfer transfer =
                    hosts.transfer(400_000, 400_000 * (seed % 2)).finish().assertIntact();

            assertThat(transfer.server().fallbackReason()).as(where).isEqualTo(FallbackReason.NONE);
            assertThat(transfer.client().fallbackReason()).as(where).isEqualTo(FallbackReason.NONE);
            assertThat(hosts.client().counters().get(Counter.MPTCP_FALLBACKS))
                    .as(where)
                    .isZero();
            assertThat(hosts.server().counters().get(Counter.MPTCP_FALLBACKS))
                    .as(where)
                    .isZero();
            assertThat(hosts.server().counters().get(Counter.MP_CAPABLE_ACK_RX))
                    .as(where)
                    .isEqualTo(1);
            hosts.assertNothingLeft();
        }
    }
}
