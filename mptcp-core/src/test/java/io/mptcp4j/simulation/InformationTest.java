package io.mptcp4j.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.mptcp.MptcpInfo;
import io.mptcp4j.mptcp.MptcpVersion;
import io.mptcp4j.mptcp.congestion.CongestionGroups;
import io.mptcp4j.tcp.TcpInfo;
import io.mptcp4j.testing.ConnectionEnd;
import io.mptcp4j.testing.TwoHosts;
import io.mptcp4j.testing.TwoHosts.Transfer;
import io.mptcp4j.wire.IpAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is told of connections and subflows is what happened: held against the other end, the counters and the links. */
class InformationTest {
    private static final LinkProfile LINK = LinkProfile.IDEAL
            .withRate(20_000_000)
            .withDelay(Duration.ofMillis(10))
            .withQueueOctets(200_000);
    private static final int MANY = 1 << 30;
    private static final int PIECE = 300_000;

    // ---- the connection

    @ParameterizedTest
    @EnumSource(MptcpVersion.class)
    void tokensAndNumbersAreThoseOfTheOtherEnd(MptcpVersion version) {
        ConnectionSettings settings =
                ConnectionSettings.builder().versions(version).checksums(true).build();
        try (TwoHosts hosts =
                TwoHosts.builder(1).both(settings).path(LINK).path(LINK).build()) {
            Transfer transfer = hosts.begin(MANY, 0).runFor(Duration.ofSeconds(2));
            MptcpInfo client = info(hosts, transfer.client());
            MptcpInfo server = info(hosts, transfer.server());

            assertThat(client.version()).isEqualTo(version);
            assertThat(client.checksums()).isTrue();
            assertThat(client.remoteKeyReceived()).isTrue();
            assertThat(client.localToken()).isEqualTo(server.remoteToken()).isNotZero();
            assertThat(client.remoteToken()).isEqualTo(server.localToken()).isNotZero();
            // Mid-way: acknowledged, received, sent and written, one behind the other.
            long base = client.sendNext() - client.octetsSent();
            assertThat(client.sendUnacknowledged() - base)
                    .isEqualTo(transfer.client().connection().acknowledgedOctets())
                    .isPositive()
                    .isLessThanOrEqualTo(server.receiveNext() - base);
            assertThat(server.receiveNext() - base)
                    .isEqualTo(transfer.server().connection().receivedOctets())
                    .isLessThan(client.octetsSent());
            assertThat(client.writeSequence() - base)
                    .isEqualTo(transfer.client().application().sent())
                    .isGreaterThan(client.octetsSent());
            end(hosts, transfer);
        }
    }

    @Test
    void aDataFinTakesOneNumber() {
        try (TwoHosts hosts = TwoHosts.builder(1).path(LINK).build()) {
            Transfer transfer = hosts.begin(PIECE, MANY).runFor(Duration.ofSeconds(2));
            MptcpInfo client = info(hosts, transfer.client());

            assertThat(client.octetsSent()).isEqualTo(PIECE);
            assertThat(client.sendNext())
                    .isEqualTo(client.writeSequence())
                    .isEqualTo(client.sendUnacknowledged())
                    .isEqualTo(info(hosts, transfer.server()).receiveNext());
            end(hosts, transfer);
        }
    }

    @Test
    void addressesAndSubflowsAreCounted() {
        ConnectionSettings forbidding = ConnectionSettings.builder()
                .joinsToInitialAddress(false)
                .maxSubflows(5)
                .build();
        try (TwoHosts hosts =
                TwoHosts.builder(1).server(forbidding).path(LINK).path(LINK).build()) {
            Transfer transfer = hosts.begin(MANY, 0).runFor(Duration.ofSeconds(2));
            MptcpInfo client = info(hosts, transfer.client());
            MptcpInfo server = info(hosts, transfer.server());

            assertThat(client.subflowsEver()).isEqualTo(2);
            assertThat(server.maxSubflows()).isEqualTo(5);
            assertThat(client.localAddresses()).isEqualTo(2);
            assertThat(client.localAddressesUsed()).isEqualTo(2);
            assertThat(server.localAddressesUsed()).isEqualTo(2);
            assertThat(server.addressesAnnounced()).isEqualTo(1);
            assertThat(client.addressesAnnounced()).isZero();
            // Flag C: its first address is none of them.
            assertThat(client.addressesAccepted()).isEqualTo(1);
            assertThat(server.addressesAccepted()).isEqualTo(1);
            assertThat(client.joinsToInitialAddress()).isFalse();
            assertThat(server.joinsToInitialAddress()).isTrue();

            hosts.client()
                    .removeAddress(
                            IpAddress.parse("10.0.1.1"), hosts.network().clock().now());
            hosts.server()
                    .removeAddress(
                            hosts.serverAddress(1), hosts.network().clock().now());
            transfer.runFor(Duration.ofSeconds(1));
            assertThat(info(hosts, transfer.client()).localAddresses()).isEqualTo(1);
            assertThat(info(hosts, transfer.client()).localAddressesUsed()).isEqualTo(1);
            assertThat(info(hosts, transfer.client()).addressesAccepted()).isZero();
            assertThat(info(hosts, transfer.server()).addressesAnnounced()).isZero();
            end(hosts, transfer);
        }
    }

