package io.mptcp4j.mptcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.LinkCounters;
import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.metric.StackCounters;
import io.mptcp4j.tcp.EcnMode;
import io.mptcp4j.tcp.TcpInfo;
import io.mptcp4j.tcp.TcpSettings;
import io.mptcp4j.testing.AlterHeaders;
import io.mptcp4j.testing.ConnectionEnd;
import io.mptcp4j.testing.DropSegments;
import io.mptcp4j.testing.TwoHosts;
import io.mptcp4j.wire.TcpFlags;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole transfers over queues that mark packets instead of dropping them (RFC 3168). */
class MarkedPathTest {
    private static final long OCTETS = 20_000_000;
    private static final LinkProfile MARKING = LinkProfile.IDEAL
            .withRate(20_000_000)
            .withDelay(Duration.ofMillis(10))
            .withQueueOctets(300_000)
            .withMarking(50_000);

    private static ConnectionSettings with(EcnMode mode) {
        return ConnectionSettings.builder()
                .tcp(TcpSettings.builder().ecn(mode).build())
                .build();
    }

    @ParameterizedTest
    @EnumSource(TwoHosts.Family.class)
    void aMarkingQueueLosesNothingAndStaysBusy(TwoHosts.Family family) {
        try (TwoHosts hosts = TwoHosts.builder(1)
                .family(family)
                .client(with(EcnMode.OFFER))
                .path(MARKING)
                .build()) {
            TwoHosts.Transfer transfer = hosts.transfer(OCTETS, 0).finish().assertIntact();

            LinkCounters up = hosts.path(0).link().endA().counters();
            StackCounters counters = hosts.client().counters();
            assertThat(up.overflowed()).isZero();
            assertThat(up.marked()).isPositive();
            assertThat(counters.get(Counter.SEGMENTS_RETRANSMITTED)).isZero();
            assertThat(counters.get(Counter.ECN_REDUCTIONS)).isBetween(1L, up.marked());
            assertThat(counters.get(Counter.DELIVERED_CE)).isPositive();
            assertThat(hosts.server().counters().get(Counter.PACKETS_IN_CE)).isEqualTo(up.marked());
            // 20 MB at 20 Mbit/s are 8 s, and 5 % more for headers.
            assertThat(transfer.duration()).isLessThan(Duration.ofMillis(8_700));
            hosts.assertNothingLeft();
        }
    }

    @Test
    void bothEndsSendWithoutLossAtOnce() {
        try (TwoHosts hosts =
                TwoHosts.builder(1).client(with(EcnMode.OFFER)).path(MARKING).build()) {
            hosts.transfer(OCTETS, OCTETS).finish().assertIntact();

            for (StackCounters counters :
                    List.of(hosts.client().counters(), hosts.server().counters())) {
                assertThat(counters.get(Counter.SEGMENTS_RETRANSMITTED)).isZero();
                assertThat(counters.get(Counter.ECN_REDUCTIONS)).isPositive();
            }
            hosts.assertNothingLeft();
        }
    }

    @Test
    void withoutEcnTheSameQueueLosesPackets() {
        // What marking is good for.
        try (TwoHosts hosts = TwoHosts.builder(1).path(MARKING).build()) {
            hosts.transfer(OCTETS, 0).finish().assertIntact();

            assertThat(hosts.path(0).link().endA().counters().marked()).isZero();
            assertThat(hosts.path(0).link().endA().counters().overflowed()).isPositive();
            hosts.assertNothingLeft();
        }
    }

    @Test
    void bothEndsTellOfIt() {
        try (TwoHosts hosts =
                TwoHosts.builder(1).client(with(EcnMode.OFFER)).path(MARKING).build()) {
            // What the server sends is less than a queue that is marked.
            TwoHosts.Transfer transfer = hosts.begin(OCTETS, OCTETS / 1_000).runFor(Duration.ofSeconds(5));

            long marked = hosts.path(0).link().endA().counters().marked();
            TcpInfo client = info(transfer.client());
            TcpInfo server = info(transfer.server());
            assertThat(client.ecn()).isTrue();
            assertThat(client.ecnSeen()).isTrue();
            assertThat(client.deliveredCe())
                    .isEqualTo(hosts.client().counters().get(Counter.DELIVERED_CE))
                    .isPositive();
            assertThat(client.receivedCe()).isZero();
            assertThat(server.ecn()).isTrue();
            assertThat(server.ecnSeen()).isTrue();
            assertThat(server.receivedCe()).isBetween(1L, marked);
            assertThat(server.deliveredCe()).isZero();
        }
    }

