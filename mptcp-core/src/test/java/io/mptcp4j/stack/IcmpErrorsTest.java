package io.mptcp4j.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.metric.DropReason;
import io.mptcp4j.mptcp.CloseCause;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.testing.Direction;
import io.mptcp4j.testing.IcmpPacket;
import io.mptcp4j.testing.Middlebox;
import io.mptcp4j.testing.Segment;
import io.mptcp4j.testing.TwoHosts;
import io.mptcp4j.wire.IpAddress;
import java.time.Duration;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** ICMP errors of every type and code (RFC 1122 4.2.3.9, RFC 9293 3.9.2.2, RFC 5927): which of them end what. */
class IcmpErrorsTest {
    private static final IpAddress ROUTER_IPV4 = IpAddress.parse("192.0.2.1");
    private static final IpAddress ROUTER_IPV6 = IpAddress.parse("2001:db8::1");

    /** Destination unreachable: protocol, port, and those by which an administrator refuses. */
    private static final Set<Integer> HARD_IPV4 = Set.of(2, 3, 9, 10, 13);

    private static final Set<Integer> HARD_IPV6 = Set.of(1, 4, 5, 6);

    private final TestHost host = new TestHost();
    private final StackPair.Recorder recorder = new StackPair.Recorder();

    static Stream<Arguments> errorsOfIpv4() {
        return Stream.of(codes(3, 15), codes(4, 0), codes(5, 3), codes(11, 1), codes(12, 2))
                .flatMap(errors -> errors);
    }

    static Stream<Arguments> errorsOfIpv6() {
        return Stream.of(codes(1, 8), codes(2, 0), codes(3, 1), codes(4, 3), codes(100, 0), codes(127, 0))
                .flatMap(errors -> errors);
    }

    private static Stream<Arguments> codes(int type, int last) {
        return IntStream.rangeClosed(0, last).mapToObj(code -> Arguments.of(type, code));
    }

    @ParameterizedTest(name = "type {0}, code {1}")
    @MethodSource("errorsOfIpv4")
    void onlyAHardErrorEndsAnAttemptToConnectOverIpv4(int type, int code) {
        byte[] syn = connect(TestHost.PEER_IPV4);

        host.deliver(IcmpPacket.error(ROUTER_IPV4, TestHost.IPV4, type, code, 1400, syn));
        host.stack.output(host.now);

        assertThat(recorder.cause).isEqualTo(type == 3 && HARD_IPV4.contains(code) ? CloseCause.UNREACHABLE : null);
    }

