package io.mptcp4j.examples.bench;

import io.mptcp4j.examples.bench.AggregationResult.Figures;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Makes one run of a case of aggregation: hosts, links and connections, what they carry, and all away again. */
final class AggregationRunner implements AutoCloseable {
    private static final double WARM_UP_SHARE = 0.25;
    private static final double BEFORE_CUT_SECONDS = 1;
    private static final double AFTER_CUT_SECONDS = 1.5;
    private static final double PATIENCE_SECONDS = 60;
    // Ten times the bound.
    private static final double SLOWEST = 10;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double NANOS_PER_MILLI = 1e6;

    private final String congestion;
    private final ScheduledExecutorService watchdog = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "bench-watchdog");
        thread.setDaemon(true);
        return thread;
    });

    /** With this congestion control at the kernel's ends. */
    AggregationRunner(String congestion) {
        this.congestion = congestion;
    }

    /** How long a stream goes on before its octets count for so many seconds. */
    static double warmUp(double seconds) {
        return seconds * WARM_UP_SHARE;
    }

    /**
     * Runs a case once.
     *
     * @param run which run it is: they cut one path and the other by turns
     * @param seconds how long octets are counted in a fast case
     */
    Figures run(AggregationCase benchCase, int run, double seconds) throws BenchFailure, InterruptedException {
        try {
            return switch (benchCase.kind()) {
                case SLOW -> transfer(benchCase);
                case FAST -> share(benchCase, seconds);
                case CUT -> cut(benchCase, run % PathPair.PATHS);
            };
        } catch (IOException e) {
            throw CaseRunner.failure(e);
        }
    }

    @Override
    public void close() {
        watchdog.shutdownNow();
    }

    private Figures transfer(AggregationCase benchCase) throws IOException, BenchFailure, InterruptedException {
        boolean weSend = benchCase.ends() == BenchCase.Ends.OURS_TO_KERNEL;
        long ours = weSend ? AggregationCase.MANY : AggregationCase.FEW;
        long peers = weSend ? AggregationCase.FEW : AggregationCase.MANY;
        ShapedTuns tuns = new ShapedTuns(benchCase.paths(), weSend, peers, congestion, 0, 1);
        return within(SLOWEST * benchCase.bound(), tuns, () -> {
            tuns.open();
            ShapedTuns.Times times = tuns.exchange(ours, peers);
            tuns.check();
            return new Figures(times.nanos() / NANOS_PER_SECOND, List.of(times.nanosFromConnect() / NANOS_PER_SECOND));
        });
    }

    private Figures share(AggregationCase benchCase, double seconds)
            throws IOException, BenchFailure, InterruptedException {
        double first = megabits(benchCase, seconds, 0);
        double second = megabits(benchCase, seconds, 1);
        double together = megabits(benchCase, seconds, 0, 1);
        if (first <= 0 || second <= 0) {
            throw new BenchFailure("nothing arrived over one path alone");
        }
        return new Figures(together / (first + second), List.of(together, first, second));
    }

    private double megabits(AggregationCase benchCase, double seconds, int... which)
            throws IOException, BenchFailure, InterruptedException {
        ShapedConnection connection = connection(benchCase, which);
        return within(warmUp(seconds) + seconds, connection, () -> {
            connection.open();
            connection.begin();
            Waiting.seconds(warmUp(seconds));
            connection.look();
            Meter.Interval seen = lookAfter(connection, seconds);
            connection.check();
            return seen.megabitsPerSecond();
        });
    }

    private Figures cut(AggregationCase benchCase, int path) throws IOException, BenchFailure, InterruptedException {
        ShapedTuns tuns = new ShapedTuns(benchCase.paths(), true, PathsPeer.NOTHING, congestion, 0, 1);
        return within(BEFORE_CUT_SECONDS + AFTER_CUT_SECONDS, tuns, () -> {
            tuns.open();
            tuns.check();
            tuns.begin();
            Waiting.seconds(BEFORE_CUT_SECONDS / 2);
            tuns.look();
            Meter.Interval before = lookAfter(tuns, BEFORE_CUT_SECONDS / 2);
            tuns.cut(path);
            Waiting.seconds(AFTER_CUT_SECONDS);
            Meter.Interval after = tuns.look();
            if (before.octets() == 0) {
                throw new BenchFailure("nothing arrived before the cut");
            }
            return new Figures(
                    after.longestGapNanos() / NANOS_PER_MILLI, List.of(before.longestGapNanos() / NANOS_PER_MILLI));
        });
    }

    /** What arrived in so many seconds, or in a few times that, when nothing has: a busy machine may have had no time for it. */
    private static Meter.Interval lookAfter(ShapedConnection connection, double seconds)
            throws IOException, BenchFailure, InterruptedException {
        Waiting.seconds(seconds);
        Meter.Interval seen = connection.look();
        long patience = seen.nanos() + (long) (PATIENCE_SECONDS / 2 * NANOS_PER_SECOND);
        while (seen.octets() == 0 && seen.nanos() < patience) {
            Waiting.seconds(seconds);
            Meter.Interval more = connection.look();
            seen = new Meter.Interval(
                    more.octets(),
                    seen.nanos() + more.nanos(),
                    Math.max(seen.longestGapNanos(), more.longestGapNanos()));
        }
        return seen;
    }

    private ShapedConnection connection(AggregationCase benchCase, int... which) throws IOException {
        return switch (benchCase.ends()) {
            case OURS_TO_KERNEL -> new ShapedTuns(benchCase.paths(), true, PathsPeer.NOTHING, congestion, which);
            case KERNEL_TO_OURS -> new ShapedTuns(benchCase.paths(), false, PathsPeer.ENDLESS, congestion, which);
            default -> new ShapedVeths(benchCase.paths(), congestion, which);
        };
    }

    /** What is done with a connection. */
    private interface Work<T> {
        T run() throws IOException, BenchFailure, InterruptedException;
    }

    /** Does it, closes the connection, and fails when it takes a minute longer than so many seconds. */
    private <T> T within(double seconds, ShapedConnection connection, Work<T> work)
            throws IOException, BenchFailure, InterruptedException {
        long limit = (long) ((seconds + PATIENCE_SECONDS) * TimeUnit.SECONDS.toMillis(1));
        ScheduledFuture<?> alarm = watchdog.schedule(connection::close, limit, TimeUnit.MILLISECONDS);
        try (connection) {
            return work.run();
        } catch (IOException | BenchFailure e) {
            if (alarm.isDone()) {
                throw new BenchFailure("no end after " + limit + " ms");
            }
            throw e;
        } finally {
            alarm.cancel(false);
        }
    }
}