    @Test
    void whatWentTwiceAndWhatWaitsIsTold() {
        try (TwoHosts hosts = TwoHosts.builder(1)
                .path(LINK)
                .path(LINK.withDelay(Duration.ofMillis(60)))
                .build()) {
            Transfer transfer = hosts.begin(MANY, 0).runFor(Duration.ofSeconds(2));
            transfer.runUntil(() -> transfer.server().connection().info(0).outOfOrderOctets() > 0);
            assertThat(hosts.server().counters().get(Counter.OUT_OF_ORDER_DATA)).isPositive();

            hosts.path(1).link().cut();
            transfer.runFor(Duration.ofSeconds(2));
            hosts.path(1).link().heal();
            transfer.runFor(Duration.ofSeconds(5));

            MptcpInfo client = info(hosts, transfer.client());
            assertThat(client.reinjectedOctets())
                    .isEqualTo(hosts.client().counters().get(Counter.REINJECTED_OCTETS))
                    .isPositive();
            assertThat(client.reinjectedUnits())
                    .isEqualTo(hosts.client().counters().get(Counter.REINJECTED_UNITS))
                    .isPositive();
            assertThat(info(hosts, transfer.server()).duplicateOctets())
                    .isEqualTo(hosts.server().counters().get(Counter.DUPLICATE_DATA_OCTETS))
                    .isPositive();
            end(hosts, transfer);
        }
    }

    @ParameterizedTest(name = "MPTCP {0}")
    @ValueSource(booleans = {true, false})
    void timesSinceSomethingAreTold(boolean multipath) {
        ConnectionSettings settings =
                ConnectionSettings.builder().multipath(multipath).build();
        try (TwoHosts hosts =
                TwoHosts.builder(1).both(settings).path(LINK).path(LINK).build()) {
            Transfer transfer = hosts.begin(MANY, 0);
            transfer.client().application().limit(PIECE);
            transfer.runUntil(() -> transfer.server().application().received() == PIECE);
            transfer.runFor(Duration.ofSeconds(3));
            MptcpInfo client = info(hosts, transfer.client());
            MptcpInfo server = info(hosts, transfer.server());

            long second = Duration.ofSeconds(1).toNanos();
            assertThat(client.sinceDataSentNanos()).isBetween(3 * second, 3 * second + second / 10);
            assertThat(server.sinceDataReceivedNanos()).isBetween(3 * second, 3 * second + second / 100);
            assertThat(client.sinceAckReceivedNanos())
                    .isLessThan(client.sinceDataSentNanos())
                    .isGreaterThan(2 * second);
            assertThat(server.sinceDataSentNanos()).isEqualTo(-1);
            assertThat(client.sinceDataReceivedNanos()).isEqualTo(-1);
            assertThat(client.sendBuffer())
                    .isEqualTo(transfer.client().connection().sendStream().capacity());
            assertThat(server.receiveBuffer())
                    .isEqualTo(transfer.server().connection().receiveStream().capacity());
            assertThat(client.remoteKeyReceived()).isEqualTo(multipath);
            assertThat(client.writeSequence() != 0).isEqualTo(multipath);
            end(hosts, transfer);
        }
    }

