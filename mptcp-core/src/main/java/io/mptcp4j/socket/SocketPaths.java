package io.mptcp4j.socket;

import io.mptcp4j.mptcp.MptcpConnection;
import io.mptcp4j.mptcp.path.LocalAddress;
import io.mptcp4j.mptcp.path.PathRequests;
import io.mptcp4j.mptcp.path.RemoteAddress;
import io.mptcp4j.mptcp.path.SubflowSnapshot;
import io.mptcp4j.wire.IpAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The subflows and addresses of one connection in the hands of its application: opened, closed and announced when it says
 * so. With the path manager {@code application} nothing else decides; beside any other one it adds to what that does.
 *
 * <p>All methods are safe for all threads. They return false when the request cannot be carried out: the connection is not
 * MPTCP, not confirmed yet, or over; a limit is reached; there is no such address or subflow. They throw {@code IOException}
 * when the stack is closed.
 */
public final class SocketPaths {
    private final StackThread loop;
    private final MptcpConnection connection;

    SocketPaths(StackThread loop, MptcpConnection connection) {
        this.loop = loop;
        this.connection = connection;
    }

    /**
     * Opens a subflow (RFC 8684 3.2). True says that the SYN leaves; {@link MptcpSocket#connectionInfo} tells whether it came
     * to work.
     *
     * @param local an address of the stack; null for the one from which the route leads to the peer's
     * @param remote an address of {@link #peerAddresses()}; null for the first of them
     * @param backup whether it is to be used only when there is no other
     */
    public boolean open(InetAddress local, InetSocketAddress remote, boolean backup) throws IOException {
        requireResolved(remote);
        return ask(requests -> {
            RemoteAddress to = remote(requests, remote);
            LocalAddress from =
                    to == null ? null : local == null ? requests.routeTo(to) : local(requests, IpAddress.of(local));
            return from != null
                    && from.address().isIpv4() == to.address().isIpv4()
                    && requests.join(from.withBackup(backup), to);
        });
    }

    /** Closes a subflow in order; the connection goes on with the others. */
    public boolean close(InetSocketAddress local, InetSocketAddress remote) throws IOException {
        requireResolved(Objects.requireNonNull(local, "local"));
        requireResolved(Objects.requireNonNull(remote, "remote"));
        return ask(requests -> {
            SubflowSnapshot subflow = subflow(requests, local, remote);
            return subflow != null && requests.close(subflow);
        });
    }

    /** Says whether a subflow is to be used only when there is no other; the peer is told (RFC 8684 3.3.8). */
    public boolean setBackup(InetSocketAddress local, InetSocketAddress remote, boolean backup) throws IOException {
        requireResolved(Objects.requireNonNull(local, "local"));
        requireResolved(Objects.requireNonNull(remote, "remote"));
        return ask(requests -> {
            SubflowSnapshot subflow = subflow(requests, local, remote);
            return subflow != null && requests.setBackup(subflow, backup);
        });
    }

    /**
     * Announces an address of the stack to the peer (RFC 8684 3.4.1).
     *
     * @param port at which joins are taken, which needs no server socket; 0: that of the first subflow
     */
    public boolean announce(InetAddress local, int port) throws IOException {
        if (port < 0 || port > 0xffff) {
            throw new IllegalArgumentException("a port is 1 to 65535, or 0 for that of the first subflow: " + port);
        }
        IpAddress address = IpAddress.of(local);
        return ask(requests -> {
            LocalAddress announced = local(requests, address);
            return announced != null && requests.announce(announced, port);
        });
    }

    /**
     * Takes an address back (RFC 8684 3.4.2), upon which the peer closes the subflows to it.
     *
     * @param port what it was announced with; 0 for none
     */
    public boolean withdraw(InetAddress local, int port) throws IOException {
        IpAddress address = IpAddress.of(local);
        return ask(requests -> requests.withdraw(address, port));
    }

    /** Where subflows may be opened to: the address of the first subflow, if the peer lets us, and announced ones. */
    public List<InetSocketAddress> peerAddresses() throws IOException {
        return loop.call(now -> {
            PathRequests requests = connection.pathRequests(now);
            List<InetSocketAddress> addresses = new ArrayList<>();
            for (int i = 0; i < requests.remoteAddressCount(); i++) {
                RemoteAddress remote = requests.remoteAddress(i);
                addresses.add(new InetSocketAddress(remote.address().toInetAddress(), remote.port()));
            }
            return addresses;
        });
    }

    /** What is asked on the loop. */
    @FunctionalInterface
    private interface Question {
        boolean ask(PathRequests requests);
    }

    private boolean ask(Question question) throws IOException {
        return loop.call(now -> {
            boolean done = question.ask(connection.pathRequests(now));
            loop.stack().ready(connection);
            return done;
        });
    }

    private static LocalAddress local(PathRequests requests, IpAddress address) {
        for (int i = 0; i < requests.localAddressCount(); i++) {
            if (requests.localAddress(i).address().equals(address)) {
                return requests.localAddress(i);
            }
        }
        return null;
    }

    private static RemoteAddress remote(PathRequests requests, InetSocketAddress wanted) {
        for (int i = 0; i < requests.remoteAddressCount(); i++) {
            RemoteAddress remote = requests.remoteAddress(i);
            if (wanted == null
                    || remote.port() == wanted.getPort()
                            && remote.address().equals(IpAddress.of(wanted.getAddress()))) {
                return remote;
            }
        }
        return null;
    }

    private static SubflowSnapshot subflow(PathRequests requests, InetSocketAddress local, InetSocketAddress remote) {
        for (int i = 0; i < requests.subflowCount(); i++) {
            SubflowSnapshot subflow = requests.subflow(i);
            if (is(local, subflow.tuple().localAddress(), subflow.tuple().localPort())
                    && is(
                            remote,
                            subflow.tuple().remoteAddress(),
                            subflow.tuple().remotePort())) {
                return subflow;
            }
        }
        return null;
    }

    private static boolean is(InetSocketAddress wanted, IpAddress address, int port) {
        return wanted.getPort() == port && address.equals(IpAddress.of(wanted.getAddress()));
    }

    private static void requireResolved(InetSocketAddress wanted) {
        if (wanted != null && wanted.isUnresolved()) {
            throw new IllegalArgumentException("the name is not resolved: " + wanted);
        }
    }
}
