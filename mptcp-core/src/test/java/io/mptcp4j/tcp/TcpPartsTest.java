package io.mptcp4j.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The parts of a connection by themselves, some against a plain model. */
class TcpPartsTest {
    private static final long MS = 1_000_000L;

    @Test
    void theTimeoutFollowsTheStandardsFormulas() {
        // RFC 6298 2.2, 2.3.
        RttEstimator rtt = new RttEstimator(TcpSettings.DEFAULT);
        assertThat(rtt.timeout()).isEqualTo(1_000 * MS);

        rtt.onSample(100 * MS, 0);
        assertThat(rtt.smoothed()).isEqualTo(100 * MS);
        assertThat(rtt.variance()).isEqualTo(50 * MS);
        assertThat(rtt.timeout()).isEqualTo(300 * MS);
        rtt.onSample(200 * MS, 0);
        assertThat(rtt.variance()).isEqualTo(62_500_000);
        assertThat(rtt.smoothed()).isEqualTo(112_500_000);
        assertThat(rtt.timeout()).isEqualTo(362_500_000);
        assertThat(rtt.minimum()).isEqualTo(100 * MS);
    }

    @Test
    void theTimeoutDoublesUpToItsBoundAndASampleEndsThat() {
        RttEstimator rtt = new RttEstimator(TcpSettings.DEFAULT);
        rtt.onSample(100 * MS, 0);
        rtt.backOff();
        assertThat(rtt.timeout()).isEqualTo(600 * MS);
        for (int i = 0; i < 40; i++) {
            rtt.backOff();
        }
        assertThat(rtt.timeout()).isEqualTo(120_000 * MS);
        rtt.onSample(100 * MS, 0);
        assertThat(rtt.timeout()).isLessThan(301 * MS);
    }

