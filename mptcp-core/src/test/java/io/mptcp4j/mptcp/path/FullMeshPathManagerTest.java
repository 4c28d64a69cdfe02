package io.mptcp4j.mptcp.path;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.wire.IpAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FullMeshPathManagerTest {
    private static final LocalAddress A1 = local("10.0.1.1", 1);
    private static final LocalAddress A2 = local("10.0.2.1", 2);
    private static final LocalAddress A6 = local("fd00::1", 6);
    private static final RemoteAddress B1 = new RemoteAddress(IpAddress.parse("10.0.1.2"), 80, 0);
    private static final RemoteAddress B2 = new RemoteAddress(IpAddress.parse("10.0.2.2"), 80, 2);
    private static final RemoteAddress B6 = new RemoteAddress(IpAddress.parse("fd00::2"), 80, 6);

    private final Requests requests = new Requests();
    private final FullMeshPathManager manager = new FullMeshPathManager();

    @Test
    void theInitiatorJoinsEachPairThatHasNoSubflow() {
        requests.locals.addAll(List.of(A1, A2));
        requests.remotes.addAll(List.of(B1, B2));
        requests.connect(A1, B1);

        manager.onEstablished(requests, 0);

        assertThat(requests.joined).containsExactlyInAnyOrder(pair(A1, B2), pair(A2, B1), pair(A2, B2));
        assertThat(requests.announced).isEmpty();
    }

    @Test
    void addressesOfDifferentFamiliesAreNoPair() {
        requests.locals.addAll(List.of(A1, A6));
        requests.remotes.addAll(List.of(B1, B6));

        manager.onEstablished(requests, 0);

        assertThat(requests.joined).containsExactlyInAnyOrder(pair(A1, B1), pair(A6, B6));
    }

    @Test
    void theListenerAnnouncesAndDoesNotJoin() {
        requests.initiator = false;
        requests.locals.addAll(List.of(A1, A2));
        requests.remotes.add(B1);

        manager.onEstablished(requests, 0);
        manager.onSubflowClosed(requests, A2.address(), B1, true, 0);

        assertThat(requests.joined).isEmpty();
        assertThat(requests.announced).containsExactly(A1, A2);
        assertThat(manager.nextDeadline()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void theLimitIsKept() {
        requests.limit = 2;
        requests.locals.addAll(List.of(A1, A2));
        requests.remotes.addAll(List.of(B1, B2));

        manager.onEstablished(requests, 0);

        assertThat(requests.joined).hasSize(2);
    }

    @Test
    void anAddressThatComesLaterIsJoined() {
        requests.locals.add(A1);
        requests.remotes.add(B1);
        requests.connect(A1, B1);
        manager.onEstablished(requests, 0);

        requests.remotes.add(B2);
        manager.onRemoteAddressesChanged(requests, 0);
        requests.locals.add(A2);
        manager.onLocalAddressesChanged(requests, 0);

        assertThat(requests.joined).containsExactly(pair(A1, B2), pair(A2, B1), pair(A2, B2));
    }

    @Test
    void aFailedPairIsTriedAgainAfterPausesThatGrowToAMinute() {
        requests.locals.add(A1);
        requests.remotes.add(B1);
        manager.onEstablished(requests, 0);
        long now = 0;
        List<Long> pauses = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            requests.subflows.clear();
            manager.onSubflowClosed(requests, A1.address(), B1, true, now);
            long next = manager.nextDeadline();
            pauses.add(Duration.ofNanos(next - now).toSeconds());
            manager.advance(requests, next - 1);
            now = next;
            manager.advance(requests, now);
        }

        assertThat(pauses).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L);
        assertThat(requests.joined).hasSize(1 + 8);
    }

    @Test
    void aPairIsTheSameWhateverIdThePeerUses() {
        requests.locals.addAll(List.of(A1, A2));
        requests.remotes.add(B1);
        requests.connect(A1, B1);
        manager.onEstablished(requests, 0);
        requests.subflows.remove(pair(A2, B1));
        manager.onSubflowClosed(requests, A2.address(), new RemoteAddress(B1.address(), 80, 9), true, 0);

        manager.onRemoteAddressesChanged(requests, 1);

        assertThat(requests.joined).hasSize(1);
    }

    @Test
    void whatThePeerClosedInOrderStaysClosedUnlessNothingIsLeft() {
        requests.locals.addAll(List.of(A1, A2));
        requests.remotes.add(B1);
        requests.connect(A1, B1);
        manager.onEstablished(requests, 0);

        requests.subflows.remove(pair(A2, B1));
        manager.onSubflowClosed(requests, A2.address(), B1, false, 0);
        assertThat(manager.nextDeadline()).isEqualTo(Long.MAX_VALUE);
        requests.subflows.clear();
        manager.onSubflowClosed(requests, A1.address(), B1, false, 0);
        assertThat(manager.nextDeadline()).isLessThan(Long.MAX_VALUE);
    }

    @Test
    void aJoinThatCannotEvenBeTriedCountsAsFailed() {
        requests.locals.add(A1);
        requests.remotes.add(B1);
        requests.refuses = true;

        manager.onEstablished(requests, 0);

        assertThat(manager.nextDeadline()).isEqualTo(Duration.ofSeconds(1).toNanos());
    }

    @Test
    void aFailureWhoseAddressIsGoneDoesNotWakeTheLoopForEver() {
        requests.locals.addAll(List.of(A1, A2));
        requests.remotes.add(B1);
        requests.connect(A1, B1);
        manager.onEstablished(requests, 0);
        requests.subflows.remove(pair(A2, B1));
        manager.onSubflowClosed(requests, A2.address(), B1, true, 0);
        requests.locals.remove(A2);

        manager.advance(requests, manager.nextDeadline());

        assertThat(manager.nextDeadline()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void atTheLimitAFailureWaitsForAnotherTime() {
        requests.locals.addAll(List.of(A1, A2));
        requests.remotes.add(B1);
        requests.connect(A1, B1);
        manager.onEstablished(requests, 0);
        requests.subflows.remove(pair(A2, B1));
        manager.onSubflowClosed(requests, A2.address(), B1, true, 0);
        requests.limit = 1;
        long now = manager.nextDeadline();

        manager.advance(requests, now);

        assertThat(manager.nextDeadline()).isGreaterThan(now);
    }

    private static LocalAddress local(String address, int id) {
        return new LocalAddress(IpAddress.parse(address), id, "device" + id, false);
    }

    private static String pair(LocalAddress local, RemoteAddress remote) {
        return local.address() + " " + remote.address() + " " + remote.port();
    }

    /** A connection as a path manager sees it. */
    private static final class Requests implements PathRequests {
        private final List<LocalAddress> locals = new ArrayList<>();
        private final List<RemoteAddress> remotes = new ArrayList<>();
        private final Set<String> subflows = new HashSet<>();
        private final List<String> joined = new ArrayList<>();
        private final List<LocalAddress> announced = new ArrayList<>();
        private boolean initiator = true;
        private boolean refuses;
        private int limit = 8;

        void connect(LocalAddress local, RemoteAddress remote) {
            subflows.add(pair(local, remote));
        }

        @Override
        public boolean isInitiator() {
            return initiator;
        }

        @Override
        public int localAddressCount() {
            return locals.size();
        }

        @Override
        public LocalAddress localAddress(int i) {
            return locals.get(i);
        }

        @Override
        public int remoteAddressCount() {
            return remotes.size();
        }

        @Override
        public RemoteAddress remoteAddress(int i) {
            return remotes.get(i);
        }

        @Override
        public boolean hasSubflow(IpAddress local, RemoteAddress remote) {
            return subflows.contains(local + " " + remote.address() + " " + remote.port());
        }

        @Override
        public int subflowCount() {
            return subflows.size();
        }

        @Override
        public int subflowsLeft() {
            return limit - subflows.size();
        }

        @Override
        public boolean join(LocalAddress local, RemoteAddress remote) {
            if (refuses) {
                return false;
            }
            joined.add(pair(local, remote));
            return subflows.add(pair(local, remote));
        }

        @Override
        public void announce(LocalAddress local) {
            announced.add(local);
        }

        @Override
        public void announce(LocalAddress local, int port) {
            announced.add(local);
        }
    }
}
