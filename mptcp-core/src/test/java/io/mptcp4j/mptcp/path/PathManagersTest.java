package io.mptcp4j.mptcp.path;

import static io.mptcp4j.mptcp.path.RecordingRequests.A1;
import static io.mptcp4j.mptcp.path.RecordingRequests.A2;
import static io.mptcp4j.mptcp.path.RecordingRequests.A3;
import static io.mptcp4j.mptcp.path.RecordingRequests.B1;
import static io.mptcp4j.mptcp.path.RecordingRequests.B2;
import static io.mptcp4j.mptcp.path.RecordingRequests.pair;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mptcp4j.mptcp.path.SubflowSnapshot.Phase;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PathManagersTest {
    private static final long MILLISECOND = 1_000_000L;
    private static final SubflowEnding PROHIBITED = new SubflowEnding(true, 3, false);

    private final RecordingRequests requests = RecordingRequests.connected(List.of(A1, A2, A3), List.of(B1));

    @Test
    void eachNameIsKnownAndEachConnectionGetsItsOwn() {
        for (String name : PathManagers.names()) {
            PathManager.Factory factory = PathManagers.byName(name);
            assertThat(factory.create()).isNotSameAs(factory.create());
        }
        assertThat(PathManagers.byName("fullmesh").create()).isInstanceOf(FullMeshPathManager.class);
        assertThat(PathManagers.byName("endpoints").create()).isInstanceOf(EndpointPathManager.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "fullmesh(2)", "ndiffports(0)", "ndiffports(33)", "ndiffports(x)", "ndiffports()"})
    void otherNamesAreRefused(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> PathManagers.byName(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "application"})
    void noneDoesNothing(String name) {
        PathManager manager = PathManagers.byName(name).create();

        manager.onEstablished(requests, 0);
        manager.onAddressAnnounced(requests, B2, 0);
        manager.onSubflowClosed(requests, requests.remove(A1, B1), SubflowEnding.FAILED, 0);

        assertThat(requests.joined).isEmpty();
        assertThat(requests.announced).isEmpty();
        assertThat(manager.nextDeadline()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void signalAnnouncesAndNeverJoins() {
        requests.remotes.add(B2);
        PathManager manager = PathManagers.byName("signal").create();

        manager.onEstablished(requests, 0);
        requests.locals.add(RecordingRequests.local("10.0.4.1", 4));
        manager.onLocalAddressesChanged(requests, 0);
        manager.onSubflowClosed(requests, requests.remove(A1, B1), SubflowEnding.FAILED, 0);

        assertThat(requests.announced).containsExactly("10.0.1.1#1", "10.0.2.1#2", "10.0.3.1#3", "10.0.4.1#4");
        assertThat(requests.joined).isEmpty();
    }

    // ---- ndiffports

    @Test
    void ndiffportsOpensSubflowsOverTheFirstPairOnly() {
        requests.remotes.add(B2);
        PathManager manager = PathManagers.byName("ndiffports(4)").create();

        manager.onEstablished(requests, 0);

        assertThat(requests.joined).containsExactly(pair(A1, B1), pair(A1, B1), pair(A1, B1));
        assertThat(requests.subflows).extracting(s -> s.tuple().localPort()).doesNotHaveDuplicates();
    }

    @Test
    void ndiffportsReplacesWhatFails() {
        PathManager manager = PathManagers.byName("ndiffports").create();
        manager.onEstablished(requests, 0);
        assertThat(requests.joined).hasSize(1);

        manager.onSubflowClosed(requests, requests.subflows.remove(1), SubflowEnding.FAILED, 0);
        assertThat(requests.joined).hasSize(1);
        manager.advance(requests, manager.nextDeadline());

        assertThat(requests.joined).hasSize(2);
        assertThat(manager.nextDeadline()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void ndiffportsHeedsARefusalThatComesBeforeAnotherOfThePairIsEstablished() {
        PathManager manager = PathManagers.byName("ndiffports(3)").create();
        manager.onEstablished(requests, 0);
        assertThat(requests.joined).hasSize(2);

        manager.onSubflowClosed(requests, requests.subflows.remove(2), PROHIBITED, 0);
        manager.onSubflowEstablished(requests, requests.subflows.get(1), MILLISECOND);
        manager.onAddressAnnounced(requests, B2, 2 * MILLISECOND);

        assertThat(requests.joined).hasSize(2);
        assertThat(manager.nextDeadline()).isEqualTo(60_000 * MILLISECOND);
        manager.advance(requests, manager.nextDeadline());
        assertThat(requests.joined).hasSize(3);
    }

    @Test
    void ndiffportsOfAListenerDoesNothing() {
        requests.initiator = false;
        PathManager manager = PathManagers.byName("ndiffports(4)").create();

        manager.onEstablished(requests, 0);

        assertThat(requests.joined).isEmpty();
    }

    // ---- Apple's service types

    @Test
    void handoverKeepsOneBackupForEachOtherPath() {
        requests.remotes.add(B2);
        PathManager manager = PathManagers.byName("handover").create();

        manager.onEstablished(requests, 0);

        assertThat(requests.joined)
                .containsExactlyInAnyOrder(pair(A2.withBackup(true), B2), pair(A3.withBackup(true), B1));
        assertThat(requests.priorities).isEmpty();
    }

    @Test
    void thePrimaryAddressThatComesLaterTakesOver() {
        // The connection began over LTE, the Wi-Fi comes later: it is named first, and LTE is marked as backup.
        LocalAddress lte = A2.withBackup(true);
        RecordingRequests mobile = RecordingRequests.connected(List.of(lte), List.of(B1));
        PathManager manager = PathManagers.byName("handover").create();
        manager.onEstablished(mobile, 0);
        mobile.setBackup(mobile.of(lte, B1), false);
        mobile.priorities.clear();

        mobile.locals.add(0, A1);
        manager.onLocalAddressesChanged(mobile, 1);

        assertThat(mobile.joined).containsExactly(pair(A1, B1));
        assertThat(mobile.priorities).containsExactly("10.0.2.1 backup");
        mobile.locals.remove(0);
        manager.onSubflowClosed(mobile, mobile.remove(A1, B1), SubflowEnding.FAILED, 2);
        assertThat(mobile.priorities).containsExactly("10.0.2.1 backup", "10.0.2.1 regular");
    }

    @Test
    void interactiveUsesTheOtherPathWhileThePrimaryIsSlow() {
        RecordingRequests two = RecordingRequests.connected(List.of(A1, A2), List.of(B1));
        PathManager manager = PathManagers.byName("interactive").create();
        manager.onEstablished(two, 0);
        manager.onSubflowEstablished(two, two.of(A2, B1), 0);
        assertThat(two.priorities).isEmpty();

        two.change(two.of(A1, B1), Phase.WORKING, 200 * MILLISECOND);
        long now = manager.nextDeadline();
        manager.advance(two, now);
        assertThat(two.priorities).containsExactly("10.0.2.1 regular");

        two.change(two.of(A1, B1), Phase.WORKING, 12 * MILLISECOND);
        long good = now;
        while (two.priorities.size() < 2) {
            good = manager.nextDeadline();
            manager.advance(two, good);
        }
        assertThat(two.priorities).containsExactly("10.0.2.1 regular", "10.0.2.1 backup");
        assertThat(good - now).isBetween(5_000 * MILLISECOND, 6_000 * MILLISECOND);
    }

    @Test
    void interactiveUsesTheOtherPathAtOnceWhenThePrimaryStalls() {
        RecordingRequests two = RecordingRequests.connected(List.of(A1, A2), List.of(B1));
        PathManager manager = PathManagers.byName("interactive").create();
        manager.onEstablished(two, 0);
        manager.onSubflowEstablished(two, two.of(A2, B1), 0);

        SubflowSnapshot stalled = two.change(two.of(A1, B1), Phase.STALLED, 10 * MILLISECOND);
        manager.onSubflowStalled(two, stalled, 1);

        assertThat(two.priorities).containsExactly("10.0.2.1 regular");
    }
}
