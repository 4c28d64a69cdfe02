package io.mptcp4j.mptcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.mptcp.ConnectionEvent.AddressAnnounced;
import io.mptcp4j.mptcp.ConnectionEvent.AddressRemoved;
import io.mptcp4j.mptcp.ConnectionEvent.Closed;
import io.mptcp4j.mptcp.ConnectionEvent.Created;
import io.mptcp4j.mptcp.ConnectionEvent.Established;
import io.mptcp4j.mptcp.ConnectionEvent.FellBack;
import io.mptcp4j.mptcp.ConnectionEvent.PriorityChanged;
import io.mptcp4j.mptcp.ConnectionEvent.SubflowClosed;
import io.mptcp4j.mptcp.ConnectionEvent.SubflowEstablished;
import io.mptcp4j.mptcp.path.RemoteAddress;
import io.mptcp4j.testing.CorruptPayload;
import io.mptcp4j.testing.Direction;
import io.mptcp4j.testing.SegmentFilter;
import io.mptcp4j.testing.StripOptions;
import io.mptcp4j.testing.TwoHosts;
import io.mptcp4j.wire.IpAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is told of connections, and when. */
class ConnectionEventsTest {
    private static final LinkProfile LINK =
            LinkProfile.IDEAL.withRate(50_000_000).withDelay(Duration.ofMillis(5));

    private final List<ConnectionEvent> clientEvents = new ArrayList<>();
    private final List<ConnectionEvent> serverEvents = new ArrayList<>();

    @Test
    void aConnectionIsToldFromItsBeginningToItsEnd() {
        try (TwoHosts hosts = watched(TwoHosts.builder(1).path(LINK).path(LINK).build())) {
            hosts.transfer(1_000_000, 1_000).assertIntact();
            hosts.network().run(() -> hosts.client().connectionCount() == 0, 100_000);

            Created created = of(clientEvents, Created.class).get(0);
            assertThat(created.initiator()).isTrue();
            assertThat(created.token()).isNotZero();
            assertThat(created.tuple().remoteAddress()).isEqualTo(hosts.serverAddress(0));
            assertThat(created.tuple().remotePort()).isEqualTo(TwoHosts.PORT);
            assertThat(of(clientEvents, Established.class))
                    .containsExactly(new Established(created.connectionId(), created.token()));
            assertThat(of(clientEvents, AddressAnnounced.class))
                    .containsExactly(new AddressAnnounced(
                            created.connectionId(), new RemoteAddress(hosts.serverAddress(1), TwoHosts.PORT, 2)));
            assertThat(of(clientEvents, SubflowEstablished.class)).anySatisfy(joined -> {
                assertThat(joined.initiator()).isTrue();
                assertThat(joined.subflowId()).isPositive();
                assertThat(joined.tuple().localAddress()).isEqualTo(IpAddress.parse("10.0.1.1"));
                assertThat(joined.tuple().remoteAddress()).isEqualTo(hosts.serverAddress(1));
            });
            assertThat(of(clientEvents, Closed.class))
                    .containsExactly(new Closed(created.connectionId(), CloseCause.NORMAL));
            assertThat(of(serverEvents, Created.class).get(0).initiator()).isFalse();
            assertThat(of(serverEvents, SubflowEstablished.class))
                    .hasSameSizeAs(of(clientEvents, SubflowEstablished.class));
            // Each subflow that was told to begin was told to end.
            assertThat(of(serverEvents, SubflowClosed.class))
                    .hasSize(1 + of(serverEvents, SubflowEstablished.class).size());
        }
    }

    @Test
    void fallbackForAlteredOctetsIsToldOnceThoughOneEndHasNothingLeftToDeclareItOn() {
        ConnectionSettings checked =
                ConnectionSettings.builder().checksums(true).build();
        SegmentFilter altered = SegmentFilter.going(Direction.A_TO_B).and(SegmentFilter.DATA);
        for (int n : new int[] {3, 100}) {
            clientEvents.clear();
            serverEvents.clear();
            try (TwoHosts hosts = watched(TwoHosts.builder(n)
                    .path(LINK, new CorruptPayload(altered.nth(n), true))
                    .both(checked)
                    .build())) {
                hosts.transfer(200_000, 1_000);

                FellBack told = new FellBack(1, FallbackReason.CHECKSUM_FAILED);
                assertThat(of(clientEvents, FellBack.class)).containsExactly(told);
                assertThat(of(serverEvents, FellBack.class)).containsExactly(told);
            }
        }
    }

    @Test
    void fallbackIsToldWithItsReason() {
        try (TwoHosts hosts = watched(TwoHosts.builder(2)
                .path(LINK, StripOptions.mptcp(SegmentFilter.SYN))
                .build())) {
            hosts.transfer(10_000, 10_000).assertIntact();

            assertThat(of(clientEvents, FellBack.class))
                    .containsExactly(new FellBack(1, FallbackReason.NO_MP_CAPABLE_IN_SYN_ACK));
            assertThat(of(serverEvents, FellBack.class))
                    .containsExactly(new FellBack(1, FallbackReason.NO_MP_CAPABLE_IN_SYN));
            assertThat(of(clientEvents, Created.class).get(0).token()).isZero();
            assertThat(of(clientEvents, Established.class)).isEmpty();
        }
    }

    @Test
    void anAddressThatGoesIsToldWithTheSubflowsItTakesAlong() {
        try (TwoHosts hosts = watched(TwoHosts.builder(3).path(LINK).path(LINK).build())) {
            TwoHosts.Transfer transfer = hosts.begin(5_000_000, 0)
                    .runUntil(() -> of(serverEvents, SubflowEstablished.class).size() > 0);

            hosts.server()
                    .removeAddress(
                            IpAddress.parse("10.0.1.2"), hosts.network().clock().now());
            transfer.finish().assertIntact();

            assertThat(of(clientEvents, AddressRemoved.class)).containsExactly(new AddressRemoved(1, 2));
            assertThat(of(serverEvents, SubflowClosed.class))
                    .anySatisfy(closed -> assertThat(closed.failed()).isTrue());
        }
    }

    @Test
    void aChangeOfPriorityIsToldAtBothEnds() {
        try (TwoHosts hosts = watched(TwoHosts.builder(4).path(LINK).path(LINK).build())) {
            TwoHosts.Transfer transfer = hosts.begin(5_000_000, 0)
                    .runUntil(() -> of(serverEvents, SubflowEstablished.class).size() > 0);
            MptcpConnection connection = transfer.client().connection();

            connection.subflow(1).changeBackup(true);
            connection.onWritten(hosts.network().clock().now());
            transfer.finish().assertIntact();

            assertThat(of(clientEvents, PriorityChanged.class)).anySatisfy(changed -> {
                assertThat(changed.backup()).isTrue();
                assertThat(changed.byPeer()).isFalse();
            });
            assertThat(of(serverEvents, PriorityChanged.class)).anySatisfy(changed -> {
                assertThat(changed.backup()).isTrue();
                assertThat(changed.byPeer()).isTrue();
            });
        }
    }

    private TwoHosts watched(TwoHosts hosts) {
        hosts.client().events().tell(clientEvents::add);
        hosts.server().events().tell(serverEvents::add);
        return hosts;
    }

    private static <T extends ConnectionEvent> List<T> of(List<ConnectionEvent> events, Class<T> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
}