    @ParameterizedTest(name = "type {0}, code {1}")
    @MethodSource("errorsOfIpv6")
    void onlyAHardErrorEndsAnAttemptToConnectOverIpv6(int type, int code) {
        byte[] syn = connect(TestHost.PEER_IPV6);

        host.deliver(IcmpPacket.error(ROUTER_IPV6, TestHost.IPV6, type, code, 1400, syn));
        host.stack.output(host.now);

        assertThat(recorder.cause).isEqualTo(type == 1 && HARD_IPV6.contains(code) ? CloseCause.UNREACHABLE : null);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSoftErrorTellsWhyAnAttemptToConnectHadNoAnswer(boolean told) {
        // RFC 9293 3.9.2.2 (SHLD-25)
        byte[] syn = connect(TestHost.PEER_IPV4);
        if (told) {
            host.deliver(IcmpPacket.error(ROUTER_IPV4, TestHost.IPV4, 3, 1, 0, syn));
        }

        while (recorder.cause == null) {
            host.now = host.stack.nextDeadline();
            host.stack.advance(host.now);
            host.stack.output(host.now);
        }

        assertThat(recorder.cause).isEqualTo(told ? CloseCause.UNREACHABLE : CloseCause.TIMED_OUT);
    }

    @ParameterizedTest
    @EnumSource(TwoHosts.Family.class)
    void noErrorEndsAnEstablishedConnection(TwoHosts.Family family) {
        // RFC 5927 5.2: on a synchronized connection hard errors are soft.
        Slanderer slanderer = new Slanderer(0);
        try (TwoHosts hosts = TwoHosts.builder(1)
                .family(family)
                .path(LinkProfile.IDEAL.withRate(50_000_000).withDelay(Duration.ofMillis(5)), slanderer)
                .build()) {
            hosts.transfer(2_000_000, 2_000_000).finish().assertIntact();

            assertThat(slanderer.told).isGreaterThan(100);
            assertThat(hosts.client().counters().dropped(DropReason.BAD_ICMP)).isZero();
            assertThat(hosts.client().counters().get(Counter.RETRANSMISSION_TIMEOUTS))
                    .isZero();
            assertThat(hosts.client().counters().get(Counter.FAST_RECOVERIES)).isZero();
            hosts.assertNothingLeft();
        }
    }

    @ParameterizedTest
    @EnumSource(TwoHosts.Family.class)
    void aForgerWhoDoesNotKnowTheSequenceNumberIsIgnoredAndCounted(TwoHosts.Family family) {
        // RFC 5927 4.1
        Slanderer forger = new Slanderer(1 << 30);
        try (TwoHosts hosts = TwoHosts.builder(2)
                .family(family)
                .path(LinkProfile.IDEAL.withRate(50_000_000).withDelay(Duration.ofMillis(5)), forger)
                .build()) {
            hosts.transfer(2_000_000, 0).finish().assertIntact();

            assertThat(forger.told).isGreaterThan(100);
            assertThat(hosts.client().counters().get(Counter.OUT_OF_WINDOW_ICMPS))
                    .isEqualTo(forger.told);
            assertThat(hosts.client().counters().dropped(DropReason.BAD_ICMP)).isEqualTo(forger.told);
            assertThat(hosts.client().counters().get(Counter.PATH_MTU_REPORTS)).isZero();
            hosts.assertNothingLeft();
        }
    }

    @Test
    void aRouterThatTellsNoMtuMakesSegmentsOfTheNextSizeThatLinksHave() {
        // RFC 1191 5, 7.1
        byte[] syn = connect(TestHost.PEER_IPV4);
        byte[] full = syn.clone();
        full[2] = (byte) (1500 >> 8);
        full[3] = (byte) 1500;

        host.deliver(IcmpPacket.error(ROUTER_IPV4, TestHost.IPV4, 3, 4, 0, full));

        assertThat(host.stack.connections().get(0).subflow(0).tcp().maximumSegmentSize())
                .isEqualTo(1492 - 40);
    }

    @Test
    void noReportMakesSegmentsSmallerThanTheFloor() {
        // RFC 1191 3, RFC 5927 7: nobody shall be able to ask for a packet for each octet.
        byte[] syn = connect(TestHost.PEER_IPV4);

        host.deliver(IcmpPacket.error(ROUTER_IPV4, TestHost.IPV4, 3, 4, 68, syn));

        assertThat(host.stack.connections().get(0).subflow(0).tcp().maximumSegmentSize())
                .isEqualTo(552 - 40);
    }

    private byte[] connect(IpAddress remote) {
        host.stack.connect(ConnectionSettings.DEFAULT, recorder, null, 0, remote, 80, host.now);
        host.stack.output(host.now);
        return host.device.sent.get(host.device.sent.size() - 1);
    }

    /** A router that says of segments with octets which it forwards that they have come to grief, each time in another way. */
    private static final class Slanderer implements Middlebox {
        private final int skew;
        private int told;

        Slanderer(int skew) {
            this.skew = skew;
        }

        @Override
        public void forward(Segment segment, Direction direction, long nowNanos, Output output) {
            if (direction == Direction.A_TO_B && segment.payloadLength() > 0) {
                byte[] quoted = segment.copy().seq(segment.seq() + skew).toBytes();
                boolean ipv4 = segment.source().isIpv4();
                Object[] error = (ipv4 ? errorsOfIpv4() : errorsOfIpv6())
                        .filter(each -> skew != 0 || !isAboutMtu(ipv4, each.get()))
                        .skip(told % 15)
                        .findFirst()
                        .orElseThrow()
                        .get();
                output.sendPacket(
                        IcmpPacket.error(
                                ipv4 ? ROUTER_IPV4 : ROUTER_IPV6,
                                segment.source(),
                                (int) error[0],
                                (int) error[1],
                                1300,
                                quoted),
                        Direction.B_TO_A);
                told++;
            }
            output.send(segment, direction);
        }

        private static boolean isAboutMtu(boolean ipv4, Object[] error) {
            return ipv4 ? error[0].equals(3) && error[1].equals(4) : error[0].equals(2);
        }
    }
}
