package io.mptcp4j.tcp;

import io.mptcp4j.time.Deadlines;
import java.time.Duration;
import java.util.Objects;

/**
 * How TCP connections behave. Immutable; {@link #DEFAULT}, {@link #builder()} and {@link #toBuilder()} make others. Times are in
 * nanoseconds; more than ten years that a builder is given count as ten years.
 *
 * @param maximumSegmentSize the most octets of payload to announce and to send in a segment; 0 (default): what the MTU
 *     allows (RFC 9293 3.7.1)
 * @param windowScaling whether to offer window scaling (RFC 7323 2); default true
 * @param windowShift the shift of our window, 0 to 14; default 10, enough for 64 MiB
 * @param timestamps whether to offer timestamps (RFC 7323 3); default true
 * @param sack whether to offer selective acknowledgment (RFC 2018); default true
 * @param fastOpen whether a listener gives cookies, and takes octets of SYNs that have one (RFC 7413 4.2); default false
 * @param fastOpenConnect whether a connection that we open asks for a cookie or, when there is one, waits for its first octets
 *     and sends them with its SYN (RFC 7413 4.2), which may come to the application of the peer twice where that end restarts
 *     or the network repeats the SYN (RFC 7413 6.1); default false
 * @param lossByTime whether, with SACK, losses are found by time (RFC 8985, RACK), which tells reordering from loss; if not, by
 *     counting alone (RFC 6675); default true
 * @param delayedAckNanos how long an acknowledgment may wait for company (RFC 9293 3.8.6.3: below 0.5 s); 0: never;
 *     default 40 ms
 * @param nagle whether small segments wait for the acknowledgment of earlier ones (RFC 9293 3.7.4); default true
 * @param initialRtoNanos the retransmission timeout before the first sample (RFC 6298 2.1); default 1 s
 * @param minimumRtoNanos its lower bound; default 200 ms
 * @param maximumRtoNanos its upper bound (RFC 6298 2.5: at least 60 s); default 120 s
 * @param synRetries how often a SYN is repeated before giving up; default 6
 * @param synAckRetries how often a SYN/ACK is repeated before giving up; default 5
 * @param dataRetries how many timeouts in a row end the connection (RFC 9293 3.8.3, R2); default 15
 * @param userTimeoutNanos how long octets may stay unacknowledged before the connection ends (RFC 9293 3.8.3, RFC 5482);
 *     0 (default): {@code dataRetries} decides
 * @param keepAlive whether idle connections are probed (RFC 9293 3.8.4); default false
 * @param keepAliveIdleNanos idle time before the first probe; default 2 h
 * @param keepAliveIntervalNanos time between probes; default 75 s
 * @param keepAliveProbes unanswered probes that end the connection; default 9
 * @param timeWaitNanos the length of TIME-WAIT (RFC 9293 3.4.2: 2 MSL); default 60 s
 * @param finWait2Nanos how long FIN-WAIT-2 may last once nobody reads any more; default 60 s
 * @param minimumPathMtu the least path MTU in octets that routers are believed over IPv4; default 552. Over IPv6 it is 1280
 *     (RFC 8201 4)
 * @param pathMtuProbing whether path MTUs are looked for by probes, without the help of routers (RFC 8899): in black holes, and
 *     every 10 minutes on a path that was found narrow; default true. Without it a path MTU never grows again
 * @param ecn whether explicit congestion notification is used (RFC 3168); default: when the peer asks for it
 * @param trafficClass what packets have as traffic class, or type of service, 0 to 255: the upper six bits, the DSCP, count; the
 *     lower two are ECN's; default 0
 */
