package io.mptcp4j.mptcp;

import io.mptcp4j.congestion.CongestionController;
import io.mptcp4j.congestion.CongestionControllers;
import io.mptcp4j.mptcp.congestion.CongestionGroup;
import io.mptcp4j.mptcp.congestion.CongestionGroups;
import io.mptcp4j.mptcp.path.FullMeshPathManager;
import io.mptcp4j.mptcp.path.PathManager;
import io.mptcp4j.mptcp.scheduler.DefaultScheduler;
import io.mptcp4j.mptcp.scheduler.Scheduler;
import io.mptcp4j.tcp.TcpSettings;
import io.mptcp4j.time.Deadlines;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;

/**
 * How a connection behaves. Immutable; made by {@link #builder()} or {@link #toBuilder()}. Times of more than ten
 * years count as ten years.
 *
 * @param tcp settings of each subflow
 * @param versions the versions of MPTCP to ask for and accept; none: the connection is plain TCP. Default: version 1
 * @param checksums whether to require that each mapping has a checksum, by which altered octets are recognised; they are
 *     used when either end requires them (RFC 8684 3.1). Default: no
 * @param congestion congestion control of the subflows, coupled or not. Default: CUBIC, uncoupled
 * @param scheduler default: lowest RTT, waiting for the quicker subflow when that is quicker
 * @param pathManager default: full mesh
 * @param sendBuffer octets that the application may write ahead of DATA_ACKs. Default: 4 MiB, growing to 16 MiB
 * @param receiveBuffer octets that the peer may send ahead of the application's reading. Default: 512 KiB, growing to 16 MiB
 * @param maxSubflows subflows at the same time, 1 to 32. Default: 8
 * @param joinsPerSecond subflows that may begin in a second, opened by either end, above 0. Default: 64
 * @param joinsToInitialAddress whether the peer may open subflows to our address on the first one; if not, it is told so
 *     (RFC 8684 3.1, flag C, version 1), and opens them to announced ones alone. Default: it may
 * @param synRetriesBeforeFallback how often a SYN with MP_CAPABLE is repeated before it goes without. Default: 2
 * @param fastclose how a connection of version 1 is aborted (RFC 8684 3.5). Default: by RSTs
 * @param fallbackPolicy whether a connection may go on as plain TCP. Default: it may
 * @param closeTimeoutNanos how long a closed connection goes on without progress, until the peer's DATA_ACK and
 *     DATA_FIN have come; a peer without room that answers probes is waited for. Default: 60 s
 * @param strandedNanos how long a connection without any subflow waits for a new one, in nanoseconds. Default: 30 s
 */
