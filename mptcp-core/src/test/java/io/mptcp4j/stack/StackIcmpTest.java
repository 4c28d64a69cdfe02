package io.mptcp4j.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.DropReason;
import io.mptcp4j.mptcp.CloseCause;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.mptcp.MptcpConnection;
import io.mptcp4j.testing.IcmpPacket;
import io.mptcp4j.testing.Segment;
import io.mptcp4j.wire.IpAddress;
import org.junit.jupiter.api.Test;

/** ICMP errors about segments of ours. */
class StackIcmpTest {
    private static final int UNREACHABLE_V4 = 3;
    private static final int PORT = 3;
    private static final int FRAGMENTATION_NEEDED = 4;
    private static final int PACKET_TOO_BIG_V6 = 2;

    private final TestHost host = new TestHost();
    private final StackPair.Recorder recorder = new StackPair.Recorder();

    @Test
    void aHardErrorEndsAnAttemptToConnect() {
        // RFC 1122 4.2.3.9
        byte[] syn = connect(TestHost.PEER_IPV4);

        host.deliver(IcmpPacket.error(TestHost.PEER_IPV4, TestHost.IPV4, UNREACHABLE_V4, PORT, 0, syn));
        host.stack.output(host.now);

        assertThat(recorder.cause).isEqualTo(CloseCause.UNREACHABLE);
        assertThat(host.stack.subflowCount()).isZero();
    }

    @Test
    void anErrorThatQuotesAStaleSequenceNumberIsDropped() {
        // RFC 5927 4.1
        byte[] syn = connect(TestHost.PEER_IPV4);
        Segment stale = Segment.parse(syn);
        stale.seq(stale.seq() - 1);

        host.deliver(IcmpPacket.error(TestHost.PEER_IPV4, TestHost.IPV4, UNREACHABLE_V4, PORT, 0, stale.toBytes()));

        assertThat(recorder.cause).isNull();
        assertThat(host.dropped(DropReason.BAD_ICMP)).isEqualTo(1);
    }

    @Test
    void anErrorThatQuotesWhatWasNotSentYetIsDropped() {
        // RFC 5927 4.1: SND.UNA =< number < SND.NXT, which is one behind the SYN.
        byte[] syn = connect(TestHost.PEER_IPV4);
        Segment next = Segment.parse(syn);
        next.seq(next.seq() + 1);

        host.deliver(IcmpPacket.error(TestHost.PEER_IPV4, TestHost.IPV4, UNREACHABLE_V4, PORT, 0, next.toBytes()));

        assertThat(recorder.cause).isNull();
        assertThat(host.dropped(DropReason.BAD_ICMP)).isEqualTo(1);
    }

    @Test
    void anMtuThatIsTooSmallToBeTrueIsDropped() {
        // RFC 8201 4, RFC 791 3.2
        byte[] ipv4 = connect(TestHost.PEER_IPV4);
        byte[] ipv6 = connect(TestHost.PEER_IPV6);

        host.deliver(
                IcmpPacket.error(TestHost.PEER_IPV4, TestHost.IPV4, UNREACHABLE_V4, FRAGMENTATION_NEEDED, 67, ipv4));
        host.deliver(IcmpPacket.error(TestHost.PEER_IPV6, TestHost.IPV6, PACKET_TOO_BIG_V6, 0, 1_279, ipv6));

        assertThat(host.dropped(DropReason.BAD_ICMP)).isEqualTo(2);
    }

    @Test
    void aSmallerPathMtuMakesSmallerSegments() {
        // RFC 1191 6.4, RFC 8201 4
        byte[] ipv4 = connect(TestHost.PEER_IPV4);
        MptcpConnection first = host.stack.connections().get(0);

        host.deliver(
                IcmpPacket.error(TestHost.PEER_IPV4, TestHost.IPV4, UNREACHABLE_V4, FRAGMENTATION_NEEDED, 1_000, ipv4));

        assertThat(first.subflow(0).tcp().maximumSegmentSize()).isLessThanOrEqualTo(960);
        assertThat(host.dropped(DropReason.BAD_ICMP)).isZero();
    }

    /** Sends a SYN and returns the packet. */
    private byte[] connect(IpAddress remote) {
        host.stack.connect(ConnectionSettings.DEFAULT, recorder, null, 0, remote, 80, host.now);
        host.stack.output(host.now);
        return host.device.sent.get(host.device.sent.size() - 1);
    }
}
