package io.mptcp4j.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.mptcp.MptcpConnection;
import io.mptcp4j.mptcp.ServiceType;
import io.mptcp4j.mptcp.Subflow;
import io.mptcp4j.mptcp.path.Endpoint;
import io.mptcp4j.mptcp.path.Endpoint.Flag;
import io.mptcp4j.mptcp.path.Endpoints;
import io.mptcp4j.mptcp.path.PathManagers;
import io.mptcp4j.mptcp.path.PathRequests;
import io.mptcp4j.stack.InterfaceAddress;
import io.mptcp4j.stack.Stack;
import io.mptcp4j.testing.Nat;
import io.mptcp4j.testing.TwoHosts;
import io.mptcp4j.testing.TwoHosts.Transfer;
import io.mptcp4j.wire.IpAddress;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses, devices and endpoints that come and go while octets are under way. */
class PathChangesTest {
    private static final LinkProfile WIFI = LinkProfile.IDEAL
            .withRate(8_000_000)
            .withDelay(Duration.ofMillis(10))
            .withQueueOctets(100_000);
    private static final LinkProfile LTE = LinkProfile.IDEAL
            .withRate(6_000_000)
            .withDelay(Duration.ofMillis(25))
            .withQueueOctets(100_000);
    private static final int UP = 2_000_000;
    private static final int DOWN = 1_000_000;
    private static final int SEEDS = 30;

    // ---- limits

    @Test
    void aSubflowThatHasEndedLeavesItsPlaceToAnother() {
        ConnectionSettings two = ConnectionSettings.builder()
                .maxSubflows(2)
                .pathManager(PathManagers.byName("none"))
                .build();
        try (TwoHosts hosts =
                TwoHosts.builder(1).path(WIFI).path(LTE).client(two).build()) {
            Transfer transfer = hosts.begin(UP, DOWN);
            MptcpConnection connection = transfer.client().connection();
            transfer.runUntil(() -> connection.pathRequests(now(hosts)).remoteAddressCount() == 2);
            joinSecondPath(hosts, transfer);

            PathRequests requests = connection.pathRequests(now(hosts));
            assertThat(requests.subflowsLeft()).isZero();
            requests.close(requests.subflow(1));
            transfer.runUntil(() -> connection.subflow(1).tcp().isTimeWait());

            assertThat(connection.subflowCount()).isEqualTo(2);
            joinSecondPath(hosts, transfer);
            assertThat(connection.pathRequests(now(hosts)).subflowsLeft()).isZero();
            transfer.finish().assertIntact();
            hosts.assertNothingLeft();
        }
    }

    private static void joinSecondPath(TwoHosts hosts, Transfer transfer) {
        MptcpConnection connection = transfer.client().connection();
        PathRequests requests = connection.pathRequests(now(hosts));
        int joined = connection.subflowCount();
        assertThat(requests.join(requests.localAddress(1), requests.remoteAddress(1)))
                .isTrue();
        transfer.runUntil(() -> connection.subflow(joined).isUsable());
    }

    // ---- break before make

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void tenSecondsWithoutAnyAddressAreSurvivedByANewOne(long seed) {
        try (TwoHosts hosts = TwoHosts.builder(seed).path(WIFI).path(LTE).build()) {
            Transfer transfer = hosts.begin(UP, DOWN);
            transfer.runUntil(() -> transfer.server().application().received() > UP / 10 * seed);

            for (int path = 0; path < 2; path++) {
                assertThat(hosts.client().removeAddress(clientAddress(path), now(hosts)))
                        .isTrue();
            }
            transfer.runFor(Duration.ofSeconds(10));
            assertThat(transfer.client().connection().subflowCount()).isZero();
            assertThat(transfer.isOver()).isFalse();
            hosts.client().addAddress(1, InterfaceAddress.parse("10.0.1.77/24"), now(hosts));

            transfer.finish().assertIntact();
            assertThat(transfer.duration()).isLessThan(Duration.ofSeconds(30));
            hosts.assertNothingLeft();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"endpoints", "ndiffports(2)", "handover"})
    void eachPathManagerOfAClientRevivesItsConnection(String name) {
        try (TwoHosts hosts = TwoHosts.builder(3).path(WIFI).client(by(name)).build()) {
            Transfer transfer = hosts.begin(UP, DOWN);
            transfer.runUntil(() -> transfer.server().application().received() > UP / 3);

            hosts.client().removeAddress(clientAddress(0), now(hosts));
            transfer.runFor(Duration.ofSeconds(10));
            hosts.client().addAddress(0, InterfaceAddress.parse("10.0.0.77/24"), now(hosts));

            transfer.finish().assertIntact();
            hosts.assertNothingLeft();
        }
    }