    @Test
    void whereItWasNotAgreedOnNothingIsTold() {
        try (TwoHosts hosts = TwoHosts.builder(1).path(MARKING).build()) {
            TwoHosts.Transfer transfer = hosts.begin(OCTETS, 0).runFor(Duration.ofSeconds(5));

            TcpInfo server = info(transfer.server());
            assertThat(server.ecn()).isFalse();
            assertThat(server.ecnSeen()).isFalse();
            assertThat(server.receivedCe()).isZero();
        }
    }

    private static TcpInfo info(ConnectionEnd end) {
        return end.connection().subflow(0).tcp().info(end.connection().nowNanos());
    }

    @Test
    void eachSubflowAgreesForItself() {
        // RFC 8684 says nothing of ECN: a subflow is a TCP connection.
        try (TwoHosts hosts = TwoHosts.builder(2)
                .client(with(EcnMode.OFFER))
                .path(MARKING)
                .path(MARKING)
                .build()) {
            hosts.transfer(2 * OCTETS, 0).finish().assertIntact();

            assertThat(hosts.client().counters().get(Counter.ECN_CONNECTIONS)).isEqualTo(2);
            for (int i = 0; i < 2; i++) {
                assertThat(hosts.path(i).link().endA().counters().marked()).isPositive();
                assertThat(hosts.path(i).link().endA().counters().overflowed()).isZero();
            }
            hosts.assertNothingLeft();
        }
    }

    @Test
    void aFirewallThatSwallowsSynsWithEcnCostsOneTimeout() {
        // RFC 3168 6.1.1.1
        DropSegments firewall =
                new DropSegments((segment, direction, index) -> segment.has(TcpFlags.SYN) && segment.has(TcpFlags.CWR));
        try (TwoHosts hosts = TwoHosts.builder(3)
                .client(with(EcnMode.OFFER))
                .path(MARKING, firewall)
                .build()) {
            hosts.transfer(100_000, 100_000).finish().assertIntact();

            assertThat(firewall.touched()).isEqualTo(1);
            assertThat(hosts.client().counters().get(Counter.ECN_CONNECTIONS)).isZero();
            assertThat(hosts.client().counters().get(Counter.MPTCP_ESTABLISHED)).isEqualTo(1);
            hosts.assertNothingLeft();
        }
    }

    @Test
    void aRouterThatClearsTheCodepointHarmsNothing() {
        try (TwoHosts hosts = TwoHosts.builder(4)
                .client(with(EcnMode.OFFER))
                .path(
                        MARKING,
                        new AlterHeaders((segment, direction, index) -> true, segment -> segment.trafficClass(0)))
                .build()) {
            hosts.transfer(OCTETS, 0).finish().assertIntact();

            assertThat(hosts.path(0).link().endA().counters().marked()).isZero();
            hosts.assertNothingLeft();
        }
    }

    @Test
    void aRouterThatMarksEverythingSlowsDownAndNoMore() {
        try (TwoHosts hosts = TwoHosts.builder(5)
                .client(with(EcnMode.OFFER))
                .path(
                        MARKING,
                        new AlterHeaders(
                                (segment, direction, index) -> (segment.trafficClass() & 3) == 2,
                                segment -> segment.trafficClass(3)))
                .build()) {
            hosts.transfer(200_000, 200_000).finish().assertIntact();

            assertThat(hosts.client().counters().get(Counter.SEGMENTS_RETRANSMITTED))
                    .isZero();
            hosts.assertNothingLeft();
        }
    }
}
