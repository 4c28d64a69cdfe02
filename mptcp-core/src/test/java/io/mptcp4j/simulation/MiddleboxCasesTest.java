package io.mptcp4j.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.mptcp.CloseCause;
import io.mptcp4j.mptcp.FallbackReason;
import io.mptcp4j.testing.CoalesceSegments;
import io.mptcp4j.testing.CorruptPayload;
import io.mptcp4j.testing.Direction;
import io.mptcp4j.testing.DropSegments;
import io.mptcp4j.testing.InjectReset;
import io.mptcp4j.testing.Middlebox;
import io.mptcp4j.testing.Nat;
import io.mptcp4j.testing.Option;
import io.mptcp4j.testing.SegmentFilter;
import io.mptcp4j.testing.ShiftSequenceNumbers;
import io.mptcp4j.testing.SplitSegments;
import io.mptcp4j.testing.StripOptions;
import io.mptcp4j.testing.TwoHosts;
import io.mptcp4j.testing.TwoHosts.Transfer;
import io.mptcp4j.wire.IpAddress;
import io.mptcp4j.wire.mptcp.MptcpSubtype;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What middleboxes do to a connection (RFC 8684 3.7): the file arrives whole, or the end is clean where the RFC wants it. */
class MiddleboxCasesTest {
    private static final LinkProfile WIFI = LinkProfile.IDEAL
            .withRate(30_000_000)
            .withDelay(Duration.ofMillis(10))
            .withQueueOctets(200_000);
    private static final LinkProfile LTE = LinkProfile.IDEAL
            .withRate(20_000_000)
            .withDelay(Duration.ofMillis(25))
            .withQueueOctets(200_000);
    private static final int UP = 400_000;
    private static final int DOWN = 150_000;

    // RFC 8684 3.7: options that are lost in the handshake mean plain TCP.

    @Test
    void withoutMpCapableInTheSynBothEndsFallBack() {
        Transfer transfer = onePath(StripOptions.mptcp(SegmentFilter.SYN)).assertIntact();

        assertFellBack(transfer, FallbackReason.NO_MP_CAPABLE_IN_SYN_ACK, FallbackReason.NO_MP_CAPABLE_IN_SYN);
    }

    @Test
    void withoutMpCapableInTheSynAckBothEndsFallBack() {
        Transfer transfer = onePath(StripOptions.mptcp(SegmentFilter.SYN_ACK)).assertIntact();

        assertThat(transfer.client().fallbackReason()).isEqualTo(FallbackReason.NO_MP_CAPABLE_IN_SYN_ACK);
        assertThat(transfer.server().fallbackReason()).isNotEqualTo(FallbackReason.NONE);
    }

