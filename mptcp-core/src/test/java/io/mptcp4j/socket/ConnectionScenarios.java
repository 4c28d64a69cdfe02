package io.mptcp4j.socket;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** Connecting, binding, listening, accepting, addresses. */
final class ConnectionScenarios {
    private static final int SHORT = StreamScenarios.SHORT;
    /** Of a documentation prefix: no host of ours has it. */
    private static final String FOREIGN = "192.0.2.77";

    private ConnectionScenarios() {}

    static void connectRefused(SocketWorld world, Transcript t) throws Exception {
        int port;
        try (ServerSocket listener = bound(world)) {
            port = listener.getLocalPort();
        }
        Socket socket = world.socket();
        t.attemptTo("connect", () -> socket.connect(new InetSocketAddress(world.serverAddress(), port)));
        t.note("connected", socket.isConnected());
        t.note("closed", socket.isClosed());
        t.attemptTo("connect again", () -> socket.connect(new InetSocketAddress(world.serverAddress(), port)));
        socket.close();
        try (Socket timed = world.socket()) {
            t.attemptTo("with timeout", () -> timed.connect(new InetSocketAddress(world.serverAddress(), port), 5000));
        }
    }

    static void connectTimesOut(SocketWorld world, Transcript t) throws Exception {
        try (ServerSocket listener = world.serverSocket();
                Fill fill = new Fill(world, listener);
                Socket socket = world.socket()) {
            t.attemptTo("connect", () -> socket.connect(fill.address, SHORT));
            t.note("connected", socket.isConnected());
            t.note("closed", socket.isClosed());
        }
    }

    static void closeEndsBlockedConnect(SocketWorld world, Transcript t) throws Exception {
        try (ServerSocket listener = world.serverSocket();
                Fill fill = new Fill(world, listener);
                Socket socket = world.socket()) {
            Transcript.Blocked connect = t.begin("connect", () -> {
                socket.connect(fill.address);
                return "connected";
            });
            t.note("blocks", connect.staysFor(SHORT));
            socket.close();
            connect.outcome();
            t.note("connected", socket.isConnected());
        }
    }

    static void acceptTimesOutAndGoesOn(SocketWorld world, Transcript t) throws Exception {
        try (ServerSocket listener = bound(world);
                Socket socket = world.socket()) {
            listener.setSoTimeout(SHORT);
            t.attempt("accept", () -> listener.accept());
            t.note("closed", listener.isClosed());
            listener.setSoTimeout(10_000);
            socket.connect(listener.getLocalSocketAddress());
            try (Socket accepted = listener.accept()) {
                t.note("accepted's timeout", accepted.getSoTimeout());
                t.note("same port", accepted.getPort() == socket.getLocalPort());
            }
        }
    }

    static void closeEndsBlockedAccept(SocketWorld world, Transcript t) throws Exception {
        ServerSocket listener = bound(world);
        Transcript.Blocked accept = t.begin("accept", () -> listener.accept());
        t.note("blocks", accept.staysFor(SHORT));
        listener.close();
        accept.outcome();
        t.attempt("accept after close", () -> listener.accept());
        t.note("bound", listener.isBound());
        t.note("closed", listener.isClosed());
    }

    static void twoAcceptorsAndClose(SocketWorld world, Transcript t) throws Exception {
        ServerSocket listener = bound(world);
        Transcript.Blocked first = t.begin("first", () -> listener.accept());
        Transcript.Blocked second = t.begin("second", () -> listener.accept());
        t.note("first blocks", first.staysFor(SHORT));
        t.note("second blocks", second.staysFor(SHORT));
        listener.close();
        first.outcome();
        second.outcome();
    }

