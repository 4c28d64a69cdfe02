package io.mptcp4j.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Which segments the scoreboard judges lost (RFC 6675 4, IsLost). */
class ScoreboardTest {
    private static final int SMSS = 1_000;

    private final RetransmissionQueue queue = new RetransmissionQueue();
    private int end;

    private void send(int segments, int size) {
        for (int i = 0; i < segments; i++) {
            queue.append(end, size, end, size, 0);
            end += size;
        }
    }

    private void report(int left, int right) {
        queue.sack(left, right, left);
        queue.judgeLost(SMSS);
    }

    @Test
    void threeSegmentsBehindAHoleMakeALossAndTwoDoNot() {
        send(5, 400);

        report(400, 1_200);
        assertThat(queue.lostOctets()).isZero();
        report(1_200, 1_600);
        assertThat(queue.lostOctets()).isEqualTo(400);
        assertThat(queue.nextLost().seq).isZero();
    }

    @Test
    void threeThatDoNotFollowEachOtherCountAsWell() {
        send(8, 400);

        report(800, 1_200);
        report(1_600, 2_000);
        assertThat(queue.lostOctets()).isZero();
        report(2_400, 2_800);

        // The two before the first of them; behind the others are fewer.
        assertThat(queue.lostOctets()).isEqualTo(800);
    }

    @Test
    void moreOctetsThanTwoFullSegmentsMakeALossToo() {
        send(1, SMSS);
        send(2, SMSS + 1);
        report(SMSS, 2 * SMSS + 1);
        assertThat(queue.lostOctets()).isZero();

        report(SMSS, 3 * SMSS + 2);

        assertThat(queue.lostOctets()).isEqualTo(SMSS);
    }
}
