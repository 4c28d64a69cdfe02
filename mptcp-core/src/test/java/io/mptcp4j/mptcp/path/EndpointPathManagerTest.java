package io.mptcp4j.mptcp.path;

import static io.mptcp4j.mptcp.path.RecordingRequests.A1;
import static io.mptcp4j.mptcp.path.RecordingRequests.A2;
import static io.mptcp4j.mptcp.path.RecordingRequests.A3;
import static io.mptcp4j.mptcp.path.RecordingRequests.B1;
import static io.mptcp4j.mptcp.path.RecordingRequests.B2;
import static io.mptcp4j.mptcp.path.RecordingRequests.B3;
import static io.mptcp4j.mptcp.path.RecordingRequests.pair;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.wire.FourTuple;
import java.util.List;
import org.junit.jupiter.api.Test;

class EndpointPathManagerTest {
    private final RecordingRequests requests = RecordingRequests.connected(List.of(A1, A2, A3), List.of(B1));
    private final EndpointPathManager manager = new EndpointPathManager();

    // ---- signal

    @Test
    void withoutEndpointsNothingIsOpenedAndNothingAnnounced() {
        requests.endpoints = Endpoints.NONE;

        manager.onEstablished(requests, 0);

        assertThat(requests.joined).isEmpty();
        assertThat(requests.announced).isEmpty();
    }

    @Test
    void signalEndpointsAreAnnouncedUnderTheirIdsAndPorts() {
        with("10.0.2.1 id 20 signal", "10.0.3.1 id 30 port 8443 signal", "10.0.9.1 id 90 signal");

        manager.onEstablished(requests, 0);

        // 10.0.9.1 is no address of this host, yet.
        assertThat(requests.announced).containsExactly("10.0.2.1#20", "10.0.3.1#30:8443");
        assertThat(requests.joined).isEmpty();
    }

    @Test
    void anEndpointWhoseAddressComesLaterIsUsedThen() {
        with("10.0.9.1 id 90 signal", "10.0.8.1 id 80 subflow");
        manager.onEstablished(requests, 0);

        requests.locals.add(RecordingRequests.local("10.0.9.1", 9));
        requests.locals.add(RecordingRequests.local("10.0.8.1", 8));
        manager.onLocalAddressesChanged(requests, 1);

        assertThat(requests.announced).containsExactly("10.0.9.1#90");
        assertThat(requests.joined).containsExactly("10.0.8.1#80 -> 10.0.1.2:80");
    }

    // ---- subflow, fullmesh, laminar

    @Test
    void subflowEndpointsJoinThePeersFirstAddressOnly() {
        requests.remotes.addAll(List.of(B2, B3));
        requests.endpoints = requests.endpoints.withLimits(8, 0);
        with("10.0.2.1 id 20 subflow", "10.0.3.1 id 30 subflow backup");

        manager.onEstablished(requests, 0);

        assertThat(requests.joined).containsExactly("10.0.2.1#20 -> 10.0.1.2:80", "10.0.3.1#30 backup -> 10.0.1.2:80");
    }

    @Test
    void fullmeshEndpointsJoinEachAcceptedAddress() {
        requests.remotes.addAll(List.of(B2, B3));
        with("10.0.1.1 id 10 subflow fullmesh", "10.0.2.1 id 20 subflow fullmesh");

        manager.onEstablished(requests, 0);

        assertThat(requests.joined)
                .containsExactlyInAnyOrder(
                        "10.0.1.1#10 -> 10.0.2.2:80",
                        "10.0.1.1#10 -> 10.0.3.2:80",
                        "10.0.2.1#20 -> 10.0.1.2:80",
                        "10.0.2.1#20 -> 10.0.2.2:80",
                        "10.0.2.1#20 -> 10.0.3.2:80");
    }

    @Test
    void withoutFullmeshAnAcceptedAddressIsJoinedFromWhereTheRouteSays() {
        requests.routed = A2;
        manager.onEstablished(requests, 0);

        announce(B2);
        announce(B3);

        assertThat(requests.joined).containsExactly(pair(A2, B2), pair(A2, B3));
    }