    @Test
    void theEarliestTimerIsNext() {
        TcpTimers timers = new TcpTimers();
        timers.set(TcpTimers.Timer.KEEP_ALIVE, 100);
        timers.set(TcpTimers.Timer.DELAYED_ACK, 40);
        assertThat(timers.next()).isEqualTo(40);
        timers.set(TcpTimers.Timer.DELAYED_ACK, 150);
        assertThat(timers.next()).isEqualTo(100);
        assertThat(timers.expire(TcpTimers.Timer.KEEP_ALIVE, 99)).isFalse();
        assertThat(timers.expire(TcpTimers.Timer.KEEP_ALIVE, 100)).isTrue();
        assertThat(timers.next()).isEqualTo(150);
        timers.cancel(TcpTimers.Timer.DELAYED_ACK);
        assertThat(timers.next()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void settingsOutOfRangeAreRefusedWithTheReason() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TcpSettings.builder().windowShift(15).build())
                .withMessageContaining("0 to 14");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        TcpSettings.builder().delayedAck(Duration.ofMillis(500)).build())
                .withMessageContaining("0.5 s");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TcpSettings.builder().maximumSegmentSize(10).build())
                .withMessageContaining("88");
        assertThat(TcpSettings.builder().build()).isEqualTo(TcpSettings.DEFAULT);
        assertThat(TcpSettings.DEFAULT.toBuilder().build()).isEqualTo(TcpSettings.DEFAULT);
    }

    @Test
    void rangesAgreeWithAModel() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            int base = random.nextInt();
            ReceivedRanges ranges = new ReceivedRanges();
            boolean[] model = new boolean[600];
            for (int i = 0; i < 100; i++) {
                int from = random.nextInt(550);
                int to = from;
                while (to < from + 20 && !model[to]) {
                    model[to++] = true;
                }
                if (to > from) {
                    ranges.add(base + from, base + to);
                }
            }
            assertThat(print(ranges, base)).isEqualTo(print(model));
        }
    }

    private static String print(ReceivedRanges ranges, int base) {
        StringBuilder text = new StringBuilder();
        for (ReceivedRange range = ranges.first(); range != null; range = range.next()) {
            text.append(range.seq - base).append('-').append(range.right - base).append(' ');
        }
        return text.toString();
    }

    private static String print(boolean[] model) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < model.length; i++) {
            if (model[i] && (i == 0 || !model[i - 1])) {
                text.append(i).append('-');
            }
            if (!model[i] && i > 0 && model[i - 1]) {
                text.append(i).append(' ');
            }
        }
        return text.toString();
    }

    @Test
    void theScoreboardAgreesWithAModel() {
        for (int seed = 0; seed < 300; seed++) {
            new QueueModel(seed).run();
        }
    }

    /** A queue of records beside an array with the fate of each octet. */
    private static final class QueueModel {
        private static final int SEGMENT = 10;

        private final Random random;
        private final RetransmissionQueue queue = new RetransmissionQueue();
        private final TreeMap<Integer, Long> positions = new TreeMap<>();
        private final int base;
        private int una;
        private int next;

        QueueModel(int seed) {
            random = new Random(seed);
            base = random.nextInt();
        }

        void run() {
            for (int i = 0; i < 300; i++) {
                switch (random.nextInt(6)) {
                    case 0, 1 -> append();
                    case 2 -> acknowledge();
                    case 3, 4 -> sack();
                    default -> lose();
                }
                check();
            }
            queue.acknowledge(base + next);
            assertThat(queue.isEmpty()).isTrue();
            assertThat(queue.totalOctets() + queue.sackedOctets() + queue.lostOctets() + queue.pipe())
                    .isZero();
            assertThat(queue.lowestPosition()).isEqualTo(Long.MAX_VALUE);
        }

        private void append() {
            int length = 1 + random.nextInt(100);
            long position = random.nextInt(100_000);
            queue.append(base + next, length, position, SEGMENT, 0);
            for (int k = 0; k < length; k++) {
                positions.put(next + k, position + k);
            }
            next += length;
        }

        private void acknowledge() {
            una += random.nextInt(Math.min(60, next - una) + 1);
            queue.acknowledge(base + una);
            positions.headMap(una).clear();
        }

        private void sack() {
            if (next - una < 3) {
                return;
            }
            int left = una + 1 + random.nextInt(next - una - 2);
            int right = left + 1 + random.nextInt(next - left);
            long before = queue.sackedOctets();
            long delivered = queue.sack(base + left, base + right, base + left);
            assertThat(queue.sackedOctets() - before).isEqualTo(delivered);
            assertThat(delivered).isLessThanOrEqualTo(right - left);
            queue.judgeLost(SEGMENT);
        }

        private void lose() {
            if (random.nextInt(8) == 0) {
                queue.clearSacked();
                queue.markTimedOut(Long.MAX_VALUE);
            }
            SendRecord record = queue.nextLost();
            if (record != null) {
                if (record.length > SEGMENT) {
                    queue.split(record, SEGMENT);
                }
                queue.markRetransmitted(record, SEGMENT, 0);
            }
        }

        private void check() {
            long total = 0;
            long sacked = 0;
            long lost = 0;
            long unsent = 0;
            long again = 0;
            int at = base + una;
            for (SendRecord record = queue.head(); record != null; record = record.next()) {
                assertThat(record.seq).isEqualTo(at);
                assertThat(record.position).isEqualTo(positions.get(at - base));
                assertThat(record.sacked && record.lost).isFalse();
                at = record.end();
                total += record.length;
                sacked += record.sacked ? record.length : 0;
                lost += record.lost ? record.length : 0;
                unsent += record.lost && !record.retransmitted ? record.length : 0;
                again += record.retransmitted ? record.length : 0;
            }
            assertThat(at).isEqualTo(base + next);
            assertThat(queue.totalOctets()).isEqualTo(total);
            assertThat(queue.sackedOctets()).isEqualTo(sacked);
            assertThat(queue.lostOctets()).isEqualTo(lost);
            assertThat(queue.lostUnsentOctets()).isEqualTo(unsent);
            assertThat(queue.pipe()).isEqualTo(total - sacked - lost + again);
            long lowest =
                    positions.values().stream().mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE);
            assertThat(queue.lowestPosition()).isEqualTo(lowest);
        }
    }
}
