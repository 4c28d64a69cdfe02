package io.mptcp4j.mptcp.scheduler;

import java.util.List;

/** The schedulers that come with the stack, by name. */
public final class Schedulers {
    private Schedulers() {}

    /** The names that {@link #byName} knows. */
    public static List<String> names() {
        return List.of(
                DefaultScheduler.NAME,
                LowestRttScheduler.NAME,
                BlestScheduler.NAME,
                EcfScheduler.NAME,
                RoundRobinScheduler.NAME,
                RedundantScheduler.NAME);
    }

    /**
     * The factory of the scheduler with this name.
     *
     * @throws IllegalArgumentException when there is none; the message lists those there are
     */
    public static Scheduler.Factory byName(String name) {
        return switch (name) {
            case DefaultScheduler.NAME -> DefaultScheduler::new;
            case LowestRttScheduler.NAME -> LowestRttScheduler::new;
            case BlestScheduler.NAME -> BlestScheduler::new;
            case EcfScheduler.NAME -> EcfScheduler::new;
            case RoundRobinScheduler.NAME -> RoundRobinScheduler::new;
            case RedundantScheduler.NAME -> RedundantScheduler::new;
            default -> throw new IllegalArgumentException("unknown scheduler '" + name + "'; there are " + names());
        };
    }
}
