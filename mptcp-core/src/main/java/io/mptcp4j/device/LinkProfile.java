package io.mptcp4j.device;

import java.time.Duration;
import java.util.Objects;

/**
 * What one direction of a {@link VirtualLink} does to packets. Start from {@link #IDEAL} and change what differs:
 *
 * <pre>{@code
 * LinkProfile lte = LinkProfile.IDEAL.withRate(20_000_000).withDelay(Duration.ofMillis(25)).withLoss(0.001);
 * }</pre>
 *
 * @param bitsPerSecond how fast packets leave the queue; {@link #UNLIMITED} for at once
 * @param delay one-way propagation delay, not negative
 * @param loss share of packets lost at random, 0 to 1
 * @param queueOctets octets that may wait to leave, the packet on its way out included; what comes on top is dropped
 *     (drop-tail); {@link #UNLIMITED} for no limit
 * @param queuePackets the same limit in packets; {@link #UNLIMITED_PACKETS} for no limit
 * @param reordering share of packets held back by {@code reorderingDelay}, so that later ones overtake them, 0 to 1
 * @param reorderingDelay for how long such a packet is held back, not negative
 * @param duplication share of packets that arrive twice, 0 to 1
 * @param mtu the largest IP packet in octets, 576 to 65535; larger ones are lost
 * @param markingOctets octets that wait in the queue from which on packets that may be are marked (RFC 3168 5: CE);
 *     {@link #UNLIMITED} for never
 */
public record LinkProfile(
        long bitsPerSecond,
        Duration delay,
        double loss,
        long queueOctets,
        int queuePackets,
        double reordering,
        Duration reorderingDelay,
        double duplication,
        int mtu,
        long markingOctets) {
    // Before IDEAL, whose checks need it.
    private static final Duration LONGEST_DELAY = Duration.ofHours(1);

    /** No limit of rate or of octets in the queue. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    /** No limit of packets in the queue. */
    public static final int UNLIMITED_PACKETS = Integer.MAX_VALUE;

    /** Any rate, no delay, nothing lost, 1500 octets. */
    public static final LinkProfile IDEAL = new LinkProfile(
            UNLIMITED, Duration.ZERO, 0, UNLIMITED, UNLIMITED_PACKETS, 0, Duration.ZERO, 0, 1500, UNLIMITED);

    private static final int SMALLEST_MTU = 576;
    private static final int LARGEST_MTU = 65_535;

    /** Checks every part. */
    public LinkProfile {
        checkDelay("delay", delay);
        checkDelay("reorderingDelay", reorderingDelay);
        checkShare("loss", loss);
        checkShare("reordering", reordering);
        checkShare("duplication", duplication);
        if (bitsPerSecond < 1) {
            throw new IllegalArgumentException("bitsPerSecond is above 0: " + bitsPerSecond);
        }
        if (queueOctets < 1 || queuePackets < 1 || markingOctets < 1) {
            throw new IllegalArgumentException("a queue holds 1 or more: " + queueOctets + ", " + queuePackets);
        }
        if (mtu < SMALLEST_MTU || mtu > LARGEST_MTU) {
            throw new IllegalArgumentException("mtu is " + SMALLEST_MTU + " to " + LARGEST_MTU + ": " + mtu);
        }
    }

    /** The same with another rate, in bits a second. */
    public LinkProfile withRate(long newBitsPerSecond) {
        Draft draft = new Draft(this);
        draft.bitsPerSecond = newBitsPerSecond;
        return draft.build();
    }

    /** The same with another one-way delay. */
    public LinkProfile withDelay(Duration newDelay) {
        Draft draft = new Draft(this);
        draft.delay = newDelay;
        return draft.build();
    }

    /** The same with another share of lost packets. */
    public LinkProfile withLoss(double share) {
        Draft draft = new Draft(this);
        draft.loss = share;
        return draft.build();
    }

    /** The same with another limit of the queue in octets. */
    public LinkProfile withQueueOctets(long octets) {
        Draft draft = new Draft(this);
        draft.queueOctets = octets;
        return draft.build();
    }

    /** The same with another limit of the queue in packets. */
    public LinkProfile withQueuePackets(int packets) {
        Draft draft = new Draft(this);
        draft.queuePackets = packets;
        return draft.build();
    }

    /** The same with another share of packets held back, and for how long. */
    public LinkProfile withReordering(double share, Duration heldBack) {
        Draft draft = new Draft(this);
        draft.reordering = share;
        draft.reorderingDelay = heldBack;
        return draft.build();
    }

    /** The same with another share of packets that arrive twice. */
    public LinkProfile withDuplication(double share) {
        Draft draft = new Draft(this);
        draft.duplication = share;
        return draft.build();
    }

    /** The same with another MTU. */
    public LinkProfile withMtu(int octets) {
        Draft draft = new Draft(this);
        draft.mtu = octets;
        return draft.build();
    }

    /** The same with another length of the queue from which on packets are marked. */
    public LinkProfile withMarking(long octets) {
        Draft draft = new Draft(this);
        draft.markingOctets = octets;
        return draft.build();
    }

    private static void checkShare(String name, double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException(name + " is a share from 0 to 1: " + share);
        }
    }

    private static void checkDelay(String name, Duration delay) {
        Objects.requireNonNull(delay, name);
        if (delay.isNegative() || delay.compareTo(LONGEST_DELAY) > 0) {
            throw new IllegalArgumentException(name + " is 0 to one hour: " + delay);
        }
    }

    /** A copy whose parts can be changed one by one. */
    private static final class Draft {
        private long bitsPerSecond;
        private Duration delay;
        private double loss;
        private long queueOctets;
        private int queuePackets;
        private double reordering;
        private Duration reorderingDelay;
        private double duplication;
        private int mtu;
        private long markingOctets;

        private Draft(LinkProfile from) {
            bitsPerSecond = from.bitsPerSecond;
            delay = from.delay;
            loss = from.loss;
            queueOctets = from.queueOctets;
            queuePackets = from.queuePackets;
            reordering = from.reordering;
            reorderingDelay = from.reorderingDelay;
            duplication = from.duplication;
            mtu = from.mtu;
            markingOctets = from.markingOctets;
        }

        private LinkProfile build() {
            return new LinkProfile(
                    bitsPerSecond,
                    delay,
                    loss,
                    queueOctets,
                    queuePackets,
                    reordering,
                    reorderingDelay,
                    duplication,
                    mtu,
                    markingOctets);
        }
    }
}
