package io.mptcp4j.congestion;

/**
 * BBR, the first version's model (Cardwell et al., "BBR: Congestion-Based Congestion Control", 2016;
 * draft-cardwell-iccrg-bbr-congestion-control-00): the path is its bandwidth and its least round-trip time, both measured, and
 * what leaves is paced at that rate, with about twice their product in flight at most. Losses say nothing about the model.
 *
 * <p>Beyond the paper, so that TCPs by losses live beside it where queues are short: once a queue has overflowed, no more is in flight
 * than an {@link OverflowBound} says. What a path loses by itself ({@link QueueLosses}) makes no bound, nor does what is lost before
 * PROBE_BW.
 *
 * <p>Not part of it: the detection of policers (long-term sampling) and the allowance for aggregated acknowledgments that Linux
 * has added.
 */
final class Bbr implements CongestionController {
    /** Under this name users choose it. */
    static final String NAME = "bbr";

    private static final double SECOND_NANOS = 1e9;

    /** 2 / ln 2: the least gain that doubles the rate each round. */
    private static final double HIGH_GAIN = 2.885_390_081_777_927;

    private static final double WINDOW_GAIN = 2;
    private static final double[] CYCLE = {1.25, 0.75, 1, 1, 1, 1, 1, 1};

    /** What is paced is this much below the bandwidth, so that queues do not last. */
    private static final double MARGIN = 0.99;

    private static final double FULL_GROWTH = 1.25;
    private static final int FULL_ROUNDS = 3;
    private static final long MIN_RTT_WINDOW = 10_000_000_000L;
    private static final long PROBE_RTT_NANOS = 200_000_000L;
    private static final int LEAST_SEGMENTS = 4;
    private static final int INITIAL_SEGMENTS = 10;
    private static final int QUANTA = 3;
    private static final long QUANTUM_NANOS = 1_000_000L;
    private static final long MOST_QUANTUM = 64 << 10;

    /** The states of the machine. */
    enum Mode {
        /** Doubles its rate each round, until the bandwidth grows no more. */
        STARTUP,
        /** Empties the queue that it has built. */
        DRAIN,
        /** Keeps the rate, and looks now and then whether there is more. */
        PROBE_BW,
        /** Keeps next to nothing in flight, to see the least round-trip time. */
        PROBE_RTT
    }

    private final MaximumOfRounds bandwidth = new MaximumOfRounds();
    private final QueueLosses losses = new QueueLosses();
    private final OverflowBound bound = new OverflowBound();
    private Mode mode = Mode.STARTUP;
    private double pacingGain = HIGH_GAIN;
    private double windowGain = HIGH_GAIN;
    private int smss;
    private long cwnd;
    private long rate = NO_PACING;
    private long octetsAcked;

    private boolean roundStarted;
    private long nextRoundDelivered;

    private long minRtt;
    private long minRttAt;
    private long probeRttDoneAt;
    private boolean probeRttRound;
    private long limitedUntil = -1;

    private boolean full;
    private double fullBandwidth;
    private int fullCount;

    private int cycle;
    private long cycleAt;

    /** Losses of what left before so much had been delivered are those of a queue that has been answered. */
    private long answeredUntil;

    /** What is acknowledged counts for the bound if more had been delivered when it left. */
    private long knownFrom;

    private boolean recovering;
    private boolean conserving;
    private boolean conservationDue;
    private long windowBefore;
    private boolean restarted;

    /** A controller with its initial window. */
    Bbr(int maximumSegmentSize) {
        onSegmentSize(maximumSegmentSize);
    }

    // ---- events

    @Override
    public void onSegmentSize(int maximumSegmentSize) {
        smss = maximumSegmentSize;
        bound.onSegmentSize(maximumSegmentSize);
        cwnd = octetsAcked == 0 ? initialWindow() : Math.max(cwnd, smss);
    }

    private long initialWindow() {
        return (long) INITIAL_SEGMENTS * smss;
    }

    @Override
    public void onHandshakeLoss(long nowNanos) {
        cwnd = smss;
        octetsAcked = 1;
    }

