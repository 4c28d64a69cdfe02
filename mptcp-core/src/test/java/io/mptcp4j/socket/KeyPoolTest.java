package io.mptcp4j.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.wire.mptcp.MptcpCrypto;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KeyPoolTest {
    private final AtomicLong ahead = new AtomicLong();
    private final AtomicLong atOnce = new AtomicLong(-1);

    @Test
    void givesEachKeyOnceAndFillsUpAgain() {
        try (KeyPool pool =
                new KeyPool("keys", crypto -> ahead.incrementAndGet(), crypto -> atOnce.getAndDecrement())) {
            pool.start();
            for (long key = 1; key <= 3 * KeyPool.CAPACITY; key++) {
                while (pool.size() == 0) {
                    Thread.yield();
                }
                assertThat(pool.draw(MptcpCrypto.SHA256)).isEqualTo(key);
            }
            assertThat(atOnce).hasValue(-1);
        }
    }

    @Test
    void holdsSoManyAndNoMore() {
        try (KeyPool pool = new KeyPool("keys", crypto -> ahead.incrementAndGet(), crypto -> 0)) {
            pool.start();
            while (!pool.isResting()) {
                Thread.yield();
            }
            for (int i = 0; i < KeyPool.CAPACITY / 4; i++) {
                pool.draw(MptcpCrypto.SHA256);
            }

            // then: it rests until half of the keys are gone
            assertThat(pool.size()).isEqualTo(KeyPool.CAPACITY - KeyPool.CAPACITY / 4);
            assertThat(ahead).hasValue(KeyPool.CAPACITY);
        }
    }

    @Test
    void anEmptyPoolHoldsNobodyUp() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        try (KeyPool pool = new KeyPool("keys", crypto -> await(never), crypto -> atOnce.getAndDecrement())) {
            pool.start();

            assertThat(pool.draw(MptcpCrypto.SHA256)).isEqualTo(-1);
            assertThat(pool.draw(MptcpCrypto.SHA1)).isEqualTo(-2);
            never.countDown();
        }
    }

    private static long await(CountDownLatch latch) {
        try {
            latch.await(100, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }
}
