package io.mptcp4j.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.testing.TwoHosts;
import io.mptcp4j.testing.TwoHosts.Transfer;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A reader who pauses for so long that the window closes, and then goes on (RFC 9293 3.8.6.1, RFC 8684 3.3.5). */
class ZeroWindowTest {
    private static final Duration PAUSE = Duration.ofSeconds(60);
    private static final Duration FILLING = Duration.ofMillis(500);
    private static final int BUFFER = 100_000;
    private static final int OCTETS = 2_000_000;
    private static final LinkProfile PATH = LinkProfile.IDEAL
            .withRate(20_000_000)
            .withDelay(Duration.ofMillis(10))
            .withQueuePackets(100);

    /** In 60 s a probe after 0.22, 0.44 and so on to 28 s. */
    private static final int MOST_PROBES = 8;

    @ParameterizedTest(name = "{0} paths, multipath {1}")
    @CsvSource({"1, false", "1, true", "2, true", "4, true"})
    void afterAMinuteOfAClosedWindowTheTransferGoesOnAtOnce(int paths, boolean multipath) {
        for (long seed = 1; seed <= 5; seed++) {
            try (TwoHosts hosts = hosts(seed, paths, multipath)) {
                // given
                Transfer transfer = closedFor(PAUSE, hosts);

                // then: one subflow probes, however many there are
                assertThat(hosts.client().counters().get(Counter.WINDOW_PROBES)).isBetween(4L, (long) MOST_PROBES);
                assertThat(transfer.client().mostSubflows()).isEqualTo(paths);

                // when
                long opened = open(hosts, transfer);
                transfer.runUntil(() -> transfer.server().application().received() > OCTETS / 2);

                // then: what opens the window is sent at once, and needs no probe
                long took = hosts.network().clock().now() - opened;
                assertThat(Duration.ofNanos(took)).isLessThan(Duration.ofSeconds(2));
                transfer.finish().assertIntact();
                hosts.assertNothingLeft();
            }
        }
    }

    @ParameterizedTest(name = "{0} paths, multipath {1}")
    @CsvSource({"1, false", "1, true", "2, true", "4, true"})
    void whenTheUpdateIsLostAProbeFindsTheWindowOpen(int paths, boolean multipath) {
        for (long seed = 1; seed <= 5; seed++) {
            try (TwoHosts hosts = hosts(seed, paths, multipath)) {
                // given
                Transfer transfer = closedFor(PAUSE, hosts);

                // when: whatever the receiver says of its window is lost
                hosts.paths().forEach(path -> path.link().cut());
                long opened = open(hosts, transfer);
                transfer.runFor(Duration.ofMillis(100));
                hosts.paths().forEach(path -> path.link().heal());
                transfer.runUntil(() -> transfer.server().application().received() > OCTETS / 2);

                // then: probes are at most 32 s apart by then
                long took = hosts.network().clock().now() - opened;
                assertThat(Duration.ofNanos(took)).isLessThan(Duration.ofSeconds(40));
                transfer.finish().assertIntact();
                hosts.assertNothingLeft();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aWindowThatStaysClosedForAnHourDoesNotEndTheConnection(boolean multipath) {
        // RFC 9293 3.8.6.1: as long as probes are answered, the connection stays open.
        try (TwoHosts hosts = hosts(1, multipath ? 2 : 1, multipath)) {
            Transfer transfer = closedFor(Duration.ofHours(1), hosts);
            assertThat(hosts.client().counters().get(Counter.WINDOW_PROBES)).isLessThan(200);

            open(hosts, transfer);

            transfer.finish().assertIntact();
            hosts.assertNothingLeft();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void oneSubflowMayDieWhileTheWindowIsClosed(long seed) {
        try (TwoHosts hosts = hosts(seed, 3, true)) {
            Transfer transfer = closedFor(PAUSE, hosts);

            hosts.path((int) (seed % 3)).link().cut();
            open(hosts, transfer);

            transfer.finish().assertIntact();
            hosts.assertNothingLeft();
        }
    }

    /** The reader has paused from the begin on, and the window has been closed for a time. */
    private static Transfer closedFor(Duration time, TwoHosts hosts) {
        Transfer transfer = hosts.begin(OCTETS, 0);
        transfer.runUntil(() -> transfer.server().connection() != null);
        transfer.server().application().setReading(false);
        transfer.runFor(time.plus(FILLING));
        // The window is told in units of 1024 octets, and the first segment may have been read.
        assertThat(transfer.server().connection().receivedOctets()).isBetween(BUFFER - 1_024L, BUFFER + 2_500L);
        return transfer;
    }

    private static long open(TwoHosts hosts, Transfer transfer) {
        transfer.server().application().setReading(true);
        return hosts.network().clock().now();
    }

    private static TwoHosts hosts(long seed, int paths, boolean multipath) {
        ConnectionSettings.Builder settings = ConnectionSettings.builder().receiveBuffer(BUFFER);
        if (!multipath) {
            settings.multipath(false);
        }
        TwoHosts.Builder builder = TwoHosts.builder(seed).both(settings.build());
        for (int i = 0; i < paths; i++) {
            builder.path(PATH.withDelay(Duration.ofMillis(10 + 15L * i)));
        }
        return builder.build();
    }
}
