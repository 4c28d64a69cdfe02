package io.mptcp4j.simulation;

import io.mptcp4j.device.LinkCounters;
import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.mptcp.congestion.CongestionGroups;
import io.mptcp4j.tcp.TcpSettings;
import io.mptcp4j.testing.BulkPair;
import io.mptcp4j.testing.BurstLoss;
import io.mptcp4j.testing.Direction;
import io.mptcp4j.testing.Middlebox;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;

/**
 * A path with one bottleneck on the way to the receiver; nothing is lost or queued on the way back.
 *
 * @param megabits the rate of the bottleneck in Mbit/s, IP headers included
 * @param rttMillis the round-trip time without a queue
 * @param queue the queue before the bottleneck in bandwidth-delay products, but never less than 8 packets
 * @param loss share of packets lost
 * @param burst how many are lost in a row on average; 1: each by itself
 * @param reordering share of packets held back
 * @param heldBack for how long, in round-trip times
 */
record PathCell(int megabits, int rttMillis, double queue, double loss, int burst, double reordering, double heldBack) {
    private static final int PACKET = 1_500;
    private static final int LEAST_QUEUE = 8 * PACKET;

    /** IPv4 and TCP with timestamps leave so much of each packet for the application. */
    private static final int PAYLOAD = PACKET - 20 - 20 - 12;

    private static final int LEAST_BUFFER = 4 << 20;
    private static final Duration SETTLED = Duration.ofSeconds(2);
    private static final Duration LONG_SETTLED = Duration.ofSeconds(5);
    private static final int SETTLED_ROUNDS = 40;
    private static final long NANOS_PER_MILLI = 1_000_000L;

    /** A path that neither loses nor reorders. */
    static PathCell clean(int megabits, int rttMillis, double queue) {
        return new PathCell(megabits, rttMillis, queue, 0, 1, 0, 0);
    }

    /** The same with loss. */
    PathCell losing(double share, int inARow) {
        return new PathCell(megabits, rttMillis, queue, share, inARow, reordering, heldBack);
    }

    /** The same with reordering. */
    PathCell reordering(double share, double roundTrips) {
        return new PathCell(megabits, rttMillis, queue, loss, burst, share, roundTrips);
    }

    @Override
    public String toString() {
        StringBuilder text =
                new StringBuilder(megabits + " Mbit/s, " + rttMillis + " ms, queue " + number(queue) + " BDP");
        if (loss > 0) {
            text.append(", loss ").append(number(100 * loss)).append(" %");
            text.append(burst > 1 ? " in bursts of " + burst : "");
        }
        if (reordering > 0) {
            text.append(", ").append(number(100 * reordering)).append(" % held back ");
            text.append(number(heldBack)).append(" RTT");
        }
        return text.toString();
    }

    private static String number(double value) {
        return BigDecimal.valueOf(value)
                .setScale(3, RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
    }

    /** Sends over the path: a while until it has settled, then as long as is measured. */
    Result run(String congestion, TcpSettings tcp, long seed) {
        BurstLoss bursts = new BurstLoss(Direction.A_TO_B, burst > 1 ? loss : 0, burst, seed);
        Middlebox[] boxes = burst > 1 ? new Middlebox[] {bursts} : new Middlebox[0];
        LinkProfile back = LinkProfile.IDEAL.withDelay(oneWay());
        try (BulkPair pair = new BulkPair(seed, settings(congestion, tcp), profile(), back, boxes)) {
            pair.run(warmUp());
            long before = pair.received();
            pair.run(measured());
            double share = (pair.received() - before) * 8.0 / measured().toNanos() * 1_000 / megabits;
            LinkCounters link = pair.path().link().endA().counters();
            return new Result(
                    share * PACKET / PAYLOAD,
                    pair.tcp().octetsSent(),
                    link.lost() + link.overflowed() + bursts.lost(),
                    pair.tcp().octetsRetransmitted(),
                    pair.count(Counter.RETRANSMISSION_TIMEOUTS));
        }
    }

    private ConnectionSettings settings(String congestion, TcpSettings tcp) {
        // Buffers never limit: it is the sender that is measured.
        int buffer = (int) Math.max(LEAST_BUFFER, 2 * (1 + queue) * productOctets());
        return ConnectionSettings.builder()
                .multipath(false)
                .congestion(CongestionGroups.byName(congestion))
                .tcp(tcp)
                .sendBuffer(buffer)
                .receiveBuffer(buffer)
                .build();
    }

    private LinkProfile profile() {
        return LinkProfile.IDEAL
                .withRate(megabits * 1_000_000L)
                .withDelay(oneWay())
                .withQueueOctets(Math.max(LEAST_QUEUE, (long) (queue * productOctets())))
                .withLoss(burst > 1 ? 0 : loss)
                .withReordering(reordering, Duration.ofNanos((long) (heldBack * rttMillis * NANOS_PER_MILLI)));
    }

    private Duration oneWay() {
        return Duration.ofMillis(rttMillis).dividedBy(2);
    }

    private double productOctets() {
        return megabits * 1_000.0 * rttMillis / 8;
    }

    private Duration warmUp() {
        long millis = (long) SETTLED_ROUNDS * rttMillis;
        return Duration.ofMillis(Math.max(SETTLED.toMillis(), Math.min(millis, LONG_SETTLED.toMillis())));
    }

    /** Quick links for a shorter time, for it is packets that cost. */
    private Duration measured() {
        if (megabits < 100) {
            return Duration.ofSeconds(megabits < 10 ? 60 : 30);
        }
        return Duration.ofSeconds(megabits < 1_000 ? 10 : 2);
    }

    /**
     * What came of it. All but the share count from the first segment on.
     *
     * @param share octets that arrived, as a share of what fits through the bottleneck: 1 is a link that carries nothing but full
     *     segments, each once
     * @param sent octets sent, retransmissions not counted
     * @param lost segments that the path lost, at random or because its queue was full
     * @param retransmitted octets sent again
     * @param timeouts retransmission timeouts
     */
    record Result(double share, long sent, long lost, long retransmitted, long timeouts) {
        /** Octets sent again for each that was sent. */
        double overhead() {
            return sent == 0 ? 0 : (double) retransmitted / sent;
        }

        /** Octets sent again for each that was lost; 1 is the best. */
        double repetition() {
            return lost == 0
                    ? (retransmitted == 0 ? 1 : Double.POSITIVE_INFINITY)
                    : (double) retransmitted / lost / PAYLOAD;
        }
    }
}
