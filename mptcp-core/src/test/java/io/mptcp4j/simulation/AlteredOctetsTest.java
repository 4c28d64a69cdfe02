package io.mptcp4j.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.CloseCause;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.mptcp.FallbackReason;
import io.mptcp4j.stack.Stack;
import io.mptcp4j.testing.CorruptPayload;
import io.mptcp4j.testing.Direction;
import io.mptcp4j.testing.SegmentFilter;
import io.mptcp4j.testing.TwoHosts;
import io.mptcp4j.testing.TwoHosts.Transfer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Boxes that alter octets and repair the TCP checksum, which only DSS checksums show (RFC 8684 3.7). Beside another subflow
 * no altered octet is ever read. On the only one everything arrives as plain TCP would bring it, altered octets included.
 */
class AlteredOctetsTest {
    private static final LinkProfile WIFI = LinkProfile.IDEAL
            .withRate(30_000_000)
            .withDelay(Duration.ofMillis(10))
            .withQueueOctets(200_000);
    private static final LinkProfile SLOW_WIFI = WIFI.withRate(4_000_000);
    private static final LinkProfile LTE = LinkProfile.IDEAL
            .withRate(20_000_000)
            .withDelay(Duration.ofMillis(25))
            .withQueueOctets(200_000);
    private static final ConnectionSettings CHECKED =
            ConnectionSettings.builder().checksums(true).build();
    private static final int UP = 300_000;
    private static final int DOWN = 200_000;

