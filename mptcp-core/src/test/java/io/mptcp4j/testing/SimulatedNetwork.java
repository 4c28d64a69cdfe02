package io.mptcp4j.testing;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.device.VirtualLink;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Hosts and the paths between them, in virtual time: nothing happens but what {@link #run} lets happen, and the same seed
 * gives the same run.
 */
public final class SimulatedNetwork implements AutoCloseable {
    /** When a simulation begins: not at 0, which is a special time in many a program. */
    public static final long BEGIN = 1_000_000_000_000L;

    private final ManualClock clock = new ManualClock(BEGIN);
    private final List<Host> hosts = new ArrayList<>();
    private final List<SimulatedPath> paths = new ArrayList<>();
    private final long seed;

    /** A network whose chances a seed decides. */
    public SimulatedNetwork(long seed) {
        this.seed = seed;
    }

    /** Makes a path that does the same in both directions; boxes in order from host A to host B. */
    public SimulatedPath join(String name, LinkProfile bothWays, Middlebox... boxes) {
        return join(name, bothWays, bothWays, boxes);
    }

    /** Makes a path; boxes in order from host A to host B. */
    public SimulatedPath join(String name, LinkProfile fromAToB, LinkProfile fromBToA, Middlebox... boxes) {
        VirtualLink link = new VirtualLink(name, fromAToB, fromBToA, 1_000_003 * seed + paths.size());
        SimulatedPath path = new SimulatedPath(link, List.of(boxes));
        paths.add(path);
        return path;
    }

    /** Adds a host. */
    public void add(Host host) {
        hosts.add(host);
    }

    /**
     * Lets time pass until {@code until}.
     *
     * @param maxSteps how many turns of all hosts at most
     * @return why it ended
     */
    public Ending run(BooleanSupplier until, int maxSteps) {
        return run(until, Long.MAX_VALUE, maxSteps);
    }

    /** Lets time pass until {@code until}, or until the time {@code endNanos}. */
    public Ending run(BooleanSupplier until, long endNanos, int maxSteps) {
        for (int step = 0; step < maxSteps; step++) {
            for (Host host : hosts) {
                host.turn(clock.now());
            }
            if (until.getAsBoolean()) {
                return Ending.DONE;
            }
            long next = Long.MAX_VALUE;
            for (Host host : hosts) {
                next = Math.min(next, host.nextDeadline());
            }
            if (next > endNanos) {
                clock.advanceTo(endNanos);
                return Ending.TIME_IS_UP;
            }
            if (next == Long.MAX_VALUE) {
                return Ending.NOTHING_LEFT;
            }
            clock.advanceTo(Math.max(clock.now(), next));
        }
        return Ending.TOO_MANY_STEPS;
    }

    /** The clock of all hosts. */
    public ManualClock clock() {
        return clock;
    }

    /** The paths in the order in which they were made. */
    public List<SimulatedPath> paths() {
        return List.copyOf(paths);
    }

    @Override
    public void close() {
        paths.forEach(SimulatedPath::close);
    }

    /** Why a run ended. */
    public enum Ending {
        /** What was waited for has happened. */
        DONE,
        /** Nothing more will ever happen. */
        NOTHING_LEFT,
        /** The time given has passed. */
        TIME_IS_UP,
        /** The number of steps given was not enough: somebody runs in a circle. */
        TOO_MANY_STEPS
    }

    /** A host that is driven by the network. */
    public interface Host {
        /** Takes what has arrived, does what is due, sends. */
        void turn(long nowNanos);

        /**
         * When the next turn is due, arrivals at the host's devices included; not after now when there is more to do at
         * once, {@code Long.MAX_VALUE} for never.
         */
        long nextDeadline();
    }
}