    /** The listener joins nobody, who may be behind a NAT: it keeps the connection, and its client comes again. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void theListenersAddressesMayVanishForTenSeconds(long seed) {
        try (TwoHosts hosts = TwoHosts.builder(seed).path(WIFI).path(LTE).build()) {
            Transfer transfer = hosts.begin(UP, DOWN);
            transfer.runUntil(() -> transfer.server().application().received() > UP / 10 * seed);

            for (int path = 0; path < 2; path++) {
                assertThat(hosts.server().removeAddress(hosts.serverAddress(path), now(hosts)))
                        .isTrue();
            }
            transfer.runFor(Duration.ofSeconds(10));
            assertThat(transfer.server().connection().subflowCount()).isZero();
            hosts.server().addAddress(0, InterfaceAddress.parse("10.0.0.2/24"), now(hosts));

            transfer.finish().assertIntact();
            hosts.assertNothingLeft();
        }
    }

    @Test
    void aConnectionThatStaysStrandedEnds() {
        ConnectionSettings patient =
                ConnectionSettings.builder().stranded(Duration.ofSeconds(7)).build();
        try (TwoHosts hosts = TwoHosts.builder(1).path(WIFI).both(patient).build()) {
            Transfer transfer = hosts.begin(UP, DOWN);
            transfer.runUntil(() -> transfer.server().application().received() > UP / 3);

            hosts.client().removeAddress(clientAddress(0), now(hosts));
            transfer.runFor(Duration.ofMillis(6_900));
            assertThat(transfer.client().cause()).isNull();
            transfer.runFor(Duration.ofMillis(200));

            assertThat(transfer.client().cause()).isNotNull();
            hosts.assertNothingLeft();
        }
    }

    // ---- everything comes and goes

    @Test
    void addressesDevicesAndLinksComeAndGoByChance() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            try (TwoHosts hosts =
                    TwoHosts.builder(seed).path(WIFI).path(LTE).path(WIFI).build()) {
                Transfer transfer = hosts.begin(UP, DOWN);
                transfer.runUntil(() -> transfer.server().application().received() > 100_000);
                Weather weather = new Weather(hosts, seed);
                for (int i = 0; i < 25; i++) {
                    transfer.runFor(weather.change());
                }
                weather.clear();

                transfer.finish().assertIntact();
                assertThat(hosts.client().counters().get(Counter.PATH_MANAGERS_FAILED))
                        .isZero();
                hosts.assertNothingLeft();
            }
        }
    }

    /** What happens to paths. */
    private static final class Weather {
        private final TwoHosts hosts;
        private final SplittableRandom chance;
        private final IpAddress[] own = {clientAddress(0), clientAddress(1), clientAddress(2)};
        private final boolean[] serverDown = new boolean[3];
        private int nextHost = 100;

        Weather(TwoHosts hosts, long seed) {
            this.hosts = hosts;
            this.chance = new SplittableRandom(seed);
        }

