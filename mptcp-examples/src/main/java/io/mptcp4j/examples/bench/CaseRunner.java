package io.mptcp4j.examples.bench;

import io.mptcp4j.examples.kernel.Namespace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Makes one run of a case: hosts and links, a transfer, what the kernel's counters say of it, and all away again. */
final class CaseRunner implements AutoCloseable {
    private static final long PATIENCE_MILLIS = 60_000;

    private final String congestion;
    private final ScheduledExecutorService watchdog = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "bench-watchdog");
        thread.setDaemon(true);
        return thread;
    });

    /** With this congestion control at the kernel's ends. */
    CaseRunner(String congestion) {
        this.congestion = congestion;
    }

    /** Runs a case for about so many seconds. */
    Sample run(BenchCase benchCase, double seconds) throws BenchFailure {
        try (Topology topology = open(benchCase)) {
            long limit = (long) (seconds * 1000) + PATIENCE_MILLIS;
            ScheduledFuture<?> alarm = watchdog.schedule(topology::close, limit, TimeUnit.MILLISECONDS);
            try {
                Topology.Outcome outcome = topology.transfer(seconds);
                check(benchCase, outcome);
                return sample(benchCase, outcome);
            } catch (IOException | BenchFailure e) {
                throw alarm.isDone() ? new BenchFailure("no end after " + limit + " ms") : failure(e);
            } finally {
                alarm.cancel(false);
            }
        } catch (IOException e) {
            throw failure(e);
        }
    }

    @Override
    public void close() {
        watchdog.shutdownNow();
    }

    private Topology open(BenchCase benchCase) throws IOException {
        return benchCase.ends().isOurs() ? new TunPaths(benchCase, congestion) : new KernelPair(benchCase, congestion);
    }

    private static Sample sample(BenchCase benchCase, Topology.Outcome outcome) throws IOException {
        List<Long> pathOctets = new ArrayList<>();
        for (int path = 0; path < benchCase.paths(); path++) {
            pathOctets.add(outcome.host().octetsOn(Addresses.interfaceName(path)));
        }
        return new Sample(
                outcome.octets(),
                outcome.nanos(),
                outcome.worked().machineNanos(),
                outcome.worked().ownNanos(),
                outcome.kernel().subflows(),
                pathOctets);
    }

    /** A figure counts only if it is of the connection that the case is about. */
    private static void check(BenchCase benchCase, Topology.Outcome outcome) throws IOException, BenchFailure {
        if (outcome.octets() <= 0 || outcome.nanos() <= 0) {
            throw new BenchFailure("nothing arrived");
        }
        if (!benchCase.ends().isMptcp()) {
            return;
        }
        if (outcome.kernel().fallback()) {
            throw new BenchFailure("the connection fell back to TCP");
        }
        if (outcome.kernel().subflows() != benchCase.paths()) {
            throw new BenchFailure(
                    "the kernel saw " + outcome.kernel().subflows() + " subflows instead of " + benchCase.paths());
        }
        checkCounters(outcome.host(), benchCase.paths());
    }

    /** Fails unless the kernel counted the joins that so many paths need, and no fallback. */
    static void checkCounters(Namespace host, int paths) throws IOException, BenchFailure {
        Map<String, Long> counters = host.counters();
        long joins =
                counters.getOrDefault("MPTcpExtMPJoinAckRx", 0L) + counters.getOrDefault("MPTcpExtMPJoinSynAckRx", 0L);
        if (joins != paths - 1) {
            throw new BenchFailure("the kernel counted " + joins + " joins instead of " + (paths - 1));
        }
        for (String name : List.of(
                "MPTcpExtMPCapableFallbackACK",
                "MPTcpExtMPCapableFallbackSYNACK",
                "MPTcpExtDataCsumErr",
                "MPTcpExtInfiniteMapRx",
                "MPTcpExtMPFailRx")) {
            if (counters.getOrDefault(name, 0L) != 0) {
                throw new BenchFailure("the kernel counted " + counters.get(name) + " of " + name);
            }
        }
    }

    static BenchFailure failure(Exception cause) {
        if (cause instanceof BenchFailure already) {
            return already;
        }
        String message = cause.getMessage();
        BenchFailure failure = new BenchFailure(message != null ? message : cause.toString());
        failure.initCause(cause);
        return failure;
    }
}
