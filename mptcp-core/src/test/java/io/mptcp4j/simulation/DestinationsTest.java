package io.mptcp4j.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.mptcp.FallbackReason;
import io.mptcp4j.mptcp.MptcpVersion;
import io.mptcp4j.stack.StackSettings;
import io.mptcp4j.testing.DropSegments;
import io.mptcp4j.testing.SegmentFilter;
import io.mptcp4j.testing.TwoHosts;
import io.mptcp4j.testing.TwoHosts.Transfer;
import io.mptcp4j.wire.mptcp.MptcpSubtype;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What one connection teaches about its destination serves the next one (RFC 8684 3.1, 3.9.3). */
class DestinationsTest {
    private static final LinkProfile LINK = LinkProfile.IDEAL
            .withRate(30_000_000)
            .withDelay(Duration.ofMillis(10))
            .withQueueOctets(200_000);
    private static final Duration SOON = Duration.ofSeconds(1);

    private boolean swallowing = true;
    private final SegmentFilter asking = SegmentFilter.SYN.and(SegmentFilter.mptcp(MptcpSubtype.MP_CAPABLE));

    /** Swallows SYNs with MP_CAPABLE, for as long as the test says. */
    private final DropSegments firewall =
            new DropSegments((segment, direction, index) -> swallowing && asking.matches(segment, direction, index));

    @Test
    void theConnectionAfterOneWhoseSynsWereSwallowedDoesNotAskForMptcp() {
        try (TwoHosts hosts = TwoHosts.builder(1).path(LINK, firewall).build()) {
            Transfer first = hosts.transfer(10_000, 10_000).assertIntact();
            Transfer second = hosts.transferAgain(10_000, 10_000).assertIntact();

            assertThat(first.client().fallbackReason()).isEqualTo(FallbackReason.SYN_LOST);
            assertThat(first.duration()).isGreaterThan(Duration.ofSeconds(6));
            assertThat(second.client().fallbackReason()).isEqualTo(FallbackReason.SWALLOWED_BEFORE);
            assertThat(second.server().fallbackReason()).isEqualTo(FallbackReason.NO_MP_CAPABLE_IN_SYN);
            assertThat(second.duration()).isLessThan(SOON);
            assertThat(hosts.client().counters().get(Counter.BLACKHOLES)).isEqualTo(1);
            assertThat(hosts.client().counters().get(Counter.FALLBACK_SYN_LOST)).isEqualTo(1);
            assertThat(hosts.client().counters().get(Counter.FALLBACK_SWALLOWED_BEFORE))
                    .isEqualTo(1);
            hosts.assertNothingLeft();
        }
    }

    @Test
    void afterThePauseMptcpIsTriedAgainAndTheNextPauseIsLonger() {
        try (TwoHosts hosts = TwoHosts.builder(1).path(LINK, firewall).build()) {
            hosts.transfer(10_000, 0).assertIntact();
            waitFor(hosts, Duration.ofSeconds(60));
            Transfer again = hosts.transferAgain(10_000, 0).assertIntact();
            waitFor(hosts, Duration.ofSeconds(100));
            Transfer spared = hosts.transferAgain(10_000, 0).assertIntact();
            waitFor(hosts, Duration.ofSeconds(20));
            swallowing = false;
            Transfer better = hosts.transferAgain(10_000, 0).assertIntact();

            assertThat(again.client().fallbackReason()).isEqualTo(FallbackReason.SYN_LOST);
            assertThat(spared.client().fallbackReason()).isEqualTo(FallbackReason.SWALLOWED_BEFORE);
            assertThat(better.client().fallbackReason()).isEqualTo(FallbackReason.NONE);
            assertThat(hosts.client().destinations().size()).isZero();
            assertThat(hosts.client().counters().get(Counter.BLACKHOLES)).isEqualTo(2);
            hosts.assertNothingLeft();
        }
    }

    @Test
    void switchedOffEachConnectionTriesMptcp() {
        StackSettings off =
                StackSettings.builder().blackholePause(Duration.ZERO).build();
        try (TwoHosts hosts =
                TwoHosts.builder(1).limits(off).path(LINK, firewall).build()) {
            hosts.transfer(10_000, 0).assertIntact();
            Transfer second = hosts.transferAgain(10_000, 0).assertIntact();

            assertThat(second.client().fallbackReason()).isEqualTo(FallbackReason.SYN_LOST);
            assertThat(hosts.client().counters().get(Counter.BLACKHOLES)).isZero();
            hosts.assertNothingLeft();
        }
    }