        Duration change() {
            int path = chance.nextInt(3);
            Stack client = hosts.client();
            switch (chance.nextInt(6)) {
                case 0 -> {
                    client.removeAddress(own[path], now(hosts));
                    int host = nextHost++;
                    client.addAddress(path, InterfaceAddress.parse("10.0." + path + "." + host + "/24"), now(hosts));
                    own[path] = IpAddress.parse("10.0." + path + "." + host);
                }
                case 1 -> client.onDeviceDown(path, now(hosts));
                case 2 -> client.onDeviceUp(path, now(hosts));
                case 3 -> hosts.path(path).link().cut();
                case 4 -> hosts.path(path).link().heal();
                default -> {
                    serverDown[path] = !serverDown[path];
                    turnServer(path);
                }
            }
            return Duration.ofMillis(chance.nextInt(20, 1_200));
        }

        void clear() {
            for (int path = 0; path < 3; path++) {
                hosts.path(path).link().heal();
                hosts.client().onDeviceUp(path, now(hosts));
                serverDown[path] = false;
                turnServer(path);
            }
        }

        private void turnServer(int path) {
            if (serverDown[path]) {
                hosts.server().onDeviceDown(path, now(hosts));
            } else {
                hosts.server().onDeviceUp(path, now(hosts));
            }
        }
    }

    @Test
    void subflowsComeThroughANat() {
        IpAddress outside = IpAddress.parse("10.0.1.200");
        try (TwoHosts hosts = TwoHosts.builder(5)
                .path(WIFI)
                .path(LTE, new Nat(outside, 20_000))
                .build()) {
            Transfer transfer = hosts.begin(UP, DOWN);
            transfer.runUntil(() -> transfer.server().application().received() > UP / 3);
            assertThat(transfer.server().connection().subflow(1).tcp().tuple().remoteAddress())
                    .isEqualTo(outside);

            hosts.client().onDeviceDown(0, now(hosts));

            transfer.finish().assertIntact();
            hosts.assertNothingLeft();
        }
    }

    // ---- policies

    @ParameterizedTest
    @CsvSource({"fullmesh, fullmesh, 2", "fullmesh, signal, 2", "fullmesh, none, 1", "signal, fullmesh, 1"})
    void theNumberOfSubflowsIsWhatBothEndsWant(String client, String server, int subflows) {
        try (TwoHosts hosts = TwoHosts.builder(1)
                .path(WIFI)
                .path(LTE)
                .client(by(client))
                .server(by(server))
                .build()) {
            Transfer transfer = hosts.transfer(UP, DOWN).assertIntact();

            assertThat(transfer.client().mostSubflows()).isEqualTo(subflows);
            hosts.assertNothingLeft();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 8})
    void ndiffportsSharesOnePairOfAddresses(int count) {
        try (TwoHosts hosts = TwoHosts.builder(1)
                .path(WIFI)
                .path(LTE)
                .client(by("ndiffports(" + count + ")"))
                .build()) {
            Transfer transfer = hosts.transfer(UP, DOWN).assertIntact();

            assertThat(transfer.client().mostSubflows()).isEqualTo(count);
            assertThat(hosts.server().counters().get(Counter.JOINS_ESTABLISHED)).isEqualTo(count - 1);
        }
    }