public record TcpSettings(
        int maximumSegmentSize,
        boolean windowScaling,
        int windowShift,
        boolean timestamps,
        boolean sack,
        boolean fastOpen,
        boolean fastOpenConnect,
        boolean lossByTime,
        long delayedAckNanos,
        boolean nagle,
        long initialRtoNanos,
        long minimumRtoNanos,
        long maximumRtoNanos,
        int synRetries,
        int synAckRetries,
        int dataRetries,
        long userTimeoutNanos,
        boolean keepAlive,
        long keepAliveIdleNanos,
        long keepAliveIntervalNanos,
        int keepAliveProbes,
        long timeWaitNanos,
        long finWait2Nanos,
        int minimumPathMtu,
        boolean pathMtuProbing,
        EcnMode ecn,
        int trafficClass) {

    /** The defaults. */
    public static final TcpSettings DEFAULT = new Builder().build();

    private static final int LARGEST_SHIFT = 14;
    private static final int LARGEST_SEGMENT = 65_535 - 40;
    private static final int SMALLEST_SEGMENT = 88;
    private static final int SMALLEST_PATH_MTU = 296;
    private static final int LARGEST_SMALLEST_PATH_MTU = 1280;
    private static final long HALF_A_SECOND = 500_000_000L;

    /** Checks every number. */
    public TcpSettings {
        // RFC 7323 2.3: a shift above 14 is never sent.
        require(windowShift >= 0 && windowShift <= LARGEST_SHIFT, "windowShift is 0 to 14", windowShift);
        require(
                maximumSegmentSize == 0
                        || maximumSegmentSize >= SMALLEST_SEGMENT && maximumSegmentSize <= LARGEST_SEGMENT,
                "maximumSegmentSize is 0 (by MTU) or 88 to 65495",
                maximumSegmentSize);
        // RFC 9293 3.8.6.3: the delay must be less than 0.5 seconds.
        require(delayedAckNanos >= 0 && delayedAckNanos < HALF_A_SECOND, "delayedAck is below 0.5 s", delayedAckNanos);
        require(minimumRtoNanos > 0, "minimumRto is above 0", minimumRtoNanos);
        require(initialRtoNanos >= minimumRtoNanos, "initialRto is at least minimumRto", initialRtoNanos);
        require(maximumRtoNanos >= initialRtoNanos, "maximumRto is at least initialRto", maximumRtoNanos);
        require(synRetries >= 0, "synRetries is 0 or more", synRetries);
        require(synAckRetries >= 0, "synAckRetries is 0 or more", synAckRetries);
        require(dataRetries >= 0, "dataRetries is 0 or more", dataRetries);
        require(userTimeoutNanos >= 0, "userTimeout is 0 (none) or more", userTimeoutNanos);
        require(keepAliveIdleNanos > 0, "keepAliveIdle is above 0", keepAliveIdleNanos);
        require(keepAliveIntervalNanos > 0, "keepAliveInterval is above 0", keepAliveIntervalNanos);
        require(keepAliveProbes > 0, "keepAliveProbes is above 0", keepAliveProbes);
        require(timeWaitNanos >= 0, "timeWait is 0 or more", timeWaitNanos);
        require(finWait2Nanos >= 0, "finWait2 is 0 or more", finWait2Nanos);
        Objects.requireNonNull(ecn, "ecn");
        require(trafficClass >= 0 && trafficClass <= 0xff, "trafficClass is 0 to 255", trafficClass);
        require(
                minimumPathMtu >= SMALLEST_PATH_MTU && minimumPathMtu <= LARGEST_SMALLEST_PATH_MTU,
                "minimumPathMtu is 296 to 1280",
                minimumPathMtu);
    }

    private static void require(boolean holds, String rule, long value) {
        if (!holds) {
            throw new IllegalArgumentException(rule + ": " + value);
        }
    }

    /** A builder that begins with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that begins with these settings. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Collects settings; not thread-safe. */
    public static final class Builder {
        private int maximumSegmentSize;
        private boolean windowScaling = true;
        private int windowShift = 10;
        private boolean timestamps = true;
        private boolean sack = true;
        private boolean fastOpen;
        private boolean fastOpenConnect;
        private boolean lossByTime = true;
        private long delayedAckNanos = Duration.ofMillis(40).toNanos();
        private boolean nagle = true;
        private long initialRtoNanos = Duration.ofSeconds(1).toNanos();
        private long minimumRtoNanos = Duration.ofMillis(200).toNanos();
        private long maximumRtoNanos = Duration.ofSeconds(120).toNanos();
        private int synRetries = 6;
        private int synAckRetries = 5;
        private int dataRetries = 15;
        private long userTimeoutNanos;
        private boolean keepAlive;
        private long keepAliveIdleNanos = Duration.ofHours(2).toNanos();
        private long keepAliveIntervalNanos = Duration.ofSeconds(75).toNanos();
        private int keepAliveProbes = 9;
        private long timeWaitNanos = Duration.ofSeconds(60).toNanos();
        private long finWait2Nanos = Duration.ofSeconds(60).toNanos();
        private int minimumPathMtu = 552;
        private boolean pathMtuProbing = true;
        private EcnMode ecn = EcnMode.ACCEPT;
        private int trafficClass;

        private Builder() {}

        private Builder(TcpSettings from) {
            maximumSegmentSize = from.maximumSegmentSize;
            windowScaling = from.windowScaling;
            windowShift = from.windowShift;
            timestamps = from.timestamps;
            sack = from.sack;
            fastOpen = from.fastOpen;
            fastOpenConnect = from.fastOpenConnect;
            lossByTime = from.lossByTime;
            delayedAckNanos = from.delayedAckNanos;
            nagle = from.nagle;
            initialRtoNanos = from.initialRtoNanos;
            minimumRtoNanos = from.minimumRtoNanos;
            maximumRtoNanos = from.maximumRtoNanos;
            synRetries = from.synRetries;
            synAckRetries = from.synAckRetries;
            dataRetries = from.dataRetries;
            userTimeoutNanos = from.userTimeoutNanos;
            keepAlive = from.keepAlive;
            keepAliveIdleNanos = from.keepAliveIdleNanos;
            keepAliveIntervalNanos = from.keepAliveIntervalNanos;
            keepAliveProbes = from.keepAliveProbes;
            timeWaitNanos = from.timeWaitNanos;
            finWait2Nanos = from.finWait2Nanos;
            minimumPathMtu = from.minimumPathMtu;
            pathMtuProbing = from.pathMtuProbing;
            ecn = from.ecn;
            trafficClass = from.trafficClass;
        }

        /** Payload octets of a segment at most; 0: by MTU. */
        public Builder maximumSegmentSize(int octets) {
            maximumSegmentSize = octets;
            return this;
        }

        /** Whether to offer window scaling. */
        public Builder windowScaling(boolean offer) {
            windowScaling = offer;
            return this;
        }

        /** The shift of our window, 0 to 14. */
        public Builder windowShift(int shift) {
            windowShift = shift;
            return this;
        }

        /** Whether to offer timestamps. */
        public Builder timestamps(boolean offer) {
            timestamps = offer;
            return this;
        }

        /** Whether a listener gives Fast Open cookies, and takes octets of SYNs that have one. */
        public Builder fastOpen(boolean take) {
            fastOpen = take;
            return this;
        }

        /** Whether connections that we open send their first octets with the SYN, once they have a cookie. */
        public Builder fastOpenConnect(boolean send) {
            fastOpenConnect = send;
            return this;
        }

        /** Whether to offer selective acknowledgment. */
        public Builder sack(boolean offer) {
            sack = offer;
            return this;
        }

        /** Whether losses are found by time, and not by counting alone. */
        public Builder lossByTime(boolean on) {
            lossByTime = on;
            return this;
        }

        /** How long an acknowledgment may wait; 0: never. */
        public Builder delayedAck(Duration time) {
            delayedAckNanos = Deadlines.span(time);
            return this;
        }

        /** Whether small segments wait for the acknowledgment of earlier ones. */
        public Builder nagle(boolean on) {
            nagle = on;
            return this;
        }

        /** The retransmission timeout before the first round-trip sample. */
        public Builder initialRto(Duration time) {
            initialRtoNanos = Deadlines.span(time);
            return this;
        }

        /** The lower bound of the retransmission timeout. */
        public Builder minimumRto(Duration time) {
            minimumRtoNanos = Deadlines.span(time);
            return this;
        }

        /** The upper bound of the retransmission timeout. */
        public Builder maximumRto(Duration time) {
            maximumRtoNanos = Deadlines.span(time);
            return this;
        }

        /** How often a SYN is repeated. */
        public Builder synRetries(int count) {
            synRetries = count;
            return this;
        }

        /** How often a SYN/ACK is repeated. */
        public Builder synAckRetries(int count) {
            synAckRetries = count;
            return this;
        }

        /** How many timeouts in a row end the connection. */
        public Builder dataRetries(int count) {
            dataRetries = count;
            return this;
        }

        /** How long octets may stay unacknowledged; zero: no limit. */
        public Builder userTimeout(Duration time) {
            userTimeoutNanos = Deadlines.span(time);
            return this;
        }

        /** Whether idle connections are probed. */
        public Builder keepAlive(boolean on) {
            keepAlive = on;
            return this;
        }

        /** Idle time before the first keepalive probe. */
        public Builder keepAliveIdle(Duration time) {
            keepAliveIdleNanos = Deadlines.span(time);
            return this;
        }

        /** Time between keepalive probes. */
        public Builder keepAliveInterval(Duration time) {
            keepAliveIntervalNanos = Deadlines.span(time);
            return this;
        }

        /** Unanswered keepalive probes that end the connection. */
        public Builder keepAliveProbes(int count) {
            keepAliveProbes = count;
            return this;
        }

        /** The length of TIME-WAIT. */
        public Builder timeWait(Duration time) {
            timeWaitNanos = Deadlines.span(time);
            return this;
        }

        /** How long FIN-WAIT-2 may last once nobody reads. */
        public Builder finWait2(Duration time) {
            finWait2Nanos = Deadlines.span(time);
            return this;
        }

        /** The least path MTU that routers are believed over IPv4, 296 to 1280 octets. */
        public Builder minimumPathMtu(int octets) {
            minimumPathMtu = octets;
            return this;
        }

        /** Whether explicit congestion notification is used. */
        public Builder ecn(EcnMode mode) {
            ecn = mode;
            return this;
        }

        /** Traffic class of packets, of which the DSCP counts: 0 to 255. */
        public Builder trafficClass(int octet) {
            trafficClass = octet;
            return this;
        }

        /** Whether path MTUs are looked for by probes. */
        public Builder pathMtuProbing(boolean on) {
            pathMtuProbing = on;
            return this;
        }

        /** The settings; throws {@link IllegalArgumentException} when one is out of range. */
        public TcpSettings build() {
            return new TcpSettings(
                    maximumSegmentSize,
                    windowScaling,
                    windowShift,
                    timestamps,
                    sack,
                    fastOpen,
                    fastOpenConnect,
                    lossByTime,
                    delayedAckNanos,
                    nagle,
                    initialRtoNanos,
                    minimumRtoNanos,
                    maximumRtoNanos,
                    synRetries,
                    synAckRetries,
                    dataRetries,
                    userTimeoutNanos,
                    keepAlive,
                    keepAliveIdleNanos,
                    keepAliveIntervalNanos,
                    keepAliveProbes,
                    timeWaitNanos,
                    finWait2Nanos,
                    minimumPathMtu,
                    pathMtuProbing,
                    ecn,
                    trafficClass);
        }
    }
}
