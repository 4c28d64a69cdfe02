package io.mptcp4j.mptcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.congestion.CongestionGroup;
import io.mptcp4j.mptcp.path.PathManager;
import io.mptcp4j.mptcp.path.PathRequests;
import io.mptcp4j.mptcp.path.SubflowEnding;
import io.mptcp4j.mptcp.path.SubflowSnapshot;
import io.mptcp4j.mptcp.scheduler.Scheduler;
import io.mptcp4j.mptcp.scheduler.StreamView;
import io.mptcp4j.mptcp.scheduler.SubflowView;
import io.mptcp4j.tcp.TcpSettings;
import io.mptcp4j.testing.TwoHosts;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Policies of an application that cannot be made, or throw what Java does not expect: their connections go on, at both ends. */
class FaultyPolicyTest {
    private static final LinkProfile PATH =
            LinkProfile.IDEAL.withRate(10_000_000).withDelay(Duration.ofMillis(10));
    private static final int OCTETS = 100_000;

    /** A way for an application's code to end. */
    private interface Fault {
        void befall();
    }

    private static final List<Fault> FAULTS = List.of(
            () -> {
                throw new IllegalStateException("on purpose");
            },
            () -> throwUnchecked(new IOException("as Kotlin and Scala throw it")),
            () -> {
                throw new NoClassDefFoundError("a jar that is not there");
            },
            () -> {
                throw new Error("anything, on purpose");
            });

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void throwUnchecked(Throwable cause) throws T {
        throw (T) cause;
    }

    private static <T> Supplier<T> throwing(Fault fault) {
        return () -> {
            fault.befall();
            return null;
        };
    }

    private record Thrower(Fault fault) implements PathManager, Scheduler {
        @Override
        public void onEstablished(PathRequests requests, long nowNanos) {
            fault.befall();
        }

        @Override
        public void onSubflowClosed(
                PathRequests requests, SubflowSnapshot subflow, SubflowEnding ending, long nowNanos) {
            fault.befall();
        }

        @Override
        public int select(SubflowView[] subflows, int count, StreamView stream) {
            fault.befall();
            return 0;
        }

        @Override
        public String name() {
            return "thrower";
        }
    }

    private static void assertTransferred(ConnectionSettings settings, Counter counter, long leastAtEachEnd) {
        try (TwoHosts hosts =
                TwoHosts.builder(1).both(settings).path(PATH).path(PATH).build()) {
            hosts.transfer(OCTETS, OCTETS).assertIntact();

            assertThat(hosts.client().counters().get(counter)).isGreaterThanOrEqualTo(leastAtEachEnd);
            assertThat(hosts.server().counters().get(counter)).isGreaterThanOrEqualTo(leastAtEachEnd);
            hosts.assertNothingLeft();
        }
    }

    private static void assertCongestionReplaced(CongestionGroup.Factory factory) {
        assertTransferred(ConnectionSettings.builder().congestion(factory).build(), Counter.CONGESTION_FAULTS, 1);
    }

    @Test
    void aCongestionControlThatCannotBeMadeIsReplaced() {
        assertCongestionReplaced(() -> null);
        for (Fault fault : FAULTS) {
            assertCongestionReplaced(FaultyPolicyTest.<CongestionGroup>throwing(fault)::get);
        }
    }

    @Test
    void aControllerThatCannotBeMadeIsReplaced() {
        ConnectionSettings.Builder settings = ConnectionSettings.builder();
        assertTransferred(settings.uncoupledCongestion(segmentSize -> null).build(), Counter.CONGESTION_FAULTS, 1);
        for (Fault fault : FAULTS) {
            settings.uncoupledCongestion(segmentSize -> {
                fault.befall();
                return null;
            });
            assertTransferred(settings.build(), Counter.CONGESTION_FAULTS, 1);
        }
    }

    @Test
    void aPathManagerThatCannotBeMadeIsReplacedByNone() {
        ConnectionSettings.Builder settings = ConnectionSettings.builder();
        assertTransferred(settings.pathManager(() -> null).build(), Counter.PATH_MANAGERS_FAILED, 1);
        for (Fault fault : FAULTS) {
            settings.pathManager(FaultyPolicyTest.<PathManager>throwing(fault)::get);
            assertTransferred(settings.build(), Counter.PATH_MANAGERS_FAILED, 1);
        }
    }

    @Test
    void aPathManagerMayThrowAnything() {
        for (Fault fault : FAULTS) {
            assertTransferred(
                    ConnectionSettings.builder()
                            .pathManager(() -> new Thrower(fault))
                            .build(),
                    Counter.PATH_MANAGERS_FAILED,
                    1);
        }
    }

    @Test
    void aSchedulerMayThrowAnything() {
        for (Fault fault : FAULTS) {
            ConnectionSettings.Builder settings = ConnectionSettings.builder();
            assertTransferred(
                    settings.scheduler(() -> new Thrower(fault)).build(),
                    Counter.SCHEDULER_FAULTS,
                    Scheduler.FAULTS_FORGIVEN);
            assertTransferred(
                    settings.scheduler(FaultyPolicyTest.<Scheduler>throwing(fault)::get)
                            .build(),
                    Counter.SCHEDULER_FAULTS,
                    1);
        }
    }

    @Test
    void timesWithoutEndAreNotOverAtOnce() {
        Duration forEver = Duration.ofSeconds(Long.MAX_VALUE);
        TcpSettings tcp = TcpSettings.builder()
                .userTimeout(forEver)
                .keepAlive(true)
                .keepAliveIdle(forEver)
                .keepAliveInterval(forEver)
                .maximumRto(forEver)
                .build();
        ConnectionSettings settings = ConnectionSettings.builder()
                .tcp(tcp)
                .closeTimeout(forEver)
                .stranded(forEver)
                .build();
        try (TwoHosts hosts = TwoHosts.builder(1)
                .both(settings)
                .path(PATH.withLoss(0.05))
                .path(PATH.withLoss(0.05))
                .build()) {
            hosts.transfer(OCTETS, OCTETS).assertIntact();
        }
    }
}
