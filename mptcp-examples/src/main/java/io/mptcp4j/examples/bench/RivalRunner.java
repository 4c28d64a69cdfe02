package io.mptcp4j.examples.bench;

import io.mptcp4j.congestion.CongestionControllers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Lets one sender after the other have a path of a case. */
final class RivalRunner implements AutoCloseable {
    private static final long PATIENCE_MILLIS = 60_000;
    private static final double BITS_PER_NANO_IN_MEGABITS = 8_000;

    private final String congestion;
    private final Path program;
    private final ScheduledExecutorService watchdog = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "bench-watchdog");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * With this congestion control at the kernel's ends, and at ours where we have it.
     *
     * @param program sends too, where it is plain TCP; null for none
     */
    RivalRunner(String congestion, Path program) {
        this.congestion = congestion;
        this.program = program;
    }

    /** What we use beside this congestion control of the kernel's. */
    static String ours(String congestion) {
        return CongestionControllers.names().contains(congestion)
                ? congestion
                : CongestionControllers.names().get(0);
    }

    /** All send for about so many seconds; each has a path of its own, for nothing may be left of the one before. */
    RivalResult.Run run(RivalCase rivalCase, double seconds) throws BenchFailure {
        double ours = megabits(rivalCase, seconds, path -> path.sendByOurs(ours(congestion), seconds));
        double kernels = megabits(rivalCase, seconds, path -> path.sendByKernel(seconds));
        double programs = program == null || rivalCase.mptcp()
                ? Double.NaN
                : megabits(rivalCase, seconds, path -> path.sendByProgram(program, seconds));
        return new RivalResult.Run(ours, kernels, programs);
    }

    @Override
    public void close() {
        watchdog.shutdownNow();
    }

    private double megabits(RivalCase rivalCase, double seconds, Sending sending) throws BenchFailure {
        long limit = (long) (seconds * TimeUnit.SECONDS.toMillis(1)) + PATIENCE_MILLIS;
        try (RivalPath path = new RivalPath(rivalCase, congestion)) {
            ScheduledFuture<?> alarm = watchdog.schedule(path::close, limit, TimeUnit.MILLISECONDS);
            try {
                KernelPeer.Report report = sending.over(path);
                return report.octets() * BITS_PER_NANO_IN_MEGABITS / report.nanos();
            } catch (IOException | BenchFailure e) {
                throw alarm.isDone() ? new BenchFailure("no end after " + limit + " ms") : CaseRunner.failure(e);
            } finally {
                alarm.cancel(false);
            }
        } catch (IOException e) {
            throw CaseRunner.failure(e);
        }
    }

    /** Who sends. */
    private interface Sending {
        KernelPeer.Report over(RivalPath path) throws IOException, BenchFailure;
    }
}
