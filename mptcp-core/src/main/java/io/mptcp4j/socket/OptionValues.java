package io.mptcp4j.socket;

import io.mptcp4j.mptcp.BufferSize;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.mptcp.congestion.CongestionGroups;
import io.mptcp4j.mptcp.path.PathManagers;
import io.mptcp4j.mptcp.scheduler.Schedulers;
import io.mptcp4j.tcp.TcpSettings;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;

/** The options of one socket: which there are, which values they take, and what they mean for a connection. */
final class OptionValues {
    private static final int MAX_TOS = 255;
    private static final int MAX_LINGER = 65_535;
    private static final int MAX_KEEPALIVE_SECONDS = 32_767;
    private static final int MAX_KEEPALIVE_PROBES = 127;

    private static final Set<SocketOption<?>> OF_CLIENTS = Set.of(
            StandardSocketOptions.SO_RCVBUF,
            StandardSocketOptions.SO_SNDBUF,
            StandardSocketOptions.SO_REUSEADDR,
            StandardSocketOptions.SO_KEEPALIVE,
            StandardSocketOptions.SO_LINGER,
            StandardSocketOptions.TCP_NODELAY,
            StandardSocketOptions.IP_TOS,
            ExtendedSocketOptions.TCP_KEEPIDLE,
            ExtendedSocketOptions.TCP_KEEPINTERVAL,
            ExtendedSocketOptions.TCP_KEEPCOUNT,
            MptcpSocketOptions.MPTCP_ENABLED,
            MptcpSocketOptions.MPTCP_SCHEDULER,
            MptcpSocketOptions.MPTCP_PATH_MANAGER,
            MptcpSocketOptions.TCP_CONGESTION,
            MptcpSocketOptions.TCP_FASTOPEN_CONNECT,
            MptcpSocketOptions.MPTCP_INFO);

    private static final Set<SocketOption<?>> OF_SERVERS = Set.of(
            StandardSocketOptions.SO_RCVBUF,
            StandardSocketOptions.SO_REUSEADDR,
            StandardSocketOptions.IP_TOS,
            MptcpSocketOptions.MPTCP_ENABLED,
            MptcpSocketOptions.MPTCP_SCHEDULER,
            MptcpSocketOptions.MPTCP_PATH_MANAGER,
            MptcpSocketOptions.TCP_CONGESTION,
            MptcpSocketOptions.TCP_FASTOPEN);

    private static final Set<SocketOption<?>> FOR_NEW_CONNECTIONS = Set.of(
            MptcpSocketOptions.MPTCP_ENABLED,
            MptcpSocketOptions.MPTCP_SCHEDULER,
            MptcpSocketOptions.MPTCP_PATH_MANAGER,
            MptcpSocketOptions.TCP_CONGESTION,
            MptcpSocketOptions.TCP_FASTOPEN,
            MptcpSocketOptions.TCP_FASTOPEN_CONNECT);

    private final boolean server;
    private final ConnectionSettings base;
    private final Map<SocketOption<?>, Object> values = new HashMap<>();
    private SocketConnection connection;
    private BufferSize receiveBuffer;
    private BufferSize sendBuffer;

    /**
     * The values that the settings of the stack give.
     *
     * @param server whether the socket is a server socket
     */
    OptionValues(boolean server, ConnectionSettings base) {
        this.server = server;
        this.base = base;
        this.receiveBuffer = base.receiveBuffer();
        this.sendBuffer = base.sendBuffer();
        TcpSettings tcp = base.tcp();
        values.put(StandardSocketOptions.SO_RCVBUF, base.receiveBuffer().initial());
        values.put(StandardSocketOptions.SO_SNDBUF, base.sendBuffer().initial());
        values.put(StandardSocketOptions.SO_REUSEADDR, server);
        values.put(StandardSocketOptions.SO_KEEPALIVE, tcp.keepAlive());
        values.put(StandardSocketOptions.SO_LINGER, -1);
        values.put(StandardSocketOptions.TCP_NODELAY, !tcp.nagle());
        values.put(StandardSocketOptions.IP_TOS, tcp.trafficClass());
        values.put(ExtendedSocketOptions.TCP_KEEPIDLE, seconds(tcp.keepAliveIdleNanos()));
        values.put(ExtendedSocketOptions.TCP_KEEPINTERVAL, seconds(tcp.keepAliveIntervalNanos()));
        values.put(ExtendedSocketOptions.TCP_KEEPCOUNT, tcp.keepAliveProbes());
        values.put(MptcpSocketOptions.MPTCP_ENABLED, base.multipath());
        values.put(MptcpSocketOptions.TCP_FASTOPEN, tcp.fastOpen());
        values.put(MptcpSocketOptions.TCP_FASTOPEN_CONNECT, tcp.fastOpenConnect());
    }

    /** Whether an option decides what a connection is when it begins, and nothing afterwards. */
    static boolean isForNewConnections(SocketOption<?> option) {
        return FOR_NEW_CONNECTIONS.contains(option);
    }

    /** Which options the socket has. */
    Set<SocketOption<?>> supported() {
        return server ? OF_SERVERS : OF_CLIENTS;
    }