    @Override
    public void onAcked(long ackedOctets, long inFlight, long rttNanos, boolean limitedByWindow, long nowNanos) {
        // All that it wants to know comes with the delivery samples.
    }

    @Override
    public boolean usesDeliverySamples() {
        return true;
    }

    @Override
    public boolean regulatesRecovery() {
        return true;
    }

    @Override
    public void onLoss(long inFlight, long nowNanos) {
        beginRecovery();
    }

    private void beginRecovery() {
        if (!recovering) {
            windowBefore = mode == Mode.PROBE_RTT ? Math.max(windowBefore, cwnd) : cwnd;
            recovering = true;
            conservationDue = true;
            bound.save();
        }
    }

    @Override
    public void onCongestionExperienced(long inFlight, long nowNanos) {
        // RFC 3168 6.1.2: a mark is to be answered as a loss is, here as one of a queue.
        if (mode == Mode.PROBE_BW) {
            bound.onOverflow(0, minRtt, losses.level(), nowNanos);
        }
    }

    @Override
    public void onRecovered(long nowNanos) {
        if (recovering) {
            recovering = false;
            conserving = false;
            conservationDue = false;
            cwnd = Math.max(cwnd, windowBefore);
        }
    }

    @Override
    public void onRetransmissionTimeout(long inFlight, long nowNanos) {
        beginRecovery();
        conservationDue = true;
        // Everything is presumed lost: one segment, and the bandwidth may have to be found anew.
        cwnd = smss;
        forgetFull();
    }

    @Override
    public void onSpuriousLoss(long nowNanos) {
        forgetFull();
        bound.restore();
        onRecovered(nowNanos);
    }

    /** Lets {@link Mode#STARTUP}, if it is on, judge anew whether the pipe is full. */
    private void forgetFull() {
        fullBandwidth = 0;
        fullCount = 0;
    }

    @Override
    public void onIdleRestart(long nowNanos) {
        // The model stays what it was: nothing goes faster than the path was found to be.
        restarted = true;
        if (mode == Mode.PROBE_BW) {
            pace(1);
        }
    }

    @Override
    public void onPenalty(long nowNanos) {
        if (!recovering) {
            cwnd = Math.max(cwnd / 2, least());
        }
    }

    @Override
    public void onDelivered(DeliverySample sample, long nowNanos) {
        updateBandwidth(sample);
        updateBound(sample, nowNanos);
        updateCycle(sample, nowNanos);
        checkFull(sample);
        checkDrain(sample, nowNanos);
        updateMinRtt(sample, nowNanos);
        pace(pacingGain);
        setWindow(sample);
        octetsAcked += sample.newlyDelivered();
    }

    // ---- the model

    private void updateBandwidth(DeliverySample sample) {
        roundStarted = false;
        if (sample.intervalNanos() <= 0) {
            return;
        }
        if (sample.priorDelivered() >= nextRoundDelivered) {
            nextRoundDelivered = sample.delivered();
            roundStarted = true;
            conserving = false;
            bandwidth.nextRound();
        }
        double found = (sample.delivered() - sample.priorDelivered()) * SECOND_NANOS / sample.intervalNanos();
        boolean limited = isLimited(sample) || sample.priorDelivered() <= limitedUntil;
        if (!limited || found >= bandwidth.get()) {
            bandwidth.add(found);
        }
    }

    /** With more in flight than the path holds, nothing that was not sent hides what it can carry. */
    private boolean isLimited(DeliverySample sample) {
        return sample.isApplicationLimited() && sample.inFlightBefore() < product(FULL_GROWTH);
    }

    private void updateBound(DeliverySample sample, long now) {
        losses.onRoundTrip(sample.rttNanos());
        if (mode != Mode.PROBE_BW || sample.priorDelivered() < knownFrom) {
            return;
        }
        if (roundStarted) {
            losses.nextRound(minRtt, now);
            bound.nextRound();
            if (losses.isPathsOwn()) {
                bound.forget();
            }
        }
        losses.onDelivered(sample);
        bound.onDelivered(sample, target(WINDOW_GAIN), now);
        boolean isNews = sample.newlyLost() > 0 && sample.priorDelivered() >= answeredUntil;
        if (isNews && losses.isOverflow(minRtt)) {
            answeredUntil = sample.delivered();
            bound.onOverflow(losses.lost(), minRtt, losses.level(), now);
        }
    }

