package io.mptcp4j.examples.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How long the processors have worked.
 *
 * @param machineNanos all of them, for all processes and interrupts: user, nice, system, irq and softirq of {@code
 *     /proc/stat}; idle time and what a hypervisor took away do not count
 * @param ownNanos for this process, in its own code and in the kernel
 */
record CpuClock(long machineNanos, long ownNanos) {
    // USER_HZ, which is 100 on every architecture that a JDK 17 runs on.
    private static final long TICK_NANOS = 10_000_000;
    private static final Path STAT = Path.of("/proc/stat");

    static CpuClock now() throws IOException {
        return new CpuClock(parse(Files.readAllLines(STAT).get(0)), ownCpuNanos());
    }

    CpuClock since(CpuClock earlier) {
        return new CpuClock(machineNanos - earlier.machineNanos, ownNanos - earlier.ownNanos);
    }

    /** The working time in the first line of {@code /proc/stat}, in nanoseconds. */
    static long parse(String line) {
        // cpu user nice system idle iowait irq softirq steal guest guest_nice
        String[] fields = line.trim().split("\\s+");
        long ticks = 0;
        for (int i : new int[] {1, 2, 3, 6, 7}) {
            ticks += Long.parseLong(fields[i]);
        }
        return ticks * TICK_NANOS;
    }

    private static long ownCpuNanos() {
        return ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .map(java.time.Duration::toNanos)
                .orElse(0L);
    }
}
