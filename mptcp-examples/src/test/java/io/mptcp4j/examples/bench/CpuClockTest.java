package io.mptcp4j.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CpuClockTest {
    @Test
    void idleAndStolenTimeDoNotCount() {
        // user nice system idle iowait irq softirq steal guest guest_nice, in hundredths of a second
        long worked = CpuClock.parse("cpu  100 20 3 900000 80000 4 50 70000 60000 5000");

        assertThat(worked).isEqualTo(1_770_000_000L);
    }

    @Test
    void timeSinceAnEarlierReadingIsTheDifference() {
        CpuClock since = new CpuClock(700, 60).since(new CpuClock(500, 50));

        assertThat(since).isEqualTo(new CpuClock(200, 10));
    }
}