public record ConnectionSettings(
        TcpSettings tcp,
        Set<MptcpVersion> versions,
        boolean checksums,
        CongestionGroup.Factory congestion,
        Scheduler.Factory scheduler,
        PathManager.Factory pathManager,
        BufferSize sendBuffer,
        BufferSize receiveBuffer,
        int maxSubflows,
        int joinsPerSecond,
        boolean joinsToInitialAddress,
        int synRetriesBeforeFallback,
        FastcloseOption fastclose,
        FallbackPolicy fallbackPolicy,
        long closeTimeoutNanos,
        long strandedNanos) {
    /** The most subflows of one connection that can be configured. */
    public static final int SUBFLOW_LIMIT = 32;

    private static final BufferSize DEFAULT_SEND_BUFFER = new BufferSize(4 << 20, 16 << 20);
    private static final BufferSize DEFAULT_RECEIVE_BUFFER = new BufferSize(512 << 10, 16 << 20);
    private static final int DEFAULT_SUBFLOWS = 8;
    private static final int DEFAULT_JOINS_PER_SECOND = 64;
    private static final int DEFAULT_SYN_RETRIES = 2;

    /** What the documentation of each component says. */
    public static final ConnectionSettings DEFAULT = new Builder().build();

    /** Checks each range. */
    public ConnectionSettings {
        Objects.requireNonNull(tcp, "tcp");
        versions = Set.copyOf(versions);
        Objects.requireNonNull(congestion, "congestion");
        Objects.requireNonNull(scheduler, "scheduler");
        Objects.requireNonNull(pathManager, "pathManager");
        Objects.requireNonNull(fastclose, "fastclose");
        Objects.requireNonNull(fallbackPolicy, "fallbackPolicy");
        Objects.requireNonNull(sendBuffer, "sendBuffer");
        Objects.requireNonNull(receiveBuffer, "receiveBuffer");
        if (maxSubflows < 1 || maxSubflows > SUBFLOW_LIMIT) {
            throw new IllegalArgumentException("maxSubflows is 1 to " + SUBFLOW_LIMIT + ": " + maxSubflows);
        }
        if (joinsPerSecond < 1) {
            throw new IllegalArgumentException("joinsPerSecond is above 0: " + joinsPerSecond);
        }
        if (synRetriesBeforeFallback < 0 || closeTimeoutNanos <= 0 || strandedNanos <= 0) {
            throw new IllegalArgumentException("retries are not negative, times are above 0");
        }
    }

    /** Whether any version of MPTCP is allowed. */
    public boolean multipath() {
        return !versions.isEmpty();
    }

    /** A builder that starts from {@link #DEFAULT}. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from these settings. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Collects settings. Not thread-safe. */
    public static final class Builder {
        private TcpSettings tcp = TcpSettings.DEFAULT;
        private Set<MptcpVersion> versions = Set.of(MptcpVersion.V1);
        private boolean checksums;
        private CongestionGroup.Factory congestion = CongestionGroups.byName(CongestionControllers.DEFAULT);
        private Scheduler.Factory scheduler = DefaultScheduler::new;
        private PathManager.Factory pathManager = FullMeshPathManager::new;
        private BufferSize sendBuffer = DEFAULT_SEND_BUFFER;
        private BufferSize receiveBuffer = DEFAULT_RECEIVE_BUFFER;
        private int maxSubflows = DEFAULT_SUBFLOWS;
        private int joinsPerSecond = DEFAULT_JOINS_PER_SECOND;
        private boolean joinsToInitialAddress = true;
        private int synRetriesBeforeFallback = DEFAULT_SYN_RETRIES;
        private FastcloseOption fastclose = FastcloseOption.RST;
        private FallbackPolicy fallbackPolicy = FallbackPolicy.ALLOW;
        private long closeTimeoutNanos = Duration.ofSeconds(60).toNanos();
        private long strandedNanos = Duration.ofSeconds(30).toNanos();

        private Builder() {}

        private Builder(ConnectionSettings from) {
            tcp = from.tcp;
            versions = from.versions;
            checksums = from.checksums;
            congestion = from.congestion;
            scheduler = from.scheduler;
            pathManager = from.pathManager;
            sendBuffer = from.sendBuffer;
            receiveBuffer = from.receiveBuffer;
            maxSubflows = from.maxSubflows;
            joinsPerSecond = from.joinsPerSecond;
            joinsToInitialAddress = from.joinsToInitialAddress;
            synRetriesBeforeFallback = from.synRetriesBeforeFallback;
            fastclose = from.fastclose;
            fallbackPolicy = from.fallbackPolicy;
            closeTimeoutNanos = from.closeTimeoutNanos;
            strandedNanos = from.strandedNanos;
        }

        /** Settings of each subflow. */
        public Builder tcp(TcpSettings settings) {
            tcp = settings;
            return this;
        }

        /** The versions of MPTCP to ask for and accept; none for plain TCP. */
        public Builder versions(MptcpVersion... allowed) {
            versions = Set.of(allowed);
            return this;
        }

        /** Whether to require checksums (RFC 8684 3.3.1). */
        public Builder checksums(boolean required) {
            checksums = required;
            return this;
        }

        /** Whether to ask for and accept MPTCP: in the versions allowed, or in version 1 when none was. */
        public Builder multipath(boolean on) {
            if (!on) {
                versions = Set.of();
            } else if (versions.isEmpty()) {
                versions = Set.of(MptcpVersion.V1);
            }
            return this;
        }

        /** Congestion control of the subflows together. */
        public Builder congestion(CongestionGroup.Factory factory) {
            congestion = factory;
            return this;
        }

        /** Congestion control of each subflow, for itself. */
        public Builder uncoupledCongestion(CongestionController.Factory factory) {
            return congestion(CongestionGroups.uncoupled(factory));
        }

        /** Which subflow carries the next octets. */
        public Builder scheduler(Scheduler.Factory factory) {
            scheduler = factory;
            return this;
        }

        /** Which subflows there are. */
        public Builder pathManager(PathManager.Factory factory) {
            pathManager = factory;
            return this;
        }

        /** For what the connection wants several paths; sets scheduler and path manager. */
        public Builder serviceType(ServiceType type) {
            scheduler = type.scheduler();
            pathManager = type.pathManager();
            return this;
        }

        /** Octets that may be written ahead of DATA_ACKs, 4 KiB to 1 GiB; they do not become more. */
        public Builder sendBuffer(int octets) {
            return sendBuffer(BufferSize.fixed(octets));
        }

        /** Octets that may be written ahead of DATA_ACKs. */
        public Builder sendBuffer(BufferSize size) {
            sendBuffer = size;
            return this;
        }

        /** Octets that the peer may send ahead of the application's reading, 4 KiB to 1 GiB; they do not become more. */
        public Builder receiveBuffer(int octets) {
            return receiveBuffer(BufferSize.fixed(octets));
        }

        /** Octets that the peer may send ahead of the application's reading. */
        public Builder receiveBuffer(BufferSize size) {
            receiveBuffer = size;
            return this;
        }

        /** Subflows at the same time. */
        public Builder maxSubflows(int limit) {
            maxSubflows = limit;
            return this;
        }

        /** Subflows that may begin in a second, opened by either end. */
        public Builder joinsPerSecond(int limit) {
            joinsPerSecond = limit;
            return this;
        }

        /** Whether the peer may open subflows to our address on the first one. */
        public Builder joinsToInitialAddress(boolean allowed) {
            joinsToInitialAddress = allowed;
            return this;
        }

        /** How often a SYN with MP_CAPABLE is repeated before it goes without. */
        public Builder synRetriesBeforeFallback(int retries) {
            synRetriesBeforeFallback = retries;
            return this;
        }

        /** How a connection is aborted (RFC 8684 3.5). */
        public Builder fastclose(FastcloseOption option) {
            fastclose = option;
            return this;
        }

        /** Whether a connection that was to be MPTCP may go on as plain TCP. */
        public Builder fallbackPolicy(FallbackPolicy policy) {
            fallbackPolicy = policy;
            return this;
        }

        /** How long a closed connection waits for the peer's DATA_FIN and DATA_ACK. */
        public Builder closeTimeout(Duration time) {
            closeTimeoutNanos = Deadlines.span(time);
            return this;
        }

        /** How long a connection without any subflow waits for a new one. */
        public Builder stranded(Duration time) {
            strandedNanos = Deadlines.span(time);
            return this;
        }

        /**
         * The settings.
         *
         * @throws IllegalArgumentException when one is out of its range; the message names it
         */
        public ConnectionSettings build() {
            return new ConnectionSettings(
                    tcp,
                    versions,
                    checksums,
                    congestion,
                    scheduler,
                    pathManager,
                    sendBuffer,
                    receiveBuffer,
                    maxSubflows,
                    joinsPerSecond,
                    joinsToInitialAddress,
                    synRetriesBeforeFallback,
                    fastclose,
                    fallbackPolicy,
                    closeTimeoutNanos,
                    strandedNanos);
        }
    }
}
