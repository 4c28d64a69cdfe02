package io.mptcp4j.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.tcp.PathMtuSearch.State;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sizes that are tried (RFC 8899 5). */
class PathMtuSearchTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int CEILING = 1500;

    private final PathMtuSearch search = search(552, 1200);

    private static PathMtuSearch search(int floor, int base) {
        PathMtuSearch search = new PathMtuSearch(floor, base);
        search.limit(CEILING);
        return search;
    }

    @Test
    void beginsWithTheFirstHopsMtuAndProbesNothing() {
        assertThat(search.size()).isEqualTo(1500);
        assertThat(search.state()).isEqualTo(State.COMPLETE);
        assertThat(search.probeDue(Long.MAX_VALUE - 1)).isZero();
    }

    @Test
    void aReportMakesItSmallerAndNeverLarger() {
        // RFC 1191 3, RFC 8201 4: a host must not increase its estimate in response to a message.
        assertThat(search.onReport(1400, 0)).isTrue();
        assertThat(search.onReport(1450, 0)).isFalse();
        assertThat(search.size()).isEqualTo(1400);
    }

    @Test
    void aReportBelowTheFloorCountsAsTheFloor() {
        search.onReport(68, 0);
        assertThat(search.size()).isEqualTo(552);
    }

    @Test
    void tenMinutesAfterAReportTheOldSizeIsProbed() {
        // RFC 1191 6.3
        search.onReport(1400, 0);

        assertThat(search.probeDue(600 * SECOND - 1)).isZero();
        assertThat(search.probeDue(600 * SECOND)).isEqualTo(1500);
        assertThat(search.size()).isEqualTo(1400);
        search.onProbeDelivered(1500, 601 * SECOND);
        assertThat(search.size()).isEqualTo(1500);
        assertThat(search.state()).isEqualTo(State.COMPLETE);
    }

    @Test
    void aReportAboutAProbeEndsTheSearchBelowIt() {
        // RFC 8899 4.6.2
        search.onReport(1400, 0);
        search.probeDue(600 * SECOND);

        assertThat(search.onReport(1450, 600 * SECOND)).isTrue();
        assertThat(search.size()).isEqualTo(1400);
        assertThat(search.probeDue(600 * SECOND)).isEqualTo(1450);
        search.onProbeDelivered(1450, 601 * SECOND);
        assertThat(search.size()).isEqualTo(1450);
        assertThat(search.state()).isEqualTo(State.COMPLETE);
    }

    @Test
    void aReportThatSaysWhatIsKnownEndsTheSearchForTenMinutes() {
        search.onReport(1400, 0);
        search.probeDue(600 * SECOND);

        search.onReport(1400, 600 * SECOND);

        assertThat(search.state()).isEqualTo(State.COMPLETE);
        assertThat(search.probeDue(1200 * SECOND - 1)).isZero();
        assertThat(search.probeDue(1200 * SECOND)).isEqualTo(1500);
    }

    @Test
    void whatLookedLikeABlackHoleAndWasLateLeavesTheSizeAsItWas() {
        search.onReport(1400, 0);
        search.onBlackHole(1400);
        search.onBlackHole(1200);

        assertThat(search.onLate(SECOND)).isTrue();

        assertThat(search.size()).isEqualTo(1400);
        assertThat(search.state()).isEqualTo(State.COMPLETE);
        assertThat(search.onLate(SECOND)).isFalse();
    }

    @Test
    void whatWasFoundSinceABlackHoleStays() {
        search.onBlackHole(1500);
        search.onDelivered(0);
        search.onProbeLost(1500, true, 0, 0);
        search.onRecovered();
        assertThat(search.onLate(SECOND)).isFalse();

        search.onBlackHole(1500);
        search.onReport(1300, 0);
        assertThat(search.onLate(SECOND)).isFalse();
        assertThat(search.size()).isLessThanOrEqualTo(1300);
    }

    @Test
    void aBlackHoleLeadsToTheBaseAndThenToTheFloor() {
        // RFC 8899 4.3 and 5.2
        assertThat(search.onBlackHole(1500)).isTrue();
        assertThat(search.state()).isEqualTo(State.BASE);
        assertThat(search.size()).isEqualTo(1200);
        assertThat(search.onBlackHole(1200)).isTrue();
        assertThat(search.state()).isEqualTo(State.ERROR);
        assertThat(search.size()).isEqualTo(552);
        assertThat(search.onBlackHole(552)).isFalse();
    }

    @Test
    void smallPacketsThatVanishSayNothingAboutTheMtu() {
        assertThat(search.onBlackHole(300)).isFalse();
        assertThat(search.size()).isEqualTo(1500);
    }

    @Test
    void overIpv6TheBaseIsTheLeast() {
        // RFC 8200 5
        PathMtuSearch ipv6 = search(1280, 1280);
        assertThat(ipv6.onBlackHole(1500)).isTrue();
        assertThat(ipv6.size()).isEqualTo(1280);
        assertThat(ipv6.onBlackHole(1280)).isFalse();
    }

    @Test
    void whatWasNoBlackHoleIsFoundOutWithOneProbe() {
        search.onBlackHole(1500);
        search.onDelivered(5 * SECOND);

        assertThat(search.probeDue(5 * SECOND)).isEqualTo(1500);
        search.onProbeDelivered(1500, 6 * SECOND);
        assertThat(search.state()).isEqualTo(State.COMPLETE);
        assertThat(search.size()).isEqualTo(1500);
    }

    @ParameterizedTest
    @ValueSource(ints = {552, 576, 1006, 1199, 1200, 1280, 1400, 1454, 1480, 1492, 1499, 1500})
    void theSearchFindsAnyMtu(int mtu) {
        PathMtuSearch any = search(552, 1200);
        any.onBlackHole(1500);
        if (mtu < 1200) {
            any.onBlackHole(1200);
        }
        long now = 0;
        any.onDelivered(now);
        int probes = 0;
        while (any.state() != State.COMPLETE) {
            int probe = any.probeDue(now);
            assertThat(probe).isPositive();
            probes++;
            if (probe <= mtu) {
                any.onProbeDelivered(probe, now);
            } else {
                any.onProbeLost(probe, true, SECOND, now);
                assertThat(any.probeDue(now)).isZero();
                now += SECOND;
            }
        }
        assertThat(any.size()).isBetween(mtu - PathMtuSearch.GRANULARITY, mtu);
        assertThat(probes).isLessThanOrEqualTo(30);
    }

    @Test
    void aSizeIsGivenUpAfterThreeProbesOfWhichTheResultWasClear() {
        // RFC 8899 5.1.2, RFC 4821 7.6.4
        search.onReport(1200, -600 * SECOND);
        search.probeDue(0);
        for (int i = 0; i < 10; i++) {
            search.onProbeLost(1500, false, 0, 0);
        }
        search.onProbeLost(1500, true, 0, 0);
        search.onProbeLost(1500, true, 0, 0);
        assertThat(search.probeDue(0)).isEqualTo(1500);
        search.onProbeLost(1500, true, 0, 0);
        assertThat(search.probeDue(0)).isEqualTo(1350);
    }
}
