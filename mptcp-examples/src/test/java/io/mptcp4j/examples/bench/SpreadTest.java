package io.mptcp4j.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class SpreadTest {
    @Test
    void theMedianOfAnOddNumberOfFiguresIsTheOneInTheMiddle() {
        assertThat(Spread.of(9, 1, 5)).isEqualTo(new Spread(5, 1, 9));
    }

    @Test
    void theMedianOfAnEvenNumberOfFiguresIsTheMeanOfTheTwoInTheMiddle() {
        assertThat(Spread.of(4, 1, 2, 100)).isEqualTo(new Spread(3, 1, 100));
    }

    @Test
    void oneFigureIsItsOwnSpread() {
        assertThat(Spread.of(7)).isEqualTo(new Spread(7, 7, 7));
    }

    @Test
    void theFiguresGivenKeepTheirOrder() {
        double[] figures = {3, 1, 2};

        Spread.of(figures);

        assertThat(figures).containsExactly(3, 1, 2);
    }

    @Test
    void thereIsNoSpreadOfNothing() {
        assertThatIllegalArgumentException().isThrownBy(Spread::of);
    }
}