    /** The value of an option; null when it was never set and has no default by name. */
    <T> T get(SocketOption<T> option) {
        if (connection != null && option == StandardSocketOptions.SO_RCVBUF) {
            return option.type().cast(connection.receiveBuffer());
        }
        if (connection != null && option == StandardSocketOptions.SO_SNDBUF) {
            return option.type().cast(connection.sendBuffer());
        }
        return option.type().cast(values.get(option));
    }

    /** The sizes of the buffers are from now on those of a connection, where they may grow. */
    void follow(SocketConnection established) {
        connection = established;
    }

    /**
     * Sets an option.
     *
     * @throws IllegalArgumentException when the value cannot be
     */
    void set(SocketOption<?> option, Object value) {
        Object taken = checked(option, value);
        values.put(option, taken);
        // What the application sets does not grow any more, as with the kernel (tcp(7), SO_RCVBUF).
        if (option == StandardSocketOptions.SO_RCVBUF) {
            receiveBuffer = BufferSize.fixed((int) taken);
        } else if (option == StandardSocketOptions.SO_SNDBUF) {
            sendBuffer = BufferSize.fixed((int) taken);
        }
    }

    /** The settings of a connection with these options. */
    ConnectionSettings settings() {
        TcpSettings tcp = base.tcp().toBuilder()
                .nagle(!get(StandardSocketOptions.TCP_NODELAY))
                .keepAlive(get(StandardSocketOptions.SO_KEEPALIVE))
                .keepAliveIdle(Duration.ofSeconds(get(ExtendedSocketOptions.TCP_KEEPIDLE)))
                .keepAliveInterval(Duration.ofSeconds(get(ExtendedSocketOptions.TCP_KEEPINTERVAL)))
                .keepAliveProbes(get(ExtendedSocketOptions.TCP_KEEPCOUNT))
                .trafficClass(get(StandardSocketOptions.IP_TOS))
                .fastOpen(get(MptcpSocketOptions.TCP_FASTOPEN))
                .fastOpenConnect(get(MptcpSocketOptions.TCP_FASTOPEN_CONNECT))
                .build();
        String scheduler = get(MptcpSocketOptions.MPTCP_SCHEDULER);
        String pathManager = get(MptcpSocketOptions.MPTCP_PATH_MANAGER);
        String congestion = get(MptcpSocketOptions.TCP_CONGESTION);
        return base.toBuilder()
                .tcp(tcp)
                .multipath(get(MptcpSocketOptions.MPTCP_ENABLED))
                .sendBuffer(sendBuffer)
                .receiveBuffer(receiveBuffer)
                .congestion(congestion == null ? base.congestion() : CongestionGroups.byName(congestion))
                .pathManager(pathManager == null ? base.pathManager() : PathManagers.byName(pathManager))
                .scheduler(scheduler == null ? base.scheduler() : Schedulers.byName(scheduler))
                .build();
    }

    /** What a connection inherits that a server socket with these options has accepted. */
    OptionValues inherited() {
        OptionValues inherited = new OptionValues(false, settings());
        inherited.values.put(StandardSocketOptions.SO_REUSEADDR, get(StandardSocketOptions.SO_REUSEADDR));
        inherited.values.put(StandardSocketOptions.IP_TOS, get(StandardSocketOptions.IP_TOS));
        return inherited;
    }

    private static Object checked(SocketOption<?> option, Object value) {
        if (!option.type().isInstance(value)) {
            throw new IllegalArgumentException("Invalid value '" + value + "'");
        }
        if (option == StandardSocketOptions.SO_RCVBUF || option == StandardSocketOptions.SO_SNDBUF) {
            return buffer((int) value);
        }
        if (option == StandardSocketOptions.SO_LINGER) {
            return Math.max(-1, Math.min((int) value, MAX_LINGER));
        }
        if (option == StandardSocketOptions.IP_TOS) {
            requireRange("IP_TOS", (int) value, 0, MAX_TOS);
        } else if (option == ExtendedSocketOptions.TCP_KEEPIDLE || option == ExtendedSocketOptions.TCP_KEEPINTERVAL) {
            requireRange(option.name(), (int) value, 1, MAX_KEEPALIVE_SECONDS);
        } else if (option == ExtendedSocketOptions.TCP_KEEPCOUNT) {
            requireRange(option.name(), (int) value, 1, MAX_KEEPALIVE_PROBES);
        } else if (option == MptcpSocketOptions.MPTCP_SCHEDULER) {
            Schedulers.byName((String) value);
        } else if (option == MptcpSocketOptions.MPTCP_PATH_MANAGER) {
            PathManagers.byName((String) value);
        } else if (option == MptcpSocketOptions.TCP_CONGESTION) {
            CongestionGroups.byName((String) value);
        } else if (option == MptcpSocketOptions.MPTCP_INFO) {
            throw new IllegalArgumentException("MPTCP_INFO can only be read");
        }
        return value;
    }

    private static int buffer(int octets) {
        if (octets < 0) {
            throw new IllegalArgumentException("Invalid send/receive buffer size");
        }
        return Math.max(BufferSize.LEAST, Math.min(octets, BufferSize.MOST));
    }

    private static void requireRange(String name, int value, int lowest, int highest) {
        if (value < lowest || value > highest) {
            throw new IllegalArgumentException("Invalid " + name + " value");
        }
    }

    private static int seconds(long nanos) {
        return (int) Math.max(1, Math.min(Duration.ofNanos(nanos).toSeconds(), MAX_KEEPALIVE_SECONDS));
    }
}
