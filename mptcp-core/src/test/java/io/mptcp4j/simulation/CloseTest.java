package io.mptcp4j.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.mptcp.CloseCause;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.testing.ScriptedFlow;
import io.mptcp4j.testing.ScriptedMptcp;
import io.mptcp4j.testing.SegmentScript;
import io.mptcp4j.testing.TwoHosts;
import io.mptcp4j.testing.TwoHosts.Transfer;
import io.mptcp4j.wire.TcpFlags;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How connections end. */
class CloseTest {
    private static final LinkProfile SLOW =
            LinkProfile.IDEAL.withRate(100_000).withDelay(Duration.ofMillis(50)).withQueueOctets(20_000);

    @Test
    void whatWasWrittenBeforeTheCloseIsDeliveredHoweverLongItTakes() {
        try (TwoHosts hosts = TwoHosts.builder(1).path(SLOW).build()) {
            Transfer transfer = hosts.transfer(3_000_000, 0).assertIntact();

            assertThat(transfer.duration()).isGreaterThan(Duration.ofMinutes(4));
            assertThat(transfer.client().cause()).isEqualTo(CloseCause.NORMAL);
            assertThat(transfer.server().cause()).isEqualTo(CloseCause.NORMAL);
            hosts.assertNothingLeft();
        }
    }

    @Test
    void aStackThatIsReleasedKeepsNothingOfAConnectionWhoseSubflowsAreNotOver() {
        // Given a connection that has ended for its application, and a subflow on a cut path with octets to repeat
        TwoHosts hosts = TwoHosts.builder(1).path(SLOW).path(SLOW).build();
        Transfer transfer = hosts.begin(1_000_000, 0);
        transfer.runUntil(() -> transfer.server().application().received() > 500_000);
        hosts.path(1).link().cut();
        transfer.runUntil(() -> transfer.client().cause() != null);
        assertThat(transfer.client().cause()).isEqualTo(CloseCause.NORMAL);
        assertThat(hosts.client().memory().used()).isPositive();

        hosts.close();

        assertThat(hosts.client().memory().used()).isZero();
    }

    @Test
    void aPeerThatFallsSilentIsWaitedForAMinute() {
        try (TwoHosts hosts = TwoHosts.builder(1).path(SLOW).build()) {
            Transfer transfer = hosts.begin(200_000, 0);
            transfer.runUntil(() -> transfer.server().application().received() > 50_000);
            hosts.path(0).link().cut();
            long cut = hosts.network().clock().now();

            transfer.runUntil(() -> transfer.client().cause() != null);

            assertThat(transfer.client().cause()).isEqualTo(CloseCause.TIMED_OUT);
            assertThat(Duration.ofNanos(hosts.network().clock().now() - cut))
                    .isBetween(Duration.ofSeconds(59), Duration.ofSeconds(121));
        }
    }

    @Test
    void aSubflowWhosePeerNeverSendsItsFinIsForgotten() {
        ScriptedMptcp mptcp = new ScriptedMptcp();
        try (SegmentScript script = SegmentScript.listen(ConnectionSettings.DEFAULT)) {
            ScriptedFlow peer = script.peer(40_000);
            peer.inject(peer.segment().with(TcpFlags.SYN).option(mptcp.syn()));
            mptcp.learn(peer.expect(TcpFlags.SYN | TcpFlags.ACK));
            peer.inject(peer.segment().option(mptcp.keys()));
            peer.inject(peer.segment().option(mptcp.dataFin(0, 0)));
            script.close(script.connection());
            peer.takeAll();

            // Our DATA_FIN is acknowledged, then our FIN; the peer's FIN never comes.
            peer.inject(peer.segment().option(mptcp.dataAck(1)));
            assertThat(script.cause()).isEqualTo(CloseCause.NORMAL);
            peer.expect(TcpFlags.FIN | TcpFlags.ACK);
            peer.inject(peer.segment());
            script.advance(Duration.ofSeconds(61));

            assertThat(script.stack().connectionCount()).isZero();
        }
    }
}