    static void connectionsWaitToBeAccepted(SocketWorld world, Transcript t) throws Exception {
        try (ServerSocket listener = bound(world)) {
            List<Socket> sockets = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                Socket socket = world.socket();
                socket.connect(listener.getLocalSocketAddress());
                socket.getOutputStream().write(i);
                sockets.add(socket);
            }
            for (int i = 0; i < 10; i++) {
                try (Socket accepted = listener.accept()) {
                    int number = i;
                    t.attempt("accepted " + number, () -> accepted.getInputStream()
                            .read());
                }
            }
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    static void closingListenerResetsThoseWhoWait(SocketWorld world, Transcript t) throws Exception {
        ServerSocket listener = bound(world);
        try (Socket socket = world.socket()) {
            socket.connect(listener.getLocalSocketAddress());
            listener.close();
            t.attempt("read", () -> socket.getInputStream().read());
        }
    }

    static void acceptedConnectionsOutliveTheListener(SocketWorld world, Transcript t) throws Exception {
        ConnectedPair pair = ConnectedPair.open(world);
        pair.listener.close();
        pair.clientOut().write(5);
        t.attempt("server reads", () -> pair.serverIn().read());
        pair.close();
    }

    static void bindConflicts(SocketWorld world, Transcript t) throws Exception {
        try (ServerSocket listener = bound(world);
                ServerSocket second = world.serverSocket();
                ServerSocket third = world.serverSocket()) {
            t.attemptTo("same address", () -> second.bind(listener.getLocalSocketAddress()));
            t.attemptTo("any address", () -> third.bind(new InetSocketAddress(listener.getLocalPort())));
            t.note("bound", second.isBound());
        }
    }

    static void bindToForeignAddress(SocketWorld world, Transcript t) throws Exception {
        InetAddress foreign = InetAddress.getByName(FOREIGN);
        try (ServerSocket listener = world.serverSocket();
                Socket socket = world.socket()) {
            t.attemptTo("server", () -> listener.bind(new InetSocketAddress(foreign, 0)));
            t.attemptTo("client", () -> socket.bind(new InetSocketAddress(foreign, 0)));
            t.note("bound", socket.isBound());
        }
    }

    static void clientBinds(SocketWorld world, Transcript t) throws Exception {
        try (ServerSocket listener = bound(world);
                Socket socket = world.socket();
                Socket second = world.socket()) {
            socket.bind(new InetSocketAddress(world.clientAddress(), 0));
            int port = socket.getLocalPort();
            t.note("has a port", port > 0);
            t.note("address", socket.getLocalAddress().equals(world.clientAddress()));
            t.attemptTo("bind again", () -> socket.bind(new InetSocketAddress(world.clientAddress(), 0)));
            t.attemptTo("another binds", () -> second.bind(new InetSocketAddress(world.clientAddress(), port)));
            socket.connect(listener.getLocalSocketAddress());
            t.note("port stays", socket.getLocalPort() == port);
            try (Socket accepted = listener.accept()) {
                t.note("seen by the server", accepted.getPort() == port);
            }
        }
    }

    static void boundPortIsFreeAfterClose(SocketWorld world, Transcript t) throws Exception {
        Socket socket = world.socket();
        socket.bind(new InetSocketAddress(world.clientAddress(), 0));
        int port = socket.getLocalPort();
        socket.close();
        try (Socket second = world.socket()) {
            t.attemptTo("bind", () -> second.bind(new InetSocketAddress(world.clientAddress(), port)));
        }
        int listened;
        try (ServerSocket listener = bound(world)) {
            listened = listener.getLocalPort();
        }
        try (ServerSocket again = world.serverSocket()) {
            t.attemptTo("listen", () -> again.bind(new InetSocketAddress(world.serverAddress(), listened)));
        }
    }

    static void serverAddresses(SocketWorld world, Transcript t) throws Exception {
        ServerSocket listener = world.serverSocket();
        t.note("unbound", listener);
        t.note("port", listener.getLocalPort());
        t.note("address", listener.getInetAddress());
        t.note("socket address", listener.getLocalSocketAddress());
        t.attempt("accept", () -> listener.accept());
        listener.bind(new InetSocketAddress(0));
        t.note("any", listener.getInetAddress().isAnyLocalAddress());
        int port = listener.getLocalPort();
        t.note("bound", listener.toString().replace("" + port, "PORT"));
        t.attemptTo("bind again", () -> listener.bind(new InetSocketAddress(0)));
        listener.close();
        t.note("port after close", listener.getLocalPort() == port);
        t.note("address after close", listener.getInetAddress() == null);
        t.attemptTo("bind after close", () -> listener.bind(new InetSocketAddress(0)));
        t.attempt("timeout after close", () -> listener.getSoTimeout());
    }

    static void clientAddresses(SocketWorld world, Transcript t) throws Exception {
        Socket fresh = world.socket();
        addresses(world, t, "fresh", fresh, 0, 0);
        fresh.close();
        addresses(world, t, "closed fresh", fresh, 0, 0);
        try (ConnectedPair pair = ConnectedPair.open(world)) {
            int serverPort = pair.client.getPort();
            int clientPort = pair.client.getLocalPort();
            t.note("port of the listener", serverPort == pair.listener.getLocalPort());
            addresses(world, t, "client", pair.client, serverPort, clientPort);
            addresses(world, t, "server", pair.server, serverPort, clientPort);
            pair.client.close();
            pair.server.close();
            addresses(world, t, "closed client", pair.client, serverPort, clientPort);
            addresses(world, t, "closed server", pair.server, serverPort, clientPort);
        }
    }

    static void listenerOnAnyAddressTakesConnections(SocketWorld world, Transcript t) throws Exception {
        try (ServerSocket listener = world.serverSocket();
                Socket socket = world.socket()) {
            listener.bind(null);
            socket.connect(new InetSocketAddress(world.serverAddress(), listener.getLocalPort()));
            try (Socket accepted = listener.accept()) {
                t.note("address", accepted.getLocalAddress().equals(world.serverAddress()));
                t.note("peer", accepted.getInetAddress().equals(world.clientAddress()));
            }
        }
    }

    static void wrongUse(SocketWorld world, Transcript t) throws Exception {
        try (ConnectedPair pair = ConnectedPair.open(world);
                Socket fresh = world.socket()) {
            t.attemptTo("connect twice", () -> pair.client.connect(pair.listener.getLocalSocketAddress()));
            t.attemptTo("connect null", () -> fresh.connect(null));
            t.attemptTo("negative timeout", () -> fresh.connect(pair.listener.getLocalSocketAddress(), -1));
            t.attempt("input of unconnected", () -> fresh.getInputStream());
            t.attempt("output of unconnected", () -> fresh.getOutputStream());
            t.attemptTo("shut down unconnected", () -> fresh.shutdownOutput());
            t.attemptTo("unresolved", () -> fresh.connect(InetSocketAddress.createUnresolved("nowhere.invalid", 1)));
            fresh.close();
            t.attemptTo("connect closed", () -> fresh.connect(pair.listener.getLocalSocketAddress()));
            t.attemptTo("bind closed", () -> fresh.bind(null));
            t.attemptTo("option of closed", () -> fresh.setTcpNoDelay(true));
            t.attempt("stream of closed", () -> fresh.getInputStream());
        }
    }

    private static void addresses(SocketWorld world, Transcript t, String who, Socket socket, int server, int client) {
        t.note(who + " remote", mask(world, socket.getRemoteSocketAddress(), server, client));
        t.note(who + " local", mask(world, socket.getLocalSocketAddress(), server, client));
        t.note(who + " inet", mask(world, socket.getInetAddress(), server, client));
        t.note(who + " local inet", mask(world, socket.getLocalAddress(), server, client));
        t.note(who + " ports", mask(world, socket.getPort() + " " + socket.getLocalPort(), server, client));
        t.note(who + " string", mask(world, socket, server, client));
        t.note(who + " state", socket.isBound() + " " + socket.isConnected() + " " + socket.isClosed());
    }

    private static String mask(SocketWorld world, Object printed, int server, int client) {
        String text = String.valueOf(printed)
                .replaceAll("[A-Za-z0-9.]*/" + world.serverAddress().getHostAddress(), "HOST")
                .replaceAll("[A-Za-z0-9.]*/" + world.clientAddress().getHostAddress(), "HOST");
        return server == 0 ? text : text.replace("" + server, "SERVER").replace("" + client, "CLIENT");
    }

    private static ServerSocket bound(SocketWorld world) throws Exception {
        ServerSocket listener = world.serverSocket();
        listener.bind(new InetSocketAddress(world.serverAddress(), 0));
        return listener;
    }

    /** A listener whose backlog is full, so that a connect to it has no answer. */
    private static final class Fill implements AutoCloseable {
        private static final int ENOUGH = 20;

        final InetSocketAddress address;
        private final List<Socket> sockets = new ArrayList<>();

        Fill(SocketWorld world, ServerSocket listener) throws Exception {
            listener.bind(new InetSocketAddress(world.serverAddress(), 0), 1);
            address = (InetSocketAddress) listener.getLocalSocketAddress();
            // Where it is known how many fit, none is given a time that a busy machine may need.
            int fit = world.takenByBacklogOfOne();
            for (int i = 0; i < ENOUGH; i++) {
                if (i == fit) {
                    return;
                }
                Socket socket = world.socket();
                sockets.add(socket);
                try {
                    socket.connect(address, fit < ENOUGH ? 0 : SHORT);
                } catch (java.net.SocketTimeoutException e) {
                    return;
                }
            }
            throw new IllegalStateException("a backlog of 1 took " + ENOUGH + " connections");
        }

        @Override
        public void close() throws Exception {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }
}