    @Test
    void withoutOptionsInAllButTheSynsBothEndsFallBack() {
        SegmentFilter notSyns = SegmentFilter.SYN.not().and(SegmentFilter.SYN_ACK.not());

        Transfer transfer = onePath(StripOptions.mptcp(notSyns)).assertIntact();

        assertThat(transfer.client().fallbackReason()).isNotEqualTo(FallbackReason.NONE);
        assertThat(transfer.server().fallbackReason()).isNotEqualTo(FallbackReason.NONE);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4_805})
    void theEndOfAShortStreamThatWasDeclaredBeforeTheFallbackIsSeen(int octets) {
        SegmentFilter notSyns = SegmentFilter.SYN.not().and(SegmentFilter.SYN_ACK.not());
        try (TwoHosts hosts =
                TwoHosts.builder(1).path(WIFI, StripOptions.mptcp(notSyns)).build()) {
            Transfer transfer = hosts.transfer(octets, 0).assertIntact();

            assertThat(transfer.client().cause()).as(transfer.toString()).isEqualTo(CloseCause.NORMAL);
            assertThat(transfer.server().cause()).as(transfer.toString()).isEqualTo(CloseCause.NORMAL);
            hosts.assertNothingLeft();
        }
    }

    @Test
    void aThirdAckWithoutItsOptionIsNoHarm() {
        onePath(StripOptions.mptcp(SegmentFilter.THIRD_ACK)).assertIntact();
    }

    @ParameterizedTest
    @EnumSource(Direction.class)
    void strippedFromOneDirectionAfterTheHandshakeTheFileIsWholeOrTheEndClean(Direction direction) {
        SegmentFilter later = SegmentFilter.from(2).and(SegmentFilter.going(direction));

        assertWholeOrClean(onePath(StripOptions.mptcp(later)));
    }

    // RFC 8684 3.7: options that are lost later.

    @ParameterizedTest
    @ValueSource(ints = {3, 10, 40, 120})
    void strippedFromSomeSegmentOnTheFileIsWholeOrTheEndClean(int from) {
        assertWholeOrClean(onePath(StripOptions.mptcp(SegmentFilter.from(from))));
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 10, 40, 120})
    void strippedOnOneOfTwoPathsTheFileIsWhole(int from) {
        twoPaths(StripOptions.mptcp(SegmentFilter.from(from))).assertIntact();
    }

    @Test
    void joinsWithoutOptionsAreRefusedAndTheFileIsWhole() {
        for (SegmentFilter stage :
                new SegmentFilter[] {SegmentFilter.SYN, SegmentFilter.SYN_ACK, SegmentFilter.THIRD_ACK}) {
            twoPaths(StripOptions.mptcp(stage)).assertIntact();
        }
    }

    @Test
    void otherOptionsAreNotNeeded() {
        for (int kind :
                new int[] {Option.MSS, Option.WINDOW_SCALE, Option.SACK_PERMITTED, Option.SACK, Option.TIMESTAMPS}) {
            assertMptcp(onePath(new StripOptions(kind, SegmentFilter.ALL)).assertIntact());
            assertMptcp(twoPaths(new StripOptions(kind, SegmentFilter.SYN_ACK)).assertIntact());
        }
    }

    // RFC 8684 3.3: subflow sequence numbers are relative, mappings live in the stream's numbers.

    @Test
    void shiftedSequenceNumbersDoNotMatter() {
        assertMptcp(onePath(new ShiftSequenceNumbers(0x7fff_0000, 0x9000_0000)).assertIntact());
        assertMptcp(twoPaths(new ShiftSequenceNumbers(12_345, -12_345)).assertIntact());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void splitSegmentsDoNotMatter(boolean repeatsOptions) {
        assertMptcp(onePath(new SplitSegments(500, repeatsOptions)).assertIntact());
        assertMptcp(twoPaths(new SplitSegments(500, repeatsOptions)).assertIntact());
    }

    @Test
    void coalescedSegmentsLeaveTheFileWholeOrTheEndClean() {
        assertWholeOrClean(onePath(new CoalesceSegments(1400, Duration.ofMillis(1))));
        twoPaths(new CoalesceSegments(1400, Duration.ofMillis(1))).assertIntact();
    }

    @Test
    void damagedSegmentsAreSentAgain() {
        assertMptcp(
                onePath(new CorruptPayload(SegmentFilter.DATA.nth(20), false)).assertIntact());
    }

    // RFC 8684 3.2: joins are found by token and address id, not by address.

    @Test
    void translatedAddressesDoNotMatter() {
        assertMptcp(onePath(new Nat(IpAddress.parse("10.0.0.77"), 40_000)).assertIntact());
        Transfer joined =
                twoPaths(new Nat(IpAddress.parse("10.0.1.77"), 40_000)).assertIntact();

        assertMptcp(joined);
        assertThat(joined.server().mostSubflows()).isEqualTo(2);
    }

    // Resets, losses, addresses.

    @Test
    void aResetOfOneOfTwoSubflowsIsSurvived() {
        twoPaths(new InjectReset(SegmentFilter.DATA.nth(30))).assertIntact();
    }

    @Test
    void aResetOfTheOnlySubflowEndsBothEnds() {
        Transfer transfer = onePath(new InjectReset(SegmentFilter.DATA.nth(30)));

        assertThat(transfer.isOver()).as(transfer.toString()).isTrue();
        assertNoWrongOctet(transfer);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8})
    void anyOneOfTheFirstSegmentsMayBeLost(int index) {
        SegmentFilter lost = SegmentFilter.ALL.nth(index);

        assertMptcp(onePath(new DropSegments(lost)).assertIntact());
        assertMptcp(twoPaths(new DropSegments(SegmentFilter.ALL.nth(index))).assertIntact());
    }

    @Test
    void addressesThatAreNeverAnnouncedAreNotNeeded() {
        SegmentFilter announcement = SegmentFilter.mptcp(MptcpSubtype.ADD_ADDR);

        twoPaths(new DropSegments(announcement)).assertIntact();
        try (TwoHosts hosts = TwoHosts.builder(1)
                .path(WIFI, new DropSegments(announcement))
                .path(LTE, new DropSegments(announcement))
                .build()) {
            hosts.transfer(UP, DOWN).assertIntact();
            hosts.assertNothingLeft();
        }
    }

    private static void assertFellBack(Transfer transfer, FallbackReason client, FallbackReason server) {
        assertThat(transfer.client().fallbackReason()).as(transfer.toString()).isEqualTo(client);
        assertThat(transfer.server().fallbackReason()).as(transfer.toString()).isEqualTo(server);
        assertThat(transfer.client().mostSubflows()).isEqualTo(1);
    }

    private static void assertMptcp(Transfer transfer) {
        assertThat(transfer.client().fallbackReason()).as(transfer.toString()).isEqualTo(FallbackReason.NONE);
        assertThat(transfer.server().fallbackReason()).as(transfer.toString()).isEqualTo(FallbackReason.NONE);
    }

    private static void assertWholeOrClean(Transfer transfer) {
        assertNoWrongOctet(transfer);
        assertThat(transfer.isOver()).as(transfer.toString()).isTrue();
        boolean isWhole = transfer.client().application().isDone()
                && transfer.server().application().isDone();
        if (!isWhole) {
            assertThat(transfer.client().cause()).as(transfer.toString()).isNotEqualTo(CloseCause.NORMAL);
        }
    }

    private static void assertNoWrongOctet(Transfer transfer) {
        assertThat(transfer.client().application().fault())
                .as(transfer.toString())
                .isNull();
        assertThat(transfer.server().application().fault())
                .as(transfer.toString())
                .isNull();
    }

    private static Transfer onePath(Middlebox... boxes) {
        try (TwoHosts hosts = TwoHosts.builder(1).path(WIFI, boxes).build()) {
            Transfer transfer = hosts.transfer(UP, DOWN);
            hosts.assertNothingLeft();
            return transfer;
        }
    }

    /** The boxes stand on the second path, which carries joins only. */
    private static Transfer twoPaths(Middlebox... boxes) {
        try (TwoHosts hosts = TwoHosts.builder(1).path(WIFI).path(LTE, boxes).build()) {
            Transfer transfer = hosts.transfer(UP, DOWN);
            hosts.assertNothingLeft();
            return transfer;
        }
    }
}