    private void updateMinRtt(DeliverySample sample, long now) {
        long rtt = sample.rttNanos();
        boolean expired = minRtt > 0 && now - minRttAt > MIN_RTT_WINDOW;
        if (rtt > 0 && (minRtt == 0 || rtt <= minRtt || expired)) {
            minRtt = rtt;
            minRttAt = now;
        }
        if (expired && !restarted && mode != Mode.PROBE_RTT) {
            enter(Mode.PROBE_RTT, 1, 1);
            windowBefore = recovering ? Math.max(windowBefore, cwnd) : cwnd;
            probeRttDoneAt = 0;
        }
        if (mode == Mode.PROBE_RTT) {
            probeRtt(sample, now);
        }
        restarted = false;
    }

    private void probeRtt(DeliverySample sample, long now) {
        // What is measured now is no measure of the bandwidth.
        limitedUntil = sample.delivered() + sample.inFlight();
        if (probeRttDoneAt == 0) {
            if (sample.inFlight() <= least()) {
                probeRttDoneAt = now + PROBE_RTT_NANOS;
                probeRttRound = false;
                nextRoundDelivered = sample.delivered();
            }
            return;
        }
        probeRttRound |= roundStarted;
        if (probeRttRound && now > probeRttDoneAt) {
            minRttAt = now;
            cwnd = Math.max(cwnd, windowBefore);
            if (full) {
                enterProbeBandwidth(now);
            } else {
                enter(Mode.STARTUP, HIGH_GAIN, HIGH_GAIN);
            }
        }
    }

    private void checkFull(DeliverySample sample) {
        // A window that recovery held below what would show more bandwidth does not show that there is none.
        boolean held = recovering && sample.inFlightBefore() < product(FULL_GROWTH);
        if (full || !roundStarted || isLimited(sample) || held) {
            return;
        }
        if (bandwidth.get() >= fullBandwidth * FULL_GROWTH) {
            fullBandwidth = bandwidth.get();
            fullCount = 0;
        } else {
            full = ++fullCount >= FULL_ROUNDS;
        }
    }

    private void checkDrain(DeliverySample sample, long now) {
        if (mode == Mode.STARTUP && full) {
            enter(Mode.DRAIN, 1 / HIGH_GAIN, HIGH_GAIN);
        }
        if (mode == Mode.DRAIN && sample.inFlight() <= product(1)) {
            // Until then losses may be those of the queue that STARTUP has made, which says nothing about what comes.
            knownFrom = sample.delivered() + sample.inFlight();
            enterProbeBandwidth(now);
        }
    }

    private void enter(Mode next, double pacing, double window) {
        mode = next;
        pacingGain = pacing;
        windowGain = window;
    }

    private void enterProbeBandwidth(long now) {
        enter(Mode.PROBE_BW, 1, WINDOW_GAIN);
        // Any phase but the one that drains, so that flows do not probe in step; the time is chance enough.
        int start = (int) Long.remainderUnsigned(now * 0x9E3779B97F4A7C15L >>> 32, CYCLE.length - 1);
        cycle = start == 0 ? 0 : start + 1;
        cycleAt = now;
        pacingGain = CYCLE[cycle];
    }

    private void updateCycle(DeliverySample sample, long now) {
        if (mode == Mode.PROBE_BW && isPhaseOver(sample, now)) {
            cycle = (cycle + 1) % CYCLE.length;
            cycleAt = now;
            pacingGain = CYCLE[cycle];
        }
    }

    private boolean isPhaseOver(DeliverySample sample, long now) {
        boolean lasted = now - cycleAt > minRtt;
        if (pacingGain > 1) {
            // Until there is more in flight by as much, or the queue has shown that it has no room.
            boolean isMore = sample.inFlightBefore() >= target(pacingGain) || bound.isReached(sample.inFlightBefore());
            return lasted && (sample.newlyLost() > 0 || isMore);
        }
        return lasted || pacingGain < 1 && sample.inFlightBefore() <= product(1);
    }

