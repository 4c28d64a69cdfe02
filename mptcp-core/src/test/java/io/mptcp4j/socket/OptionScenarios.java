package io.mptcp4j.socket;

import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;

/** Socket options. */
final class OptionScenarios {
    private OptionScenarios() {}

    static void defaults(SocketWorld world, Transcript t) throws Exception {
        try (ConnectedPair pair = ConnectedPair.open(world);
                Socket fresh = world.socket()) {
            show(t, "fresh", fresh);
            show(t, "client", pair.client);
            show(t, "server", pair.server);
            t.note("listener's reuse", pair.listener.getReuseAddress());
            t.note("listener's timeout", pair.listener.getSoTimeout());
            t.note("listener's buffer", pair.listener.getReceiveBufferSize() > 0);
        }
    }

    static void roundTrips(SocketWorld world, Transcript t) throws Exception {
        try (ConnectedPair pair = ConnectedPair.open(world)) {
            Socket s = pair.client;
            s.setTcpNoDelay(true);
            s.setKeepAlive(true);
            s.setSoLinger(true, 7);
            s.setSoTimeout(1234);
            s.setReuseAddress(true);
            s.setTrafficClass(8);
            s.setSendBufferSize(100_000);
            s.setReceiveBufferSize(100_000);
            show(t, "set", s);
            t.note("traffic class", s.getTrafficClass());
            t.note("send buffer", s.getSendBufferSize() >= 100_000);
            t.note("receive buffer", s.getReceiveBufferSize() >= 100_000);
            s.setSoLinger(false, 0);
            s.setTcpNoDelay(false);
            show(t, "set back", s);
            s.setSoLinger(true, 100_000);
            t.note("linger", s.getSoLinger());
            s.setSoLinger(false, 0);
        }
    }

    static void roundTripsBySocketOption(SocketWorld world, Transcript t) throws Exception {
        try (Socket s = world.socket()) {
            t.attempt("nodelay", () -> s.setOption(StandardSocketOptions.TCP_NODELAY, true)
                    .getOption(StandardSocketOptions.TCP_NODELAY));
            t.attempt("keepalive", () -> s.setOption(StandardSocketOptions.SO_KEEPALIVE, true)
                    .getOption(StandardSocketOptions.SO_KEEPALIVE));
            t.attempt("linger", () -> s.setOption(StandardSocketOptions.SO_LINGER, 3)
                    .getOption(StandardSocketOptions.SO_LINGER));
            t.attempt("no linger", () -> s.setOption(StandardSocketOptions.SO_LINGER, -1)
                    .getOption(StandardSocketOptions.SO_LINGER));
            t.attempt("reuse", () -> s.setOption(StandardSocketOptions.SO_REUSEADDR, true)
                    .getOption(StandardSocketOptions.SO_REUSEADDR));
            t.attempt(
                    "tos", () -> s.setOption(StandardSocketOptions.IP_TOS, 16).getOption(StandardSocketOptions.IP_TOS));
            t.attempt(
                    "send buffer",
                    () -> s.setOption(StandardSocketOptions.SO_SNDBUF, 50_000)
                                    .getOption(StandardSocketOptions.SO_SNDBUF)
                            >= 50_000);
            t.attempt(
                    "receive buffer",
                    () -> s.setOption(StandardSocketOptions.SO_RCVBUF, 50_000)
                                    .getOption(StandardSocketOptions.SO_RCVBUF)
                            >= 50_000);
            t.attempt("keep idle", () -> s.setOption(jdk.net.ExtendedSocketOptions.TCP_KEEPIDLE, 11)
                    .getOption(jdk.net.ExtendedSocketOptions.TCP_KEEPIDLE));
            t.attempt("keep interval", () -> s.setOption(jdk.net.ExtendedSocketOptions.TCP_KEEPINTERVAL, 12)
                    .getOption(jdk.net.ExtendedSocketOptions.TCP_KEEPINTERVAL));
            t.attempt("keep count", () -> s.setOption(jdk.net.ExtendedSocketOptions.TCP_KEEPCOUNT, 4)
                    .getOption(jdk.net.ExtendedSocketOptions.TCP_KEEPCOUNT));
        }
    }

    static void refusals(SocketWorld world, Transcript t) throws Exception {
        try (Socket s = world.socket();
                ServerSocket listener = world.serverSocket()) {
            t.attempt("multicast", () -> s.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 3));
            t.attempt("get multicast", () -> s.getOption(StandardSocketOptions.IP_MULTICAST_TTL));
            t.attempt("null", () -> s.setOption(null, 3));
            t.attempt("negative send buffer", () -> s.setOption(StandardSocketOptions.SO_SNDBUF, -1));
            t.attempt("negative receive buffer", () -> s.setOption(StandardSocketOptions.SO_RCVBUF, -1));
            t.attempt("tos of 256", () -> s.setOption(StandardSocketOptions.IP_TOS, 256));
            t.attempt("null value", () -> s.setOption(StandardSocketOptions.TCP_NODELAY, null));
            t.attemptTo("send buffer of 0", () -> s.setSendBufferSize(0));
            t.attemptTo("negative timeout", () -> s.setSoTimeout(-1));
            t.attemptTo("negative linger", () -> s.setSoLinger(true, -1));
            t.attempt("nodelay of a listener", () -> listener.setOption(StandardSocketOptions.TCP_NODELAY, true));
            t.attempt(
                    "listener's receive buffer",
                    () -> listener.setOption(StandardSocketOptions.SO_RCVBUF, 70_000)
                                    .getOption(StandardSocketOptions.SO_RCVBUF)
                            >= 70_000);
            s.close();
            t.attempt("closed", () -> s.setOption(StandardSocketOptions.TCP_NODELAY, true));
            t.attempt("get of closed", () -> s.getOption(StandardSocketOptions.TCP_NODELAY));
            t.attempt("traffic class of closed", () -> s.getTrafficClass());
        }
    }

    private static void show(Transcript t, String who, Socket s) throws Exception {
        t.note(
                who,
                s.getTcpNoDelay() + " " + s.getKeepAlive() + " " + s.getSoLinger() + " " + s.getSoTimeout() + " "
                        + s.getReuseAddress() + " " + (s.getSendBufferSize() > 0) + " "
                        + (s.getReceiveBufferSize() > 0));
    }
}
