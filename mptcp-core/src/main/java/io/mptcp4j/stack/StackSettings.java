package io.mptcp4j.stack;

import io.mptcp4j.time.Deadlines;
import io.mptcp4j.wire.IpHeaderWriter;
import java.time.Duration;
import java.util.Objects;

/**
 * The limits of a stack.
 *
 * @param maxConnections connections at once, half-open ones included; default 10,000
 * @param maxSubflows subflows of all connections at once; default 40,000
 * @param maxHalfOpen connections of one listener at once whose handshake is not complete; default 1,024
 * @param maxHalfOpenPerSource the same from one IPv4 address, or one IPv6 network of 64 bits; default 256
 * @param synCookies what becomes of a SYN that finds so many; default {@link SynCookies#WHEN_FULL}
 * @param maxFastOpens connections of one listener at once whose octets flow before their handshake is complete (RFC 7413 5.1);
 *     default 128
 * @param maxFastOpenCookies Fast Open cookies of other hosts that are kept (RFC 7413 4.1.3), and destinations that are spared;
 *     0 for none; default 1,024
 * @param fastOpenPauseNanos how long SYNs to a destination that has swallowed or ignored what Fast Open adds to them are sent
 *     without it (RFC 7413 4.1.3.1); each time longer, up to 64 times; in nanoseconds, at most a day; 0 for never; default 60 s
 * @param maxHalfOpenJoins joins of all connections at once whose handshake is not complete; the oldest gives way; default
 *     8,192
 * @param joinsPerSecond SYNs with MP_JOIN a second that are answered; default 10,000
 * @param memoryLimit octets that all streams may hold together; default 512 MiB
 * @param maxDestinations destinations of which is remembered what they do with MPTCP; 0 for none; default 1,024
 * @param blackholePauseNanos how long connections to a destination that swallows SYNs with MP_CAPABLE are plain TCP from the
 *     first; each time longer, up to 64 times; in nanoseconds, at most a day; 0 for never; default 60 s
 * @param lowestEphemeralPort the lowest port that the stack chooses (RFC 6056); default 32768
 * @param highestEphemeralPort the highest port that the stack chooses; default 60999
 * @param resetsPerSecond RSTs a second that answer segments of no connection; default 1,000
 * @param challengeAcksPerSecond answers a second to what may be forged RSTs, SYNs and ACKs of connections (RFC 5961 7), on the
 *     average; default 1,000
 * @param icmpRepliesPerSecond answers to echo requests a second; 0 for none at all; default 1,000
 * @param maxRelays 4-tuples at once whose packets go to other servers of the group ({@link ServerGroup}); default 16,384
 * @param relaysPerSecond joins a second that are relayed to other servers; default 1,000
 * @param batchCapacity packets handed to a device at once; default 64
 * @param packetsPerVisit packets that a connection may send before the next one has its turn; default 64
 * @param visitsPerTurn how many connections may send in one output step; default 256
 * @param hopLimit the TTL of IPv4 and the hop limit of IPv6 of all packets, 1 to 255 (RFC 9293 3.9.2: configurable); default 64
 */