    @Test
    void laminarEndpointsServeOneAcceptedAddressEach() {
        requests.routed = A1;
        with("10.0.2.1 id 20 laminar", "10.0.3.1 id 30 laminar");
        manager.onEstablished(requests, 0);

        announce(B2);
        announce(B3);
        announce(new RemoteAddress(B3.address(), 81, 4));

        assertThat(requests.joined).containsExactly("10.0.2.1#20 -> 10.0.2.2:80", "10.0.3.1#30 -> 10.0.3.2:80");
    }

    @Test
    void behindFlagCSubflowEndpointsJoinWhatThePeerAnnounced() {
        // RFC 8684 3.1: the first address takes no joins. Linux then uses announced ones even when its limit is 0.
        requests.remotes.clear();
        requests.endpoints = requests.endpoints.withLimits(8, 0);
        with("10.0.2.1 id 20 subflow", "10.0.3.1 id 30 subflow");
        manager.onEstablished(requests, 0);
        assertThat(requests.joined).isEmpty();

        announce(B2);

        assertThat(requests.joined).containsExactly("10.0.2.1#20 -> 10.0.2.2:80", "10.0.3.1#30 -> 10.0.2.2:80");
    }

    // ---- limits

    @Test
    void theLimitOnSubflowsHoldsForBothEnds() {
        requests.endpoints = requests.endpoints.withLimits(1, 8);
        with("10.0.2.1 subflow", "10.0.3.1 subflow");
        FourTuple asked = requests.of(A1, B1).tuple();
        assertThat(manager.mayAccept(requests, asked)).isTrue();

        manager.onEstablished(requests, 0);

        assertThat(requests.joined).hasSize(1);
        assertThat(manager.mayAccept(requests, asked)).isFalse();
    }

    @Test
    void theLimitOnAnnouncedAddressesIsKeptUntilItIsRaised() {
        requests.endpoints = requests.endpoints.withLimits(8, 1);
        manager.onEstablished(requests, 0);

        announce(B2);
        announce(B3);
        assertThat(requests.joined).containsExactly(pair(A1, B2));
        requests.endpoints = requests.endpoints.withLimits(8, 2);
        manager.onEndpointsChanged(requests, 2);

        assertThat(requests.joined).containsExactly(pair(A1, B2), pair(A1, B3));
    }

    @Test
    void anAddressThatIsTakenBackMakesRoomForAnother() {
        requests.endpoints = requests.endpoints.withLimits(8, 1);
        manager.onEstablished(requests, 0);
        announce(B2);
        announce(B3);

        requests.remotes.remove(B2);
        manager.onAddressRemoved(requests, B2.id(), 1);

        assertThat(requests.joined).containsExactly(pair(A1, B2), pair(A1, B3));
    }

    // ---- at run time

    @Test
    void anEndpointThatIsAddedIsUsedAtOnce() {
        manager.onEstablished(requests, 0);

        with("10.0.2.1 id 20 signal", "10.0.3.1 id 30 subflow");
        manager.onEndpointsChanged(requests, 1);

        assertThat(requests.announced).containsExactly("10.0.2.1#20");
        assertThat(requests.joined).containsExactly("10.0.3.1#30 -> 10.0.1.2:80");
    }

    @Test
    void anEndpointThatIsRemovedIsWithdrawnAndItsSubflowsAreClosed() {
        with("10.0.2.1 id 20 signal", "10.0.3.1 id 30 subflow");
        manager.onEstablished(requests, 0);

        requests.endpoints = requests.endpoints.flushed();
        manager.onEndpointsChanged(requests, 1);

        assertThat(requests.withdrawn).containsExactly("10.0.2.1", "10.0.3.1");
        assertThat(requests.closed).extracting(SubflowSnapshot::local).containsExactly(A3.address());
        manager.onSubflowClosed(requests, requests.closed.get(0), SubflowEnding.ORDERLY, 2);
        assertThat(requests.joined).hasSize(1);
    }

    @Test
    void anEndpointThatIsRemovedAndAddedAgainIsUsedAgain() {
        with("10.0.3.1 id 30 subflow");
        Endpoints both = requests.endpoints;
        manager.onEstablished(requests, 0);
        requests.endpoints = both.flushed();
        manager.onEndpointsChanged(requests, 1);
        requests.endpoints = both;
        manager.onEndpointsChanged(requests, 2);
        manager.onSubflowClosed(requests, requests.closed.get(0), SubflowEnding.ORDERLY, 3);

        assertThat(requests.joined).hasSize(2);
    }