    // ---- what follows from it

    /** So much of bandwidth times least round-trip time, in octets. */
    private long product(double gain) {
        if (minRtt == 0 || bandwidth.get() == 0) {
            return initialWindow();
        }
        return (long) (gain * bandwidth.get() * minRtt / SECOND_NANOS);
    }

    /** With room for what waits to be sent or acknowledged together. */
    private long target(double gain) {
        long quantum = (long) (bandwidth.get() * QUANTUM_NANOS / SECOND_NANOS);
        quantum = Math.max(2L * smss, Math.min(quantum, MOST_QUANTUM));
        return product(gain) + QUANTA * quantum;
    }

    private void pace(double gain) {
        double wanted = gain * MARGIN * bandwidth.get();
        if ((rate == NO_PACING || bandwidth.get() == 0) && minRtt > 0) {
            // draft-cardwell-iccrg-bbr-congestion-control-00 4.2.1: the first rate is the window's. All that was sent
            // before may have been one octet, whose bandwidth says nothing.
            wanted = Math.max(wanted, gain * cwnd * SECOND_NANOS / minRtt);
        }
        if (wanted > 0 && (full || rate == NO_PACING || wanted > rate)) {
            rate = Math.max(1, (long) wanted);
        }
    }

    private void setWindow(DeliverySample sample) {
        long acked = sample.newlyDelivered();
        if (!recoverWindow(sample)) {
            long target = target(windowGain);
            if (full) {
                cwnd = Math.min(cwnd + acked, target);
            } else if (cwnd < target || octetsAcked < initialWindow()) {
                cwnd += acked;
            }
            cwnd = Math.max(cwnd, least());
        }
        cwnd = Math.min(cwnd, Math.max(bound.get(), least()));
        if (mode == Mode.PROBE_RTT) {
            cwnd = Math.min(cwnd, least());
        }
    }

    /** During the first round of recovery only what has left the network is replaced. */
    private boolean recoverWindow(DeliverySample sample) {
        if (sample.newlyLost() > 0) {
            cwnd = Math.max(cwnd - sample.newlyLost(), smss);
        }
        if (conservationDue) {
            conservationDue = false;
            conserving = true;
            nextRoundDelivered = sample.delivered();
            cwnd = sample.inFlight() + sample.newlyDelivered();
        }
        if (conserving) {
            cwnd = Math.max(cwnd, sample.inFlight() + sample.newlyDelivered());
        }
        return conserving;
    }

    private long least() {
        return (long) LEAST_SEGMENTS * smss;
    }

    // ---- queries

    @Override
    public long window() {
        return cwnd;
    }

    /** What it would keep in flight without a queue, once the bandwidth is known. */
    @Override
    public long slowStartThreshold() {
        return full ? product(1) : Long.MAX_VALUE;
    }

    @Override
    public long pacingRate() {
        return rate;
    }

    @Override
    public String name() {
        return NAME;
    }

    /** The state of the machine. */
    Mode mode() {
        return mode;
    }

    /** What may be in flight at most because a queue has overflowed, or {@link OverflowBound#NONE}. */
    long bound() {
        return bound.get();
    }

    /** The bandwidth in octets a second. */
    double bandwidth() {
        return bandwidth.get();
    }

    /** The greatest of what was added during this round and the nine before it. */
    private static final class MaximumOfRounds {
        private static final int ROUNDS = 10;

        private final double[] rounds = new double[ROUNDS];
        private long round;
        private long newest;
        private double maximum;

        private void nextRound() {
            round++;
        }

        /** What is too old goes only when something takes its place: a pause says nothing about the path. */
        private void add(double value) {
            if (round != newest) {
                for (long r = Math.max(newest + 1, round - ROUNDS + 1); r <= round; r++) {
                    rounds[(int) (r % ROUNDS)] = 0;
                }
                newest = round;
                maximum = 0;
                for (double found : rounds) {
                    maximum = Math.max(maximum, found);
                }
            }
            int current = (int) (round % ROUNDS);
            rounds[current] = Math.max(rounds[current], value);
            maximum = Math.max(maximum, value);
        }

        private double get() {
            return maximum;
        }
    }
}
