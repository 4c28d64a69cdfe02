package io.mptcp4j.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.testing.ShrinkWindows;
import io.mptcp4j.testing.TwoHosts;
import io.mptcp4j.testing.TwoHosts.Transfer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A peer that takes back windows that it has offered, also when octets are on their way into them. */
class ShrinkingPeerTest {
    private static final int OCTETS = 1_000_000;
    private static final int SEEDS = 25;

    @ParameterizedTest(name = "{0} paths, multipath {1}, one per cent lost {2}")
    @CsvSource({
        "1, false, false",
        "1, false, true",
        "1, true, false",
        "2, true, false",
        "2, true, true",
        "3, true, true"
    })
    void isSurvived(int paths, boolean multipath, boolean lossy) {
        long lost = 0;
        long shrunk = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            List<ShrinkWindows> boxes = new ArrayList<>();
            try (TwoHosts hosts = hosts(seed, paths, multipath, lossy, boxes)) {
                Transfer transfer = hosts.transfer(OCTETS, 10_000).assertIntact();

                // A window is closed for 0.4 s at most, and open as often; a probe may wait some times as long.
                assertThat(transfer.duration()).as("seed %d", seed).isLessThan(Duration.ofSeconds(60));
                hosts.assertNothingLeft();
            }
            for (ShrinkWindows box : boxes) {
                lost += box.lostOctets();
                shrunk += box.shrunkWindows();
            }
        }
        // The test is of use: octets were on their way when their window was taken back.
        assertThat(shrunk).isGreaterThan(100);
        assertThat(lost).isGreaterThan(10_000);
    }

    private static TwoHosts hosts(long seed, int paths, boolean multipath, boolean lossy, List<ShrinkWindows> boxes) {
        ConnectionSettings.Builder settings = ConnectionSettings.builder().receiveBuffer(64 << 10);
        if (!multipath) {
            settings.multipath(false);
        }
        TwoHosts.Builder builder = TwoHosts.builder(seed).both(settings.build());
        for (int i = 0; i < paths; i++) {
            LinkProfile path = LinkProfile.IDEAL
                    .withRate(10_000_000)
                    .withDelay(Duration.ofMillis(10 + 20L * i))
                    .withQueuePackets(60)
                    .withLoss(lossy ? 0.01 : 0);
            ShrinkWindows box = new ShrinkWindows(seed * 10 + i);
            boxes.add(box);
            builder.path(path, box);
        }
        return builder.build();
    }
}
