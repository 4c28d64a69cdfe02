package io.mptcp4j.device;

import java.util.Objects;

/**
 * One direction of a link. The sender's thread decides everything about a packet (queue, loss, time of arrival) when it
 * is transmitted; the receiver's thread only puts frames in order and waits for their times.
 */
final class LinkDirection {
    private static final int LEAST_CAPACITY = 16_384;
    private static final int MOST_CAPACITY = 131_072;

    /** What a profile can have on its way is counted in packets of this length; smaller ones come in smaller numbers. */
    private static final double USUAL_PACKET = 1_000;

    private final FrameRing onTheWay;
    private final FrameRing empty;
    private final LinkCounters counters = new LinkCounters();
    private final int frameCapacity;

    /** The most packets on their way at once; frames are made as they are needed, and used again. */
    private final int maxFrames;

    private volatile LinkProfile profile;
    private volatile boolean cut;

    // The sender's own.
    private final LinkRandom random;
    private LinkProfile applied;
    private LinkQueue queue;
    private long delayNanos;
    private long reorderingNanos;
    private int made;
    private long order;

    // The receiver's own.
    private final FrameHeap arriving = new FrameHeap();

    LinkDirection(LinkProfile profile, long seed) {
        this.profile = Objects.requireNonNull(profile, "profile");
        this.frameCapacity = profile.mtu();
        this.random = new LinkRandom(seed);
        int capacity = capacity(profile);
        this.onTheWay = new FrameRing(capacity);
        this.empty = new FrameRing(capacity);
        this.maxFrames = capacity - FrameRing.LAG;
        apply(profile);
    }

    /** Room for what the first profile can have in its queue and on its way, within bounds. */
    private static int capacity(LinkProfile profile) {
        if (profile.bitsPerSecond() == LinkProfile.UNLIMITED || profile.queueOctets() == LinkProfile.UNLIMITED) {
            return LEAST_CAPACITY;
        }
        double seconds = (profile.delay().toNanos() + profile.reorderingDelay().toNanos()) / 1e9;
        double octets = profile.bitsPerSecond() / 8.0 * seconds + profile.queueOctets();
        return (int) Math.max(LEAST_CAPACITY, Math.min(MOST_CAPACITY, octets / USUAL_PACKET));
    }

    // ---- any thread

    void setProfile(LinkProfile newProfile) {
        if (newProfile.mtu() > frameCapacity) {
            throw new IllegalArgumentException("the MTU of a link cannot grow above " + frameCapacity);
        }
        profile = newProfile;
    }

    void setCut(boolean isCut) {
        cut = isCut;
    }

    boolean isCut() {
        return cut;
    }

    LinkCounters counters() {
        return counters;
    }

    /** The MTU that the direction was made with. */
    int mtu() {
        return frameCapacity;
    }

    // ---- the sender's thread

    /** Takes the batch; returns whether anything is now on its way. */
    boolean transmit(PacketBatch batch, long nowNanos) {
        LinkProfile current = profile;
        if (current != applied) {
            apply(current);
        }
        long before = order;
        for (int i = 0; i < batch.count(); i++) {
            transmit(batch.get(i), nowNanos);
        }
        onTheWay.publish();
        return order != before;
    }

    long queuedOctets(long nowNanos) {
        return queue.octets(nowNanos);
    }

    private void transmit(PacketBuffer packet, long nowNanos) {
        if (packet.segmentSize() != 0 || packet.hasPartialChecksum()) {
            throw new IllegalArgumentException("a virtual link has no offload: whole packets with checksums only");
        }
        boolean isLost = random.happens(applied.loss());
        boolean isDuplicated = random.happens(applied.duplication());
        boolean isReordered = random.happens(applied.reordering());
        if (cut) {
            counters.cutOffAtSender++;
            return;
        }
        if (packet.totalLength() > applied.mtu()) {
            counters.oversized++;
            return;
        }
        boolean isMarked = queue.octets(nowNanos) > applied.markingOctets();
        long departure = queue.enter(packet.totalLength(), nowNanos);
        if (departure == LinkQueue.FULL) {
            counters.overflowed++;
            return;
        }
        if (isLost) {
            counters.lost++;
            return;
        }
        long arrival = departure + delayNanos + (isReordered ? reorderingNanos : 0);
        if (!send(packet, arrival, isMarked)) {
            counters.overflowed++;
            return;
        }
        counters.accepted++;
        counters.reordered += isReordered ? 1 : 0;
        if (isDuplicated && send(packet, arrival, isMarked)) {
            counters.duplicated++;
        }
    }

    private boolean send(PacketBuffer packet, long arrival, boolean isMarked) {
        Frame frame = empty.poll();
        if (frame == null) {
            if (made == maxFrames) {
                return false;
            }
            made++;
            frame = new Frame(frameCapacity);
        }
        frame.fill(packet, arrival, order++);
        if (isMarked && frame.mark()) {
            counters.marked++;
        }
        boolean added = onTheWay.add(frame);
        assert added : "the ring holds as many frames as there are";
        return true;
    }

    private void apply(LinkProfile current) {
        queue = new LinkQueue(current, queue);
        delayNanos = current.delay().toNanos();
        reorderingNanos = current.reorderingDelay().toNanos();
        applied = current;
    }

    // ---- the receiver's thread

    int receive(PacketBatch batch, long nowNanos) {
        collect();
        int received = 0;
        while (arriving.first() != null && arriving.first().arrival() <= nowNanos) {
            if (cut) {
                counters.cutOffInFlight++;
            } else {
                PacketBuffer slot = batch.next();
                if (slot == null) {
                    break;
                }
                deliver(arriving.first(), slot);
                received++;
            }
            boolean added = empty.add(arriving.removeFirst());
            assert added : "the ring holds as many frames as there are";
        }
        empty.publish();
        return received;
    }

    long nextArrival() {
        collect();
        Frame first = arriving.first();
        return first == null ? Long.MAX_VALUE : first.arrival();
    }

    private void deliver(Frame frame, PacketBuffer slot) {
        frame.copyTo(slot.buffer(), PacketBatch.RECEIVE_INDEX);
        slot.setBounds(PacketBatch.RECEIVE_INDEX, frame.length());
        counters.delivered++;
        counters.deliveredOctets += frame.length();
    }

    private void collect() {
        for (Frame frame = onTheWay.poll(); frame != null; frame = onTheWay.poll()) {
            arriving.add(frame);
        }
    }
}
