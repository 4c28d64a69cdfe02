package io.mptcp4j.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
    @Test
    void reservesUpToTheLimitAndNotBeyond() {
        MemoryBudget budget = new MemoryBudget(100);

        assertThat(budget.tryReserve(60)).isTrue();
        assertThat(budget.tryReserve(41)).isFalse();
        assertThat(budget.tryReserve(40)).isTrue();
        assertThat(budget.used()).isEqualTo(100);
    }

    @Test
    void whatIsReleasedCanBeReservedAgain() {
        MemoryBudget budget = new MemoryBudget(100);
        budget.tryReserve(100);

        budget.release(30);

        assertThat(budget.tryReserve(31)).isFalse();
        assertThat(budget.tryReserve(30)).isTrue();
    }

    @Test
    void headroomIsLeftForOthers() {
        MemoryBudget budget = new MemoryBudget(100);

        assertThat(budget.tryReserve(81, 20)).isFalse();
        assertThat(budget.tryReserve(80, 20)).isTrue();
        assertThat(budget.tryReserve(20)).isTrue();
    }

    @Test
    void absurdRequestsAreRefused() {
        MemoryBudget budget = new MemoryBudget(100);
        budget.tryReserve(1);

        assertThat(budget.tryReserve(Long.MAX_VALUE, Long.MAX_VALUE)).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> new MemoryBudget(-1));
    }

    @Test
    void threadsThatReserveAndReleaseLeaveNothingBehind() throws InterruptedException {
        MemoryBudget budget = new MemoryBudget(1000);
        Runnable work = () -> {
            for (int i = 0; i < 100_000; i++) {
                int octets = 1 + i % 700;
                if (budget.tryReserve(octets)) {
                    budget.release(octets);
                }
            }
        };
        Thread other = new Thread(work);

        other.start();
        work.run();
        other.join();

        assertThat(budget.used()).isZero();
    }
}