    @Test
    void handoverLeavesTheSecondPathIdleUntilTheFirstFails() {
        ConnectionSettings handover =
                ConnectionSettings.builder().serviceType(ServiceType.HANDOVER).build();
        try (TwoHosts hosts =
                TwoHosts.builder(1).path(WIFI).path(LTE).client(handover).build()) {
            Transfer transfer = hosts.begin(UP, DOWN);
            transfer.runUntil(() -> transfer.server().application().received() > UP / 3);
            Subflow second = transfer.client().connection().subflow(1);
            assertThat(second.isBackupLocally()).isTrue();
            assertThat(second.tcp().octetsSent() + second.tcp().octetsReceived())
                    .isZero();

            hosts.path(0).link().cut();

            transfer.finish().assertIntact();
            assertThat(transfer.duration()).isLessThan(Duration.ofSeconds(10));
            hosts.assertNothingLeft();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"fullmesh", "endpoints"})
    void aFirstSubflowThatIsABackupIsLeftByBothEndsWhenTheSecondIsThere(String pathManager) {
        boolean byEndpoint = pathManager.equals("endpoints");
        TwoHosts.Builder builder = TwoHosts.builder(1);
        try (TwoHosts hosts = (byEndpoint ? builder.path(LTE) : builder.backupPath(LTE))
                .path(WIFI)
                .client(by(pathManager))
                .build()) {
            if (byEndpoint) {
                Endpoints backup = hosts.client().endpoints().withLimits(2, 2);
                backup = backup.with(Endpoint.parse("10.0.0.1 backup")).with(Endpoint.parse("10.0.1.1 subflow"));
                change(hosts.client(), hosts, backup);
            }
            Transfer transfer = hosts.begin(UP, DOWN);
            transfer.runUntil(() -> transfer.server().application().received() > UP / 4);
            Subflow up = transfer.client().connection().subflow(0);
            Subflow down = transfer.server().connection().subflow(0);
            assertThat(up.isBackup() && down.isBackup()).isTrue();
            long before = up.tcp().octetsSent() + down.tcp().octetsSent();

            transfer.finish().assertIntact();

            assertThat(up.tcp().octetsSent() + down.tcp().octetsSent()).isEqualTo(before);
            hosts.assertNothingLeft();
        }
    }

    @Test
    void aggregateIsFasterThanHandover() {
        Duration one = durationOf(ServiceType.HANDOVER);
        Duration both = durationOf(ServiceType.AGGREGATE);

        assertThat(both.toMillis()).isLessThan(one.toMillis() * 3 / 4);
    }

    private static Duration durationOf(ServiceType type) {
        ConnectionSettings settings =
                ConnectionSettings.builder().serviceType(type).build();
        try (TwoHosts hosts =
                TwoHosts.builder(1).path(WIFI).backupPath(LTE).both(settings).build()) {
            Duration duration = hosts.transfer(UP, 0).assertIntact().duration();
            hosts.assertNothingLeft();
            return duration;
        }
    }

    @Test
    void endpointsAreFollowedWhileOctetsAreUnderWay() {
        try (TwoHosts hosts =
                TwoHosts.builder(1).path(WIFI).path(LTE).both(by("endpoints")).build()) {
            Transfer transfer = hosts.begin(UP, DOWN);
            MptcpConnection client = transfer.client().connection();
            transfer.runUntil(() -> transfer.server().application().received() > UP / 10);
            assertThat(client.subflowCount()).isEqualTo(1);

            change(hosts.client(), hosts, hosts.client().endpoints().withLimits(2, 2));
            change(hosts.server(), hosts, hosts.server().endpoints().with(Endpoint.of("10.0.1.2", Flag.SIGNAL)));
            transfer.runUntil(
                    () -> client.subflowCount() == 2 && client.subflow(1).isUsable());

            change(hosts.server(), hosts, hosts.server().endpoints().changed(1, Flag.BACKUP, true));
            transfer.runUntil(() -> client.subflow(1).isBackup());

            change(hosts.server(), hosts, hosts.server().endpoints().without(1));
            transfer.runUntil(
                    () -> client.subflowCount() == 1 || !client.subflow(1).isUsable());

            transfer.finish().assertIntact();
            hosts.assertNothingLeft();
        }
    }

    private static void change(Stack stack, TwoHosts hosts, Endpoints endpoints) {
        stack.changeEndpoints(endpoints, now(hosts));
    }

    private static ConnectionSettings by(String pathManager) {
        return ConnectionSettings.builder()
                .pathManager(PathManagers.byName(pathManager))
                .build();
    }

    private static IpAddress clientAddress(int path) {
        return IpAddress.parse("10.0." + path + ".1");
    }

    private static long now(TwoHosts hosts) {
        return hosts.network().clock().now();
    }
}
