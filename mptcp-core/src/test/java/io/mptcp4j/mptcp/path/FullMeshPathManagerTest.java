package io.mptcp4j.mptcp.path;

import static io.mptcp4j.mptcp.path.RecordingRequests.A1;
import static io.mptcp4j.mptcp.path.RecordingRequests.A2;
import static io.mptcp4j.mptcp.path.RecordingRequests.A3;
import static io.mptcp4j.mptcp.path.RecordingRequests.A6;
import static io.mptcp4j.mptcp.path.RecordingRequests.B1;
import static io.mptcp4j.mptcp.path.RecordingRequests.B2;
import static io.mptcp4j.mptcp.path.RecordingRequests.B3;
import static io.mptcp4j.mptcp.path.RecordingRequests.B6;
import static io.mptcp4j.mptcp.path.RecordingRequests.pair;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.wire.IpAddress;
import io.mptcp4j.wire.mptcp.MpTcprst;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FullMeshPathManagerTest {
    private static final SubflowEnding PROHIBITED = new SubflowEnding(true, MpTcprst.PROHIBITED, false);
    private static final SubflowEnding TOO_BUSY = new SubflowEnding(true, MpTcprst.LACK_OF_RESOURCES, true);

    private final FullMeshPathManager manager = new FullMeshPathManager();

    @Test
    void theInitiatorJoinsEachPairThatHasNoSubflow() {
        RecordingRequests requests = RecordingRequests.connected(List.of(A1, A2), List.of(B1, B2));

        manager.onEstablished(requests, 0);

        assertThat(requests.joined).containsExactlyInAnyOrder(pair(A1, B2), pair(A2, B1), pair(A2, B2));
        assertThat(requests.announced).isEmpty();
    }

    @Test
    void addressesOfDifferentFamiliesAreNoPair() {
        RecordingRequests requests = RecordingRequests.connected(List.of(A1, A6), List.of(B1, B6));

        manager.onEstablished(requests, 0);

        assertThat(requests.joined).containsExactly(pair(A6, B6));
    }

    @Test
    void theListenerAnnouncesAndDoesNotJoin() {
        RecordingRequests requests = RecordingRequests.connected(List.of(A1, A2), List.of(B1));
        requests.initiator = false;

        manager.onEstablished(requests, 0);
        manager.onSubflowClosed(requests, requests.remove(A1, B1), SubflowEnding.FAILED, 0);

        assertThat(requests.joined).isEmpty();
        assertThat(requests.announced).containsExactly("10.0.1.1#1", "10.0.2.1#2");
        assertThat(manager.nextDeadline()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void anAnnouncementThatFindsNoRoomIsMadeLater() {
        RecordingRequests requests = RecordingRequests.connected(List.of(A1, A2), List.of(B1));
        requests.initiator = false;
        requests.announcesNothing = true;
        manager.onEstablished(requests, 0);

        requests.announcesNothing = false;
        manager.advance(requests, manager.nextDeadline());

        assertThat(requests.announced).hasSize(2);
        assertThat(manager.nextDeadline()).isEqualTo(Long.MAX_VALUE);
    }

    // ---- where the limit does not go far enough

    @Test
    void theLimitIsKept() {
        RecordingRequests requests = RecordingRequests.connected(List.of(A1, A2), List.of(B1, B2));
        requests.limit = 2;

        manager.onEstablished(requests, 0);

        assertThat(requests.joined).hasSize(1);
    }

    @Test
    void eachPathGetsASubflowBeforeAnyGetsTwo() {
        // Otherwise a peer that announces many addresses has all subflows over our first path, which looks healthy.
        RecordingRequests requests = RecordingRequests.connected(List.of(A1, A2, A3), List.of(B1, B2, B3));
        requests.limit = 3;

        manager.onEstablished(requests, 0);

        assertThat(requests.joined).containsExactly(pair(A2, B2), pair(A3, B3));
    }

    @Test
    void behindFlagCThePathsAreSpreadOverTheAnnouncedAddress() {
        // RFC 8684 3.1: the address of the first subflow takes no joins, so it is not in the list.
        RecordingRequests requests = RecordingRequests.connected(List.of(A1, A2), List.of(B2));
        requests.limit = 2;

        manager.onEstablished(requests, 0);

        assertThat(requests.joined).containsExactly(pair(A2, B2));
    }

    @Test
    void ofTwoAddressesOfADeviceTheOneOnAnotherDeviceComesFirst() {
        LocalAddress second = new LocalAddress(IpAddress.parse("10.0.1.9"), 9, A1.deviceName(), false);
        RecordingRequests requests = RecordingRequests.connected(List.of(A1, second, A2), List.of(B1));
        requests.limit = 2;

        manager.onEstablished(requests, 0);

        assertThat(requests.joined).containsExactly(pair(A2, B1));
    }

    @Test
    void aSubflowThatEndsMakesRoomForAPairThatWasLeftOut() {
        RecordingRequests requests = RecordingRequests.connected(List.of(A1, A2), List.of(B1, B2));
        requests.limit = 2;
        manager.onEstablished(requests, 0);

        manager.onSubflowClosed(requests, requests.remove(A2, B2), SubflowEnding.FAILED, 0);

        assertThat(requests.joined).containsExactly(pair(A2, B2), pair(A2, B1));
    }

    // ---- addresses that come and go

    @Test
    void anAddressThatComesLaterIsJoined() {
        RecordingRequests requests = RecordingRequests.connected(List.of(A1), List.of(B1));
        manager.onEstablished(requests, 0);

        requests.remotes.add(B2);
        manager.onAddressAnnounced(requests, B2, 0);
        requests.locals.add(A2);
        manager.onLocalAddressesChanged(requests, 0);

        assertThat(requests.joined).containsExactlyInAnyOrder(pair(A1, B2), pair(A2, B1), pair(A2, B2));
    }

    @Test
    void anAddressThatComesBackIsJoinedAtOnce() {
        RecordingRequests requests = RecordingRequests.connected(List.of(A1, A2), List.of(B1));
        manager.onEstablished(requests, 0);
        manager.onSubflowClosed(requests, requests.remove(A2, B1), SubflowEnding.FAILED, 0);
        requests.locals.remove(A2);
        manager.onLocalAddressesChanged(requests, 1);

        requests.locals.add(A2);
        manager.onLocalAddressesChanged(requests, 2);

        assertThat(requests.joined).containsExactly(pair(A2, B1), pair(A2, B1));
    }

    // ---- subflows that end

    @Test
    void aFailedPairIsTriedAgainAfterPausesThatGrowToAMinute() {
        assertThat(pausesAfter(SubflowEnding.FAILED)).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L);
    }

    @Test
    void aPeerThatIsTooBusyIsAskedAgainSoon() {
        assertThat(pausesAfter(TOO_BUSY)).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L);
    }

    @Test
    void aPeerThatDoesNotWantItIsAskedAgainMuchLater() {
        // RFC 8684 3.6: flag T is clear, the reason stays.
        assertThat(pausesAfter(PROHIBITED)).containsExactly(60L, 120L, 240L, 480L, 960L, 1920L, 3600L, 3600L);
    }

    private List<Long> pausesAfter(SubflowEnding ending) {
        RecordingRequests requests = RecordingRequests.connected(List.of(A1, A2), List.of(B1));
        manager.onEstablished(requests, 0);
        long now = 0;
        List<Long> pauses = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            manager.onSubflowClosed(requests, requests.remove(A2, B1), ending, now);
            long next = manager.nextDeadline();
            pauses.add(Duration.ofNanos(next - now).toSeconds());
            manager.advance(requests, next - 1);
            assertThat(requests.subflows).hasSize(1);
            now = next;
            manager.advance(requests, now);
        }
        assertThat(requests.joined).hasSize(1 + 8);
        return pauses;
    }

    @Test
    void aSubflowThatLivedForLongBeginsWithAShortPauseAgain() {
        RecordingRequests requests = RecordingRequests.connected(List.of(A1, A2), List.of(B1));
        manager.onEstablished(requests, 0);
        long now = 0;
        for (int i = 0; i < 5; i++) {
            manager.onSubflowClosed(requests, requests.remove(A2, B1), SubflowEnding.FAILED, now);
            now = manager.nextDeadline();
            manager.advance(requests, now);
        }
        manager.onSubflowEstablished(requests, requests.of(A2, B1), now);

        long later = now + Duration.ofMinutes(1).toNanos();
        manager.onSubflowClosed(requests, requests.remove(A2, B1), SubflowEnding.FAILED, later);

        assertThat(manager.nextDeadline() - later)
                .isEqualTo(Duration.ofSeconds(1).toNanos());
    }

    @Test
    void aPairIsTheSameWhateverIdThePeerUses() {
        RecordingRequests requests = RecordingRequests.connected(List.of(A1, A2), List.of(B1));
        manager.onEstablished(requests, 0);
        requests.remove(A2, B1);
        RemoteAddress answeredBy = new RemoteAddress(B1.address(), B1.port(), 9);
        SubflowSnapshot failed = requests.add(A2, answeredBy, false, true);
        requests.subflows.remove(failed);
        manager.onSubflowClosed(requests, failed, SubflowEnding.FAILED, 0);

        manager.onAddressRemoved(requests, 7, 1);

        assertThat(requests.joined).hasSize(1);
    }

    @Test
    void whatThePeerClosedInOrderStaysClosedUnlessNothingIsLeft() {
        RecordingRequests requests = RecordingRequests.connected(List.of(A1, A2), List.of(B1));
        manager.onEstablished(requests, 0);

        manager.onSubflowClosed(requests, requests.remove(A2, B1), SubflowEnding.ORDERLY, 0);
        manager.onLocalAddressesChanged(requests, 1);
        assertThat(manager.nextDeadline()).isEqualTo(Long.MAX_VALUE);
        assertThat(requests.joined).hasSize(1);

        manager.onSubflowClosed(requests, requests.remove(A1, B1), SubflowEnding.ORDERLY, 2);
        assertThat(manager.nextDeadline()).isLessThan(Long.MAX_VALUE);
    }

    @Test
    void aJoinThatCannotEvenBeTriedCountsAsFailed() {
        RecordingRequests requests = RecordingRequests.connected(List.of(A1, A2), List.of(B1));
        requests.refuses = true;

        manager.onEstablished(requests, 0);

        assertThat(manager.nextDeadline()).isEqualTo(Duration.ofSeconds(1).toNanos());
    }

    @Test
    void aFailureWhoseAddressIsGoneDoesNotWakeTheLoopForEver() {
        RecordingRequests requests = RecordingRequests.connected(List.of(A1, A2), List.of(B1));
        manager.onEstablished(requests, 0);
        manager.onSubflowClosed(requests, requests.remove(A2, B1), SubflowEnding.FAILED, 0);
        requests.locals.remove(A2);

        manager.advance(requests, manager.nextDeadline());

        assertThat(manager.nextDeadline()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void atTheLimitAFailureWaitsForAnotherTime() {
        RecordingRequests requests = RecordingRequests.connected(List.of(A1, A2), List.of(B1));
        manager.onEstablished(requests, 0);
        manager.onSubflowClosed(requests, requests.remove(A2, B1), SubflowEnding.FAILED, 0);
        requests.limit = 1;
        long now = manager.nextDeadline();

        manager.advance(requests, now);

        assertThat(manager.nextDeadline()).isGreaterThan(now);
    }

    @Test
    void moreFailuresThanAreRememberedEndInNoCircle() {
        RecordingRequests requests = RecordingRequests.connected(List.of(A1), List.of(B1));
        for (int i = 2; i < 200; i++) {
            requests.locals.add(RecordingRequests.local("10.1.0." + i, i));
        }
        requests.refuses = true;

        manager.onEstablished(requests, 0);

        assertThat(requests.joined).isEmpty();
        assertThat(manager.nextDeadline()).isEqualTo(Duration.ofSeconds(1).toNanos());
    }

    // ---- backups

    @Test
    void aSubflowFollowsItsDevice() {
        RecordingRequests requests = RecordingRequests.connected(List.of(A1, A2.withBackup(true)), List.of(B1));
        manager.onEstablished(requests, 0);
        assertThat(requests.joined).containsExactly(pair(A2.withBackup(true), B1));

        requests.locals.set(1, A2);
        manager.onLocalAddressesChanged(requests, 1);

        assertThat(requests.priorities).containsExactly("10.0.2.1 regular");
    }

    @ParameterizedTest
    @ValueSource(strings = {"fullmesh", "signal", "ndiffports", "none", "application"})
    void aFirstSubflowOverABackupDeviceIsABackup(String name) {
        // RFC 8684 3.3.8: MP_CAPABLE cannot say so.
        RecordingRequests requests = RecordingRequests.connected(List.of(A1, A2), List.of(B1));
        requests.locals.set(0, A1.withBackup(true));

        PathManagers.byName(name).create().onEstablished(requests, 0);

        assertThat(requests.priorities).containsExactly(A1.address() + " backup");
    }

    @Test
    void aggregateHasNoBackups() {
        RecordingRequests requests = RecordingRequests.connected(List.of(A1, A2.withBackup(true)), List.of(B1));
        PathManager aggregate = PathManagers.byName(PathManagers.AGGREGATE).create();

        aggregate.onEstablished(requests, 0);
        aggregate.onLocalAddressesChanged(requests, 1);

        assertThat(requests.joined).containsExactly(pair(A2, B1));
        assertThat(requests.priorities).isEmpty();
    }
}
