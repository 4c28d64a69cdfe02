package io.mptcp4j.mptcp.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SchedulersTest {
    @Test
    void eachNameGivesTheSchedulerThatBearsIt() {
        assertThat(Schedulers.names())
                .contains("default", "lowest-rtt", "blest", "ecf", "round-robin", "redundant")
                .allSatisfy(name ->
                        assertThat(Schedulers.byName(name).create().name()).isEqualTo(name));
    }

    @Test
    void anUnknownNameIsAnsweredWithThoseThereAre() {
        assertThatThrownBy(() -> Schedulers.byName("fastest"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("round-robin");
    }

    @Test
    void onlyTheRedundantOneCopiesAndNotOnBackupsThatStandBy() {
        for (String name : Schedulers.names()) {
            Scheduler scheduler = Schedulers.byName(name).create();
            assertThat(scheduler.copies(View.of(10, 10, 10))).as(name).isEqualTo(name.equals("redundant"));
            assertThat(scheduler.copies(View.backup(10, 10, 10, false)))
                    .as(name)
                    .isFalse();
        }
    }
}
