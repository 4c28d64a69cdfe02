package io.mptcp4j.socket;

import java.net.SocketOption;
import java.net.StandardSocketOptions;

/**
 * The options that sockets of this stack have beyond {@link StandardSocketOptions}. For {@code Socket.setOption} and
 * {@code Socket.getOption}; an option that names a policy, switches MPTCP or Fast Open is for new connections and must be set
 * before connecting, on a server socket before binding; later it throws {@code SocketException}. A policy that was not chosen for the
 * socket is null: it is that of the settings with which the socket was made.
 */
public final class MptcpSocketOptions {
    /** Whether to ask for MPTCP, and on a server socket to accept it. */
    public static final SocketOption<Boolean> MPTCP_ENABLED = new Option<>("MPTCP_ENABLED", Boolean.class);

    /** The scheduler that shares octets out among subflows, by name. */
    public static final SocketOption<String> MPTCP_SCHEDULER = new Option<>("MPTCP_SCHEDULER", String.class);

    /** Who decides which subflows there are, by name; see {@link MptcpStackBuilder#pathManager(String)}. */
    public static final SocketOption<String> MPTCP_PATH_MANAGER = new Option<>("MPTCP_PATH_MANAGER", String.class);

    /** The congestion control, coupled or not, by name; see {@link MptcpStackBuilder#congestionControl}. */
    public static final SocketOption<String> TCP_CONGESTION = new Option<>("TCP_CONGESTION", String.class);

    /**
     * Whether a server socket gives Fast Open cookies, and takes octets of SYNs that have one (RFC 7413); before binding. Off by
     * default, for what a SYN brings may come twice to whoever accepts: only for requests that may.
     */
    public static final SocketOption<Boolean> TCP_FASTOPEN = new Option<>("TCP_FASTOPEN", Boolean.class);

    /**
     * Whether a connection asks for a Fast Open cookie or, when there is one, sends its first octets with the SYN (RFC 7413), as
     * the option of this name does on Linux; before connecting. {@code connect} then returns at once, and the first write sends
     * the SYN, waits for its answer, and throws what {@code connect} would have. A read that comes before sends a SYN without
     * octets. Off by default, for the peer may get the octets of the SYN twice: only for requests that may be done twice.
     */
    public static final SocketOption<Boolean> TCP_FASTOPEN_CONNECT =
            new Option<>("TCP_FASTOPEN_CONNECT", Boolean.class);

    /** What is known about the connection; read only, and only on a connected socket. */
    public static final SocketOption<ConnectionInfo> MPTCP_INFO = new Option<>("MPTCP_INFO", ConnectionInfo.class);

    private MptcpSocketOptions() {}

    private record Option<T>(String name, Class<T> type) implements SocketOption<T> {
        @Override
        public String toString() {
            return name;
        }
    }
}