    // ---- a subflow's TCP

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void whatTcpTellsIsWhatHappened(long seed) {
        LinkProfile bad = LINK.withLoss(0.02).withReordering(0.02, Duration.ofMillis(8));
        try (TwoHosts hosts = TwoHosts.builder(seed).path(bad).build()) {
            Transfer transfer = hosts.begin(MANY, 0).runFor(Duration.ofSeconds(20));
            TcpInfo client = tcp(hosts, transfer.client());
            TcpInfo server = tcp(hosts, transfer.server());

            assertThat(client.octetsAcknowledged() + client.octetsUnacknowledged())
                    .isEqualTo(client.octetsSent());
            assertThat(client.octetsAcknowledged()).isPositive().isLessThanOrEqualTo(server.octetsReceived());
            assertThat(client.octetsInFlight())
                    .isEqualTo(client.octetsUnacknowledged()
                            - client.octetsSelectivelyAcknowledged()
                            - client.octetsLost()
                            + client.octetsRepeated());
            assertThat(client.timeouts()).isEqualTo(hosts.client().counters().get(Counter.RETRANSMISSION_TIMEOUTS));
            assertThat(client.segmentsRetransmitted())
                    .isEqualTo(hosts.client().counters().get(Counter.SEGMENTS_RETRANSMITTED))
                    .isPositive();
            assertThat(client.duplicateReports())
                    .isEqualTo(hosts.client().counters().get(Counter.DUPLICATE_REPORTS_IN))
                    .isPositive();
            assertThat(client.reorderingSeen()).isTrue();
            assertThat(server.segmentsOutOfOrder()).isPositive();
            assertThat(client.segmentsOutOfOrder()).isZero();
            assertThat(client.pathMtu()).isEqualTo(1_500);
            assertThat(client.announcedSegmentSize()).isEqualTo(1_460);
            assertThat(client.peerMaximumSegmentSize()).isEqualTo(server.announcedSegmentSize());
            assertThat(client.deliveryRate()).isZero();
            assertThat(client.busyNanos())
                    .isBetween(
                            Duration.ofMillis(19_900).toNanos(),
                            Duration.ofSeconds(20).toNanos());
            end(hosts, transfer);
        }
    }

    @Test
    void whileNothingIsOutstandingNobodyIsBusyAndWindowsAreTheSame() {
        ConnectionSettings plain = ConnectionSettings.builder().multipath(false).build();
        try (TwoHosts hosts = TwoHosts.builder(1).both(plain).path(LINK).build()) {
            Transfer transfer = hosts.begin(MANY, 0);
            transfer.client().application().limit(PIECE);
            transfer.runFor(Duration.ofSeconds(2));
            TcpInfo client = tcp(hosts, transfer.client());
            TcpInfo server = tcp(hosts, transfer.server());
            transfer.runFor(Duration.ofSeconds(2));

            assertThat(client.octetsAcknowledged()).isEqualTo(PIECE);
            assertThat(client.octetsUnacknowledged()).isZero();
            assertThat(client.busyNanos())
                    .isPositive()
                    .isLessThan(Duration.ofSeconds(1).toNanos())
                    .isEqualTo(tcp(hosts, transfer.client()).busyNanos());
            assertThat(client.sendWindow()).isEqualTo(server.receiveWindow());
            assertThat(client.reorderingSeen()).isFalse();
            assertThat(server.segmentsOutOfOrder()).isZero();
            assertThat(server.receiverRttNanos())
                    .isBetween(
                            Duration.ofMillis(20).toNanos(),
                            Duration.ofMillis(200).toNanos());
            end(hosts, transfer);
        }
    }

    @Test
    void whereItIsMeasuredTheRateOfDeliveryIsTold() {
        ConnectionSettings bbr = ConnectionSettings.builder()
                .congestion(CongestionGroups.byName("bbr"))
                .build();
        try (TwoHosts hosts = TwoHosts.builder(1).client(bbr).path(LINK).build()) {
            Transfer transfer = hosts.begin(MANY, 0).runFor(Duration.ofSeconds(5));

            // 20 Mbit/s of packets.
            assertThat(tcp(hosts, transfer.client()).deliveryRate()).isBetween(2_000_000L, 2_500_000L);
            end(hosts, transfer);
        }
    }

    /** All is over, at both ends, and nothing is left of it. */
    private static void end(TwoHosts hosts, Transfer transfer) {
        long now = hosts.network().clock().now();
        transfer.client().connection().abort(now);
        transfer.server().connection().abort(now);
        hosts.assertNothingLeft();
    }

    private static MptcpInfo info(TwoHosts hosts, ConnectionEnd end) {
        return end.connection().info(hosts.network().clock().now());
    }

    private static TcpInfo tcp(TwoHosts hosts, ConnectionEnd end) {
        return end.connection().subflow(0).tcp().info(hosts.network().clock().now());
    }
}