    @ParameterizedTest
    @EnumSource(Direction.class)
    void oneAlteredSegmentOnTheOnlySubflowMakesItPlainTcp(Direction direction) {
        for (int n = 0; n < 150; n += n < 8 ? 1 : 13) {
            CorruptPayload box = new CorruptPayload(
                    SegmentFilter.going(direction).and(SegmentFilter.DATA).nth(n), true);
            try (TwoHosts hosts =
                    TwoHosts.builder(n + 1).path(WIFI, box).client(CHECKED).build()) {
                Transfer transfer = hosts.transfer(UP, DOWN);

                assertAsPlainTcp(transfer, box.touched());
                assertThat(box.touched()).isEqualTo(1);
                assertCountedOnce(hosts, transfer, "segment " + n);
                hosts.assertNothingLeft();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 40, 100})
    void boxesThatAlterEverythingLeavePlainTcp(int from) {
        CorruptPayload box = new CorruptPayload(SegmentFilter.from(from), true);
        try (TwoHosts hosts =
                TwoHosts.builder(from).path(WIFI, box).both(CHECKED).build()) {
            assertAsPlainTcp(hosts.transfer(UP, DOWN), box.touched());
            hosts.assertNothingLeft();
        }
    }

    @Test
    void lossesAndReorderingBesideAlteredOctetsCostNoOctet() {
        LinkProfile rough =
                WIFI.withLoss(0.01).withReordering(0.02, Duration.ofMillis(5)).withDuplication(0.01);
        for (int seed = 1; seed <= 40; seed++) {
            CorruptPayload box = new CorruptPayload(SegmentFilter.DATA.nth(3 * seed), true);
            try (TwoHosts hosts =
                    TwoHosts.builder(seed).path(rough, box).both(CHECKED).build()) {
                assertAsPlainTcp(hosts.transfer(UP, DOWN), box.touched());
                hosts.assertNothingLeft();
            }
        }
    }

    @Test
    void theEndOfAStreamMayBeWhatWasAltered() {
        for (int octets : new int[] {1, 500, 1_400, 3_000, 20_000}) {
            for (int n = 0; n < 15; n++) {
                CorruptPayload box = new CorruptPayload(SegmentFilter.DATA.nth(n), true);
                try (TwoHosts hosts = TwoHosts.builder(octets + n)
                        .path(WIFI, box)
                        .both(CHECKED)
                        .build()) {
                    assertAsPlainTcp(hosts.transfer(octets, octets / 3), box.touched());
                    hosts.assertNothingLeft();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Direction.class)
    void noAlteredOctetIsReadBesideAnotherSubflow(Direction direction) {
        int touched = 0;
        for (int seed = 1; seed <= 30; seed++) {
            CorruptPayload box = new CorruptPayload(
                    SegmentFilter.going(direction).and(SegmentFilter.DATA).nth(2 * seed), true);
            try (TwoHosts hosts = TwoHosts.builder(seed)
                    .path(SLOW_WIFI)
                    .path(LTE, box)
                    .both(CHECKED)
                    .build()) {
                Transfer transfer = hosts.transfer(UP, DOWN).assertIntact();

                assertStillMptcp(transfer);
                touched += box.touched();
                hosts.assertNothingLeft();
            }
        }
        assertThat(touched).isGreaterThan(20);
    }

    @Test
    void aPathThatAltersEverythingCarriesNothing() {
        for (int seed = 1; seed <= 5; seed++) {
            CorruptPayload box = new CorruptPayload(SegmentFilter.ALL, true);
            try (TwoHosts hosts = TwoHosts.builder(seed)
                    .path(SLOW_WIFI)
                    .path(LTE, box)
                    .both(CHECKED)
                    .build()) {
                Transfer transfer = hosts.transfer(UP, DOWN).assertIntact();

                assertStillMptcp(transfer);
                assertThat(box.touched()).isPositive();
                hosts.assertNothingLeft();
            }
        }
    }

    @Test
    void withoutChecksumsNobodyKnows() {
        CorruptPayload box = new CorruptPayload(SegmentFilter.DATA.nth(30), true);
        try (TwoHosts hosts = TwoHosts.builder(1).path(WIFI, box).build()) {
            Transfer transfer = hosts.transfer(UP, DOWN);

            assertStillMptcp(transfer);
            assertAsPlainTcp(transfer, 1);
        }
    }

    /** Everything arrived, in its place, and no more of it is wrong than was altered. */
    private static void assertAsPlainTcp(Transfer transfer, int altered) {
        String description = transfer.toString();
        assertThat(transfer.client().application().isDone()).as(description).isTrue();
        assertThat(transfer.server().application().isDone()).as(description).isTrue();
        assertThat(transfer.client().cause()).as(description).isEqualTo(CloseCause.NORMAL);
        assertThat(transfer.server().cause()).as(description).isEqualTo(CloseCause.NORMAL);
        assertThat(transfer.client().application().received())
                .as(description)
                .isEqualTo(transfer.server().application().sent());
        assertThat(transfer.server().application().received())
                .as(description)
                .isEqualTo(transfer.client().application().sent());
        long wrong = transfer.client().application().wrongOctets()
                + transfer.server().application().wrongOctets();
        assertThat(wrong).as(description).isLessThanOrEqualTo(altered);
    }

    /** Both ends know, and say so once, also the one that has nothing left on which to declare an infinite mapping. */
    private static void assertCountedOnce(TwoHosts hosts, Transfer transfer, String which) {
        assertThat(transfer.client().fallbackReason()).as(which).isEqualTo(FallbackReason.CHECKSUM_FAILED);
        assertThat(transfer.server().fallbackReason()).as(which).isEqualTo(FallbackReason.CHECKSUM_FAILED);
        for (Stack host : List.of(hosts.client(), hosts.server())) {
            assertThat(host.counters().get(Counter.FALLBACK_CHECKSUM_FAILED))
                    .as(which)
                    .isEqualTo(1);
            assertThat(host.counters().get(Counter.MPTCP_FALLBACKS)).as(which).isEqualTo(1);
        }
    }

    private static void assertStillMptcp(Transfer transfer) {
        assertThat(transfer.client().fallbackReason()).as(transfer.toString()).isEqualTo(FallbackReason.NONE);
        assertThat(transfer.server().fallbackReason()).as(transfer.toString()).isEqualTo(FallbackReason.NONE);
    }
}
