package io.mptcp4j.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.testing.ScriptedFlow;
import io.mptcp4j.testing.SegmentScript;
import io.mptcp4j.testing.SimulatedNetwork;
import io.mptcp4j.testing.TwoHosts;
import io.mptcp4j.testing.TwoHosts.Transfer;
import io.mptcp4j.wire.TcpFlags;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths that die while a file is under way. */
class PathFailureTest {
    private static final LinkProfile WIFI = LinkProfile.IDEAL
            .withRate(30_000_000)
            .withDelay(Duration.ofMillis(10))
            .withQueueOctets(200_000);
    private static final LinkProfile LTE = LinkProfile.IDEAL
            .withRate(20_000_000)
            .withDelay(Duration.ofMillis(25))
            .withQueueOctets(200_000);
    private static final int UP = 3_000_000;
    private static final int DOWN = 500_000;

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aPathThatIsCutForGoodIsSurvived(int cut) {
        try (TwoHosts hosts = TwoHosts.builder(1).path(WIFI).path(LTE).build()) {
            Transfer transfer = hosts.begin(UP, DOWN);

            transfer.runUntil(() -> transfer.server().application().received() > UP / 3);
            hosts.path(cut).link().cut();
            transfer.finish().assertIntact();

            assertThat(transfer.client().mostSubflows()).isEqualTo(2);
            assertThat(transfer.duration()).isLessThan(Duration.ofSeconds(20));
            hosts.assertNothingLeft();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aPathThatIsCutAndHealedIsSurvived(int cut) {
        try (TwoHosts hosts = TwoHosts.builder(2).path(WIFI).path(LTE).build()) {
            Transfer transfer = hosts.begin(UP, DOWN);

            transfer.runUntil(() -> transfer.server().application().received() > UP / 3);
            hosts.path(cut).link().cut();
            transfer.runFor(Duration.ofMillis(700));
            hosts.path(cut).link().heal();

            transfer.finish().assertIntact();
            hosts.assertNothingLeft();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPathThatIsCutInOneDirectionIsSurvived(boolean upward) {
        try (TwoHosts hosts = TwoHosts.builder(3).path(WIFI).path(LTE).build()) {
            Transfer transfer = hosts.begin(UP, DOWN);

            transfer.runUntil(() -> transfer.server().application().received() > UP / 3);
            if (upward) {
                hosts.path(0).link().cutFromA();
            } else {
                hosts.path(0).link().cutFromB();
            }

            transfer.finish().assertIntact();
            hosts.assertNothingLeft();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aDeviceThatGoesDownIsSurvived(int down) {
        try (TwoHosts hosts = TwoHosts.builder(4).path(WIFI).path(LTE).build()) {
            Transfer transfer = hosts.begin(UP, DOWN);

            transfer.runUntil(() -> transfer.server().application().received() > UP / 3);
            hosts.client().onDeviceDown(down, hosts.network().clock().now());

            transfer.finish().assertIntact();
            hosts.assertNothingLeft();
        }
    }

    /** RFC 8684 3.3.6: octets are kept for each subflow that has carried them; a dead one must not keep them for ever. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aDeadPathDoesNotHoldTheSendBuffer(int cut) {
        ConnectionSettings small =
                ConnectionSettings.builder().sendBuffer(512 << 10).build();
        try (TwoHosts hosts =
                TwoHosts.builder(5).path(WIFI).path(LTE).both(small).build()) {
            Transfer transfer = hosts.begin(UP, DOWN);

            transfer.runUntil(() -> transfer.server().application().received() > UP / 3);
            hosts.path(cut).link().cut();
            transfer.finish().assertIntact();

            assertThat(transfer.duration()).isLessThan(Duration.ofSeconds(10));
        }
    }

    @Test
    void aDeviceThatIsDownAnswersNothing() {
        try (SegmentScript script = SegmentScript.listen(ConnectionSettings.DEFAULT)) {
            ScriptedFlow peer = script.peer(40_000);
            long now = SimulatedNetwork.BEGIN;

            script.stack().onDeviceDown(0, now);
            peer.inject(peer.segment().with(TcpFlags.ACK));
            peer.inject(peer.segment().flags(TcpFlags.SYN));
            peer.expectNothing();
            script.stack().onDeviceUp(0, now);
            peer.inject(peer.segment().seq(0).flags(TcpFlags.SYN));

            peer.expect(TcpFlags.SYN | TcpFlags.ACK);
        }
    }
}
