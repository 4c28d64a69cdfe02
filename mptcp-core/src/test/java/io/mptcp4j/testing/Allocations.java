package io.mptcp4j.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * What work allocates each time that it is done, apart from what the JVM leaves when it is done for the first times: when it
 * compiles a method of a class first it makes, in the thread that ran it, strings of the constants of that class (2,248 octets
 * for Netty's allocator). When that happens, nobody knows; on a busy machine it may be late. But it ends, and what the work itself
 * allocates comes back.
 */
public final class Allocations {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int CLEAN_ROUNDS = 3;
    private static final int MOST_ROUNDS = 20;

    private Allocations() {}

    /** The octets that this thread has allocated since it began. */
    public static long soFar() {
        return THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    /** Fails when a round of the work, done often enough to be warm, never comes to allocate nothing for several rounds on end. */
    public static void assertNoneIn(Runnable round) {
        assertNoneTold(() -> {
            long before = soFar();
            round.run();
            return soFar() - before;
        });
    }

    /** The same for rounds that tell by themselves how many octets they have allocated. */
    public static void assertNoneTold(LongSupplier round) {
        List<Long> rounds = new ArrayList<>();
        int clean = 0;
        while (clean < CLEAN_ROUNDS && rounds.size() < MOST_ROUNDS) {
            long allocated = round.getAsLong();
            rounds.add(allocated);
            clean = allocated == 0 ? clean + 1 : 0;
        }
        assertThat(clean)
                .as("rounds on end that allocated nothing; octets of each round: %s", rounds)
                .isEqualTo(CLEAN_ROUNDS);
    }
}
