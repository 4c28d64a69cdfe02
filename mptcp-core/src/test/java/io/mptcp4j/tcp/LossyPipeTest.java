package io.mptcp4j.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LossyPipeTest {
    private static final long ONE_MB = 1 << 20;

    private static void run(LossyPipe pipe, long up, long down) {
        assertThat(pipe.run(3_600)).as("both ends closed").isTrue();
        assertThat(pipe.client.failed || pipe.server.failed).isFalse();
        assertThat(pipe.server.inOrder()).isEqualTo(up);
        assertThat(pipe.client.inOrder()).isEqualTo(down);
        assertThat(pipe.client.finReceived && pipe.server.finReceived).isTrue();
        assertThat(pipe.client.tcp.outstandingOctets()).isZero();
        assertThat(pipe.server.tcp.outstandingOctets()).isZero();
    }

    @Test
    void carriesOctetsBothWaysThroughAPerfectNetwork() {
        LossyPipe pipe = new LossyPipe(1, TcpSettings.DEFAULT, ONE_MB, ONE_MB, true);
        run(pipe, ONE_MB, ONE_MB);
        assertThat(pipe.client.tcp.segmentsRetransmitted()).isZero();
        assertThat(pipe.server.tcp.segmentsRetransmitted()).isZero();
    }

    @Test
    void carriesOctetsThroughLossReorderingAndDuplicationWithSack() {
        for (int seed = 1; seed <= 60; seed++) {
            LossyPipe pipe = new LossyPipe(seed, TcpSettings.DEFAULT, ONE_MB, ONE_MB / 4, seed % 2 == 0);
            pipe.loss = seed % 6 / 100.0;
            pipe.reordering = seed % 4 / 20.0;
            pipe.duplication = seed % 3 / 50.0;
            run(pipe, ONE_MB, ONE_MB / 4);
        }
    }

    @Test
    void carriesOctetsThroughLossReorderingAndDuplicationWithoutSack() {
        TcpSettings settings =
                TcpSettings.builder().sack(false).timestamps(false).build();
        for (int seed = 1; seed <= 60; seed++) {
            LossyPipe pipe = new LossyPipe(seed, settings, ONE_MB, ONE_MB / 4, seed % 2 == 0);
            pipe.loss = seed % 6 / 100.0;
            pipe.reordering = seed % 4 / 20.0;
            pipe.duplication = seed % 3 / 50.0;
            run(pipe, ONE_MB, ONE_MB / 4);
        }
    }

    @Test
    void carriesOctetsToASlowReaderWithASmallBuffer() {
        TcpSettings settings = TcpSettings.builder()
                .windowScaling(false)
                .timeWait(Duration.ofSeconds(1))
                .build();
        for (int seed = 1; seed <= 20; seed++) {
            LossyPipe pipe = new LossyPipe(seed, settings, ONE_MB / 8, ONE_MB / 16, seed % 2 == 0);
            pipe.loss = seed % 4 / 100.0;
            pipe.server.capacity = 4_000 + 1_000 * seed;
            pipe.server.readsEachTurn = 700;
            run(pipe, ONE_MB / 8, ONE_MB / 16);
        }
    }

    @Test
    void carriesSmallUnits() {
        for (int seed = 1; seed <= 20; seed++) {
            LossyPipe pipe = new LossyPipe(
                    seed, TcpSettings.builder().nagle(seed % 2 == 0).build(), ONE_MB / 8, 0, true);
            pipe.loss = seed % 5 / 100.0;
            pipe.client.unit = 100 + 200 * seed;
            run(pipe, ONE_MB / 8, 0);
        }
    }
}