public record StackSettings(
        int maxConnections,
        int maxSubflows,
        int maxHalfOpen,
        int maxHalfOpenPerSource,
        SynCookies synCookies,
        int maxFastOpens,
        int maxFastOpenCookies,
        long fastOpenPauseNanos,
        int maxHalfOpenJoins,
        int joinsPerSecond,
        long memoryLimit,
        int maxDestinations,
        long blackholePauseNanos,
        int lowestEphemeralPort,
        int highestEphemeralPort,
        int resetsPerSecond,
        int challengeAcksPerSecond,
        int icmpRepliesPerSecond,
        int maxRelays,
        int relaysPerSecond,
        int batchCapacity,
        int packetsPerVisit,
        int visitsPerTurn,
        int hopLimit) {
    private static final long LONGEST_FIRST_PAUSE_NANOS = Duration.ofDays(1).toNanos();

    /** The defaults. */
    public static final StackSettings DEFAULT = new Builder().build();

    private static final int HIGHEST_PORT = 65_535;
    private static final int HIGHEST_HOP_LIMIT = 255;

    /** Checks the ranges. */
    public StackSettings {
        requirePositive(maxConnections, "maxConnections");
        requirePositive(maxSubflows, "maxSubflows");
        requirePositive(maxHalfOpen, "maxHalfOpen");
        requirePositive(maxHalfOpenPerSource, "maxHalfOpenPerSource");
        Objects.requireNonNull(synCookies, "synCookies");
        requirePositive(maxFastOpens, "maxFastOpens");
        requirePositive(maxHalfOpenJoins, "maxHalfOpenJoins");
        requirePositive(joinsPerSecond, "joinsPerSecond");
        requirePositive(memoryLimit, "memoryLimit");
        requirePositive(lowestEphemeralPort, "lowestEphemeralPort");
        requirePositive(resetsPerSecond, "resetsPerSecond");
        requirePositive(challengeAcksPerSecond, "challengeAcksPerSecond");
        requirePositive(maxRelays, "maxRelays");
        requirePositive(relaysPerSecond, "relaysPerSecond");
        requirePositive(batchCapacity, "batchCapacity");
        requirePositive(packetsPerVisit, "packetsPerVisit");
        requirePositive(visitsPerTurn, "visitsPerTurn");
        if (hopLimit < 1 || hopLimit > HIGHEST_HOP_LIMIT) {
            throw new IllegalArgumentException("a hop limit is 1 to 255: " + hopLimit);
        }
        if (highestEphemeralPort < lowestEphemeralPort || highestEphemeralPort > HIGHEST_PORT) {
            throw new IllegalArgumentException(
                    "ephemeral ports are a range up to 65535: " + lowestEphemeralPort + " to " + highestEphemeralPort);
        }
        if (maxDestinations < 0) {
            throw new IllegalArgumentException("maxDestinations is not negative: " + maxDestinations);
        }
        if (maxFastOpenCookies < 0) {
            throw new IllegalArgumentException("maxFastOpenCookies is not negative: " + maxFastOpenCookies);
        }
        if (fastOpenPauseNanos < 0 || fastOpenPauseNanos > LONGEST_FIRST_PAUSE_NANOS) {
            throw new IllegalArgumentException("a Fast Open pause is 0 to 1 day: " + fastOpenPauseNanos + " ns");
        }
        if (blackholePauseNanos < 0 || blackholePauseNanos > LONGEST_FIRST_PAUSE_NANOS) {
            throw new IllegalArgumentException("a blackhole pause is 0 to 1 day: " + blackholePauseNanos + " ns");
        }
        if (icmpRepliesPerSecond < 0) {
            throw new IllegalArgumentException("icmpRepliesPerSecond is not negative: " + icmpRepliesPerSecond);
        }
    }

    /** A builder that begins with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    private static void requirePositive(long value, String name) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " is above 0: " + value);
        }
    }

    /** Collects settings; not thread-safe. */
    public static final class Builder {
        private int maxConnections = 10_000;
        private int maxSubflows = 40_000;
        private int maxHalfOpen = 1_024;
        private int maxHalfOpenPerSource = 256;
        private SynCookies synCookies = SynCookies.WHEN_FULL;
        private int maxFastOpens = 128;
        private int maxFastOpenCookies = 1_024;
        private long fastOpenPauseNanos = Duration.ofSeconds(60).toNanos();
        private int maxHalfOpenJoins = 8_192;
        private int joinsPerSecond = 10_000;
        private long memoryLimit = 512L << 20;
        private int maxDestinations = 1_024;
        private long blackholePauseNanos = Duration.ofSeconds(60).toNanos();
        private int lowestEphemeralPort = 32_768;
        private int highestEphemeralPort = 60_999;
        private int resetsPerSecond = 1_000;
        private int challengeAcksPerSecond = 1_000;
        private int icmpRepliesPerSecond = 1_000;
        private int maxRelays = 16_384;
        private int relaysPerSecond = 1_000;
        private int batchCapacity = 64;
        private int packetsPerVisit = 64;
        private int visitsPerTurn = 256;
        private int hopLimit = IpHeaderWriter.DEFAULT_HOP_LIMIT;

        private Builder() {}

        /** Connections at once, half-open ones included. */
        public Builder maxConnections(int limit) {
            maxConnections = limit;
            return this;
        }

        /** Subflows of all connections at once. */
        public Builder maxSubflows(int limit) {
            maxSubflows = limit;
            return this;
        }

        /** Connections of one listener at once whose handshake is not complete. */
        public Builder maxHalfOpen(int limit) {
            maxHalfOpen = limit;
            return this;
        }

        /** The same from one IPv4 address, or one IPv6 network of 64 bits. */
        public Builder maxHalfOpenPerSource(int limit) {
            maxHalfOpenPerSource = limit;
            return this;
        }

        /** Whether SYNs beyond that are answered all the same (RFC 4987 3.6). */
        public Builder synCookies(SynCookies when) {
            synCookies = when;
            return this;
        }

        /** Connections of one listener at once whose octets flow before their handshake is complete. */
        public Builder maxFastOpens(int limit) {
            maxFastOpens = limit;
            return this;
        }

        /** Fast Open cookies of other hosts that are kept; 0 for none. */
        public Builder maxFastOpenCookies(int limit) {
            maxFastOpenCookies = limit;
            return this;
        }

        /** How long SYNs to a destination that swallows Fast Open go without it at first; zero for never. */
        public Builder fastOpenPause(Duration time) {
            fastOpenPauseNanos = Deadlines.span(time);
            return this;
        }

        /** Joins of all connections at once whose handshake is not complete. */
        public Builder maxHalfOpenJoins(int limit) {
            maxHalfOpenJoins = limit;
            return this;
        }

        /** SYNs with MP_JOIN a second that are answered. */
        public Builder joinsPerSecond(int limit) {
            joinsPerSecond = limit;
            return this;
        }

        /** Octets that all streams may hold together. */
        public Builder memoryLimit(long octets) {
            memoryLimit = octets;
            return this;
        }

        /** Destinations of which is remembered what they do with MPTCP; 0 for none. */
        public Builder maxDestinations(int limit) {
            maxDestinations = limit;
            return this;
        }

        /** How long a destination that swallows MPTCP is spared at first; zero for never. */
        public Builder blackholePause(Duration time) {
            blackholePauseNanos = Deadlines.span(time);
            return this;
        }

        /** The range of ports that the stack chooses from, both ends included. */
        public Builder ephemeralPorts(int lowest, int highest) {
            lowestEphemeralPort = lowest;
            highestEphemeralPort = highest;
            return this;
        }

        /** RSTs a second that answer segments of no connection. */
        public Builder resetsPerSecond(int limit) {
            resetsPerSecond = limit;
            return this;
        }

        /** Answers a second to what may be forged RSTs, SYNs and ACKs of connections, on the average. */
        public Builder challengeAcksPerSecond(int limit) {
            challengeAcksPerSecond = limit;
            return this;
        }

        /** Answers to echo requests a second; 0 for none at all. */
        public Builder icmpRepliesPerSecond(int limit) {
            icmpRepliesPerSecond = limit;
            return this;
        }

        /** 4-tuples at once whose packets go to other servers of the group. */
        public Builder maxRelays(int limit) {
            maxRelays = limit;
            return this;
        }

        /** Joins a second that are relayed to other servers. */
        public Builder relaysPerSecond(int limit) {
            relaysPerSecond = limit;
            return this;
        }

        /** Packets handed to a device at once. */
        public Builder batchCapacity(int limit) {
            batchCapacity = limit;
            return this;
        }

        /** Packets that a connection may send before the next one has its turn. */
        public Builder packetsPerVisit(int limit) {
            packetsPerVisit = limit;
            return this;
        }

        /** How many connections may send in one output step. */
        public Builder visitsPerTurn(int limit) {
            visitsPerTurn = limit;
            return this;
        }

        /** The TTL of IPv4 and the hop limit of IPv6 of all packets. */
        public Builder hopLimit(int hops) {
            hopLimit = hops;
            return this;
        }

        /** The settings; throws {@link IllegalArgumentException} when one is out of range. */
        public StackSettings build() {
            return new StackSettings(
                    maxConnections,
                    maxSubflows,
                    maxHalfOpen,
                    maxHalfOpenPerSource,
                    synCookies,
                    maxFastOpens,
                    maxFastOpenCookies,
                    fastOpenPauseNanos,
                    maxHalfOpenJoins,
                    joinsPerSecond,
                    memoryLimit,
                    maxDestinations,
                    blackholePauseNanos,
                    lowestEphemeralPort,
                    highestEphemeralPort,
                    resetsPerSecond,
                    challengeAcksPerSecond,
                    icmpRepliesPerSecond,
                    maxRelays,
                    relaysPerSecond,
                    batchCapacity,
                    packetsPerVisit,
                    visitsPerTurn,
                    hopLimit);
        }
    }
}