    @Test
    void theEndpointOfTheFirstSubflowTakesItAway() {
        with("10.0.1.1 id 10 subflow", "10.0.2.1 id 20 subflow");
        manager.onEstablished(requests, 0);

        requests.endpoints = requests.endpoints.without(10);
        manager.onEndpointsChanged(requests, 1);
        manager.onSubflowClosed(requests, requests.closed.get(0), SubflowEnding.ORDERLY, 2);
        manager.advance(requests, 3);

        assertThat(requests.withdrawn).containsExactly("10.0.1.1");
        assertThat(requests.subflows).extracting(SubflowSnapshot::local).containsExactly(A2.address());
    }

    @Test
    void theBackupFlagIsFollowedAlsoByTheFirstSubflowAndByJoinsOfThePeer() {
        with("10.0.1.1 id 10 subflow backup", "10.0.2.1 id 20 signal");
        manager.onEstablished(requests, 0);
        assertThat(requests.priorities).containsExactly("10.0.1.1 backup");
        SubflowSnapshot accepted = requests.add(A2, B2, false, false);
        manager.onSubflowEstablished(requests, accepted, 1);

        requests.endpoints =
                requests.endpoints.changed(10, Endpoint.Flag.BACKUP, false).changed(20, Endpoint.Flag.BACKUP, true);
        manager.onEndpointsChanged(requests, 2);

        assertThat(requests.priorities).containsExactly("10.0.1.1 backup", "10.0.1.1 regular", "10.0.2.1 backup");
    }

    @Test
    void fullmeshIsSwitchedOnAndOff() {
        with("10.0.2.1 id 20 subflow");
        requests.remotes.add(B3);
        requests.endpoints = requests.endpoints.withLimits(8, 1);
        requests.routed = null;
        manager.onEstablished(requests, 0);
        assertThat(requests.joined).hasSize(1);

        requests.endpoints = requests.endpoints.changed(20, Endpoint.Flag.FULLMESH, true);
        manager.onEndpointsChanged(requests, 1);
        assertThat(requests.joined).endsWith("10.0.2.1#20 -> 10.0.3.2:80");

        requests.endpoints = requests.endpoints.changed(20, Endpoint.Flag.FULLMESH, false);
        manager.onEndpointsChanged(requests, 2);
        assertThat(requests.closed).hasSize(1);
        assertThat(requests.closed.get(0).tuple().remoteAddress()).isEqualTo(B3.address());
    }

    // ---- what Linux does not do

    @Test
    void subflowsThatFailedComeBackTheFirstOneToo() {
        with("10.0.2.1 id 20 subflow");
        manager.onEstablished(requests, 0);

        manager.onSubflowClosed(requests, requests.remove(A2, B1), SubflowEnding.FAILED, 0);
        manager.onSubflowClosed(requests, requests.remove(A1, B1), SubflowEnding.FAILED, 0);
        long next = manager.nextDeadline();
        manager.advance(requests, next);

        assertThat(next).isEqualTo(1_000_000_000L);
        assertThat(requests.subflows).extracting(SubflowSnapshot::local).contains(A1.address(), A2.address());
    }

    @Test
    void whenAllAddressesAreGoneAnyNewOneRevivesTheConnection() {
        manager.onEstablished(requests, 0);
        requests.locals.clear();
        requests.routed = null;
        manager.onSubflowClosed(requests, requests.remove(A1, B1), SubflowEnding.FAILED, 0);
        manager.onLocalAddressesChanged(requests, 0);
        assertThat(requests.joined).isEmpty();

        requests.locals.add(A3);
        requests.routed = A3;
        manager.onLocalAddressesChanged(requests, 1);

        assertThat(requests.joined).containsExactly(pair(A3, B1));
    }

    private void with(String... endpoints) {
        for (String endpoint : endpoints) {
            requests.endpoints = requests.endpoints.with(Endpoint.parse(endpoint));
        }
    }

    private void announce(RemoteAddress remote) {
        requests.remotes.add(remote);
        manager.onAddressAnnounced(requests, remote, 1);
    }
}