    @Test
    void anAnswerThatOnlyCameLateIsNoBlackhole() {
        // RFC 8684 3.1: SYNs with and without the option may be reordered; the third ACK decides.
        LinkProfile slow = LINK.withDelay(Duration.ofSeconds(4));
        try (TwoHosts hosts = TwoHosts.builder(1).path(slow).build()) {
            Transfer transfer = hosts.transfer(10_000, 10_000).assertIntact();

            assertThat(transfer.client().fallbackReason()).isEqualTo(FallbackReason.SYN_LOST);
            assertThat(hosts.client().counters().get(Counter.BLACKHOLES)).isZero();
            assertThat(hosts.client().destinations().size()).isZero();
            hosts.assertNothingLeft();
        }
    }

    @Test
    void aDestinationThatAnswersNothingIsNoBlackhole() {
        DropSegments all = new DropSegments(SegmentFilter.SYN);
        try (TwoHosts hosts = TwoHosts.builder(1).path(LINK, all).build()) {
            Transfer transfer = hosts.transfer(10_000, 10_000);

            assertThat(transfer.client().isEstablished()).isFalse();
            assertThat(hosts.client().counters().get(Counter.BLACKHOLES)).isZero();
        }
    }

    /** RFC 8684 3.1: version negotiation: what the first connection is, and the ones after it. */
    @ParameterizedTest(name = "client {0}, server {1}")
    @CsvSource({
        "V1,    V1,    V1,  V1,  V1",
        "V0,    V0,    V0,  V0,  V0",
        "V0,    V1,    tcp, tcp, tcp",
        "V1,    V0,    tcp, tcp, tcp",
        "V0 V1, V1,    V1,  V1,  V1",
        "V0 V1, V0,    tcp, V0,  V0",
        "V0 V1, '',    tcp, tcp, tcp",
        "V0,    V0 V1, V0,  V0,  V0",
        "V1,    V0 V1, V1,  V1,  V1",
        "V0 V1, V0 V1, V1,  V1,  V1",
        "'',    V0 V1, tcp, tcp, tcp",
    })
    void theHighestVersionThatBothSpeakIsFound(
            String client, String server, String first, String second, String third) {
        try (TwoHosts hosts = TwoHosts.builder(1)
                .client(speaking(client))
                .server(speaking(server))
                .path(LINK)
                .path(LINK)
                .build()) {
            assertSpoken(hosts.transfer(200_000, 100_000), first);
            assertSpoken(hosts.transferAgain(200_000, 100_000), second);
            assertSpoken(hosts.transferAgain(200_000, 100_000), third);
            hosts.assertNothingLeft();
        }
    }

    @Test
    void aServerThatLearnsVersion1IsFoundWithinAnHour() {
        try (TwoHosts hosts = TwoHosts.builder(1)
                .client(speaking("V0 V1"))
                .server(speaking("V0"))
                .path(LINK)
                .build()) {
            assertSpoken(hosts.transfer(1_000, 1_000), "tcp");
            assertSpoken(hosts.transferAgain(1_000, 1_000), "V0");
            waitFor(hosts, Duration.ofHours(1));
            // Version 1 is asked for again.
            assertSpoken(hosts.transferAgain(1_000, 1_000), "tcp");
            assertSpoken(hosts.transferAgain(1_000, 1_000), "V0");
            hosts.assertNothingLeft();
        }
    }

    private static ConnectionSettings speaking(String versions) {
        MptcpVersion[] allowed = versions.isEmpty()
                ? new MptcpVersion[0]
                : java.util.Arrays.stream(versions.split(" "))
                        .map(MptcpVersion::valueOf)
                        .toArray(MptcpVersion[]::new);
        return ConnectionSettings.builder().versions(allowed).build();
    }

    private static void assertSpoken(Transfer transfer, String version) {
        transfer.assertIntact();
        boolean plain = version.equals("tcp");
        assertThat(transfer.client().fallbackReason() != FallbackReason.NONE)
                .as(transfer.toString())
                .isEqualTo(plain);
        assertThat(transfer.server().fallbackReason() != FallbackReason.NONE)
                .as(transfer.toString())
                .isEqualTo(plain);
        if (!plain) {
            assertThat(transfer.client().connection().version()).isEqualTo(MptcpVersion.valueOf(version));
            assertThat(transfer.server().connection().version()).isEqualTo(MptcpVersion.valueOf(version));
        }
    }

    private static void waitFor(TwoHosts hosts, Duration time) {
        long end = hosts.network().clock().now() + time.toNanos();
        hosts.network().run(() -> false, end, 100_000);
    }
}
