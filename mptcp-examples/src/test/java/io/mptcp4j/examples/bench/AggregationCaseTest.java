package io.mptcp4j.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class AggregationCaseTest {
    @Test
    void aNameStandsForAllCasesThatBeginWithIt() {
        assertThat(AggregationCase.named("aggregation")).isEqualTo(AggregationCase.all());
        assertThat(AggregationCase.named("aggregation-slow")).hasSize(10);
        assertThat(AggregationCase.named("aggregation-fast-100+30")).hasSize(3);
        assertThat(AggregationCase.named("aggregation-cut")).hasSize(1);
        assertThat(AggregationCase.named("aggregation-slow-10+3-25/1-receive"))
                .singleElement()
                .satisfies(each -> assertThat(each.ends()).isEqualTo(BenchCase.Ends.KERNEL_TO_OURS));
    }

    @Test
    void halfAWordIsNoName() {
        assertThat(AggregationCase.named("aggregation-slow-10")).isEmpty();
        assertThat(AggregationCase.named("aggreg")).isEmpty();
    }

    @Test
    void noTwoCasesHaveOneName() {
        assertThat(AggregationCase.all()).extracting(AggregationCase::name).doesNotHaveDuplicates();
    }

    @Test
    void slowPathsHaveATenthForHeadersAndNearlyHalfASecond() {
        AggregationCase twenty = only("aggregation-slow-10+10-0/0-send");
        AggregationCase thirteen = only("aggregation-slow-10+3-1/25-send");

        assertThat(twenty.bound()).isCloseTo(7.906, within(0.001));
        assertThat(thirteen.bound()).isCloseTo(11.921, within(0.001));
        assertThat(twenty.passes(7.90)).isTrue();
        assertThat(twenty.passes(7.91)).isFalse();
    }

    @Test
    void fastPathsCarryAtLeastAShareAndACutStopsForATimeAtMost() {
        assertThat(only("aggregation-fast-100+30-0/0-send").passes(0.95)).isTrue();
        assertThat(only("aggregation-fast-100+30-0/0-send").passes(0.94)).isFalse();
        assertThat(only("aggregation-cut").passes(200)).isTrue();
        assertThat(only("aggregation-cut").passes(201)).isFalse();
    }

    private static AggregationCase only(String name) {
        assertThat(AggregationCase.named(name)).hasSize(1);
        return AggregationCase.named(name).get(0);
    }
}
