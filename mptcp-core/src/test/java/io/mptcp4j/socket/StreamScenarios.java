package io.mptcp4j.socket;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/** Reading and writing, half-close, the ends of connections. */
final class StreamScenarios {
    static final int SHORT = 150;
    private static final int PATIENCE = 60_000;
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.US_ASCII);

    private StreamScenarios() {}

    static void echo(SocketWorld world, Transcript t) throws Exception {
        try (ConnectedPair pair = ConnectedPair.open(world)) {
            pair.clientOut().write(HELLO);
            t.attempt("server reads", () -> new String(pair.serverIn().readNBytes(5), StandardCharsets.US_ASCII));
            pair.serverOut().write(HELLO);
            t.attempt("client reads", () -> new String(pair.clientIn().readNBytes(5), StandardCharsets.US_ASCII));
            pair.client.close();
            t.attempt("server reads at the end", () -> pair.serverIn().read());
            t.attempt("server reads again", () -> pair.serverIn().read());
        }
    }

    static void megabytesBothWays(SocketWorld world, Transcript t) throws Exception {
        try (ConnectedPair pair = ConnectedPair.open(world)) {
            byte[] there = pattern(3_000_000, 1);
            byte[] back = pattern(2_000_000, 2);
            Transcript.Blocked up = t.begin("client writes", () -> writeAndFinish(pair.client, there));
            Transcript.Blocked down = t.begin("server writes", () -> writeAndFinish(pair.server, back));
            Transcript.Blocked clientReads = t.begin(
                    "client got it", () -> Arrays.equals(back, pair.clientIn().readAllBytes()));
            t.note("server got it", Arrays.equals(there, pair.serverIn().readAllBytes()));
            up.outcome();
            down.outcome();
            clientReads.outcome();
        }
    }

    static void readTimesOutAndSocketGoesOn(SocketWorld world, Transcript t) throws Exception {
        try (ConnectedPair pair = ConnectedPair.open(world)) {
            pair.client.setSoTimeout(SHORT);
            t.attempt("read", () -> pair.clientIn().read());
            t.attempt("read again", () -> pair.clientIn().read());
            t.note("closed", pair.client.isClosed());
            // What is on its way may need longer on a busy machine.
            pair.client.setSoTimeout(PATIENCE);
            pair.serverOut().write(7);
            t.attempt("read after octets came", () -> pair.clientIn().read());
        }
    }

    static void closeEndsBlockedRead(SocketWorld world, Transcript t) throws Exception {
        try (ConnectedPair pair = ConnectedPair.open(world)) {
            InputStream in = pair.clientIn();
            Transcript.Blocked read = t.begin("read", () -> in.read());
            t.note("blocks", read.staysFor(SHORT));
            pair.client.close();
            read.outcome();
            t.attempt("read after close", () -> in.read());
            t.attempt("available after close", () -> in.available());
            t.attempt("server reads", () -> pair.serverIn().read());
        }
    }

    static void closeEndsBlockedTimedRead(SocketWorld world, Transcript t) throws Exception {
        try (ConnectedPair pair = ConnectedPair.open(world)) {
            InputStream in = pair.clientIn();
            pair.client.setSoTimeout(30_000);
            Transcript.Blocked read = t.begin("read", () -> in.read());
            t.note("blocks", read.staysFor(SHORT));
            pair.client.close();
            read.outcome();
        }
    }

    static void closeEndsBlockedWrite(SocketWorld world, Transcript t) throws Exception {
        try (ConnectedPair pair = ConnectedPair.open(world)) {
            OutputStream out = pair.clientOut();
            Transcript.Blocked write = t.begin("write", () -> writeForEver(out));
            t.note("blocks", write.staysFor(3 * SHORT));
            pair.client.close();
            write.outcome();
            t.attemptTo("write after close", () -> out.write(1));
        }
    }

    static void twoReadersAndClose(SocketWorld world, Transcript t) throws Exception {
        try (ConnectedPair pair = ConnectedPair.open(world)) {
            InputStream in = pair.clientIn();
            Transcript.Blocked first = t.begin("first", () -> in.read());
            Transcript.Blocked second = t.begin("second", () -> in.read());
            t.note("first blocks", first.staysFor(SHORT));
            t.note("second blocks", second.staysFor(SHORT));
            pair.client.close();
            first.outcome();
            second.outcome();
        }
    }

    static void halfClose(SocketWorld world, Transcript t) throws Exception {
        try (ConnectedPair pair = ConnectedPair.open(world)) {
            OutputStream out = pair.clientOut();
            out.write(HELLO);
            pair.client.shutdownOutput();
            t.attempt("server reads all", () -> pair.serverIn().readAllBytes().length);
            pair.serverOut().write(HELLO);
            t.attempt("client still reads", () -> pair.clientIn().readNBytes(5).length);
            t.attemptTo("write to the old stream", () -> out.write(1));
            t.attempt("get the stream again", () -> pair.client.getOutputStream());
            t.attemptTo("shut down again", () -> pair.client.shutdownOutput());
            t.note("output shut down", pair.client.isOutputShutdown());
            t.note("input shut down", pair.client.isInputShutdown());
            t.note("closed", pair.client.isClosed());
        }
    }

    static void shutdownOutputEndsBlockedWrite(SocketWorld world, Transcript t) throws Exception {
        try (ConnectedPair pair = ConnectedPair.open(world)) {
            OutputStream out = pair.clientOut();
            Transcript.Blocked write = t.begin("write", () -> writeForEver(out));
            t.note("blocks", write.staysFor(3 * SHORT));
            pair.client.shutdownOutput();
            write.outcome();
        }
    }

    static void shutdownInput(SocketWorld world, Transcript t) throws Exception {
        try (ConnectedPair pair = ConnectedPair.open(world)) {
            InputStream in = pair.clientIn();
            pair.serverOut().write(HELLO);
            t.attempt("one octet", () -> in.read());
            pair.client.shutdownInput();
            t.attempt("read", () -> in.read());
            t.attempt("available", () -> in.available());
            t.attempt("get the stream again", () -> pair.client.getInputStream());
            t.attemptTo("shut down again", () -> pair.client.shutdownInput());
            pair.clientOut().write(HELLO);
            t.attempt("the other way still works", () -> pair.serverIn().readNBytes(5).length);
        }
    }

    static void shutdownInputEndsBlockedRead(SocketWorld world, Transcript t) throws Exception {
        try (ConnectedPair pair = ConnectedPair.open(world)) {
            InputStream in = pair.clientIn();
            Transcript.Blocked read = t.begin("read", () -> in.read());
            t.note("blocks", read.staysFor(SHORT));
            pair.client.shutdownInput();
            read.outcome();
        }
    }

    static void lingerZeroResets(SocketWorld world, Transcript t) throws Exception {
        try (ConnectedPair pair = ConnectedPair.open(world)) {
            InputStream in = pair.serverIn();
            pair.client.setSoLinger(true, 0);
            pair.client.close();
            t.attempt("server reads", () -> in.read());
            t.attempt("server reads again", () -> in.read());
            t.attempt("available", () -> in.available());
            t.attemptTo("server writes", () -> pair.serverOut().write(1));
            t.note("server closed", pair.server.isClosed());
        }
    }

    static void lingerZeroEndsBlockedRead(SocketWorld world, Transcript t) throws Exception {
        try (ConnectedPair pair = ConnectedPair.open(world)) {
            InputStream in = pair.serverIn();
            Transcript.Blocked read = t.begin("server reads", () -> in.read());
            t.note("blocks", read.staysFor(SHORT));
            pair.client.setSoLinger(true, 0);
            pair.client.close();
            read.outcome();
        }
    }

    static void lingerZeroEndsBlockedWrite(SocketWorld world, Transcript t) throws Exception {
        try (ConnectedPair pair = ConnectedPair.open(world)) {
            OutputStream out = pair.serverOut();
            Transcript.Blocked write = t.begin("server writes", () -> writeForEver(out));
            t.note("blocks", write.staysFor(3 * SHORT));
            pair.client.setSoLinger(true, 0);
            pair.client.close();
            write.outcome();
            t.attemptTo("writes again", () -> out.write(1));
        }
    }

    static void resetThenWrites(SocketWorld world, Transcript t) throws Exception {
        try (ConnectedPair pair = ConnectedPair.open(world)) {
            OutputStream out = pair.serverOut();
            pair.client.setSoLinger(true, 0);
            pair.client.close();
            t.attempt("first failing write", () -> writeUntilItFails(out));
            t.attemptTo("next write", () -> out.write(1));
            t.attempt("read", () -> pair.serverIn().read());
        }
    }

    static void octetsBeforeTheEndAreRead(SocketWorld world, Transcript t) throws Exception {
        try (ConnectedPair pair = ConnectedPair.open(world)) {
            pair.clientOut().write(HELLO);
            pair.client.close();
            t.attempt("server reads", () -> new String(pair.serverIn().readAllBytes(), StandardCharsets.US_ASCII));
            t.attemptTo("first write goes nowhere", () -> pair.serverOut().write(1));
        }
    }

    static void octetsBeforeAResetAreRead(SocketWorld world, Transcript t) throws Exception {
        try (ConnectedPair pair = ConnectedPair.open(world)) {
            pair.clientOut().write(HELLO);
            awaitOctets(pair);
            resetAndHaveItArrive(pair, world);
            t.attempt("server reads", () -> pair.serverIn().readNBytes(HELLO.length).length);
            t.attempt("server reads on", () -> pair.serverIn().read());
            t.attempt("server reads again", () -> pair.serverIn().read());
        }
    }

    static void aResetAfterTheEndTakesNothing(SocketWorld world, Transcript t) throws Exception {
        try (ConnectedPair pair = ConnectedPair.open(world)) {
            pair.clientOut().write(HELLO);
            pair.client.shutdownOutput();
            awaitOctets(pair);
            world.awaitPeersEnd(pair.server);
            resetAndHaveItArrive(pair, world);
            t.attempt("server reads all", () -> pair.serverIn().readAllBytes().length);
            t.attempt("server reads again", () -> pair.serverIn().read());
        }
    }

    static void shutdownInputHidesAReset(SocketWorld world, Transcript t) throws Exception {
        try (ConnectedPair pair = ConnectedPair.open(world)) {
            pair.clientOut().write(HELLO);
            InputStream in = pair.serverIn();
            t.attempt("server reads", () -> in.read());
            pair.server.shutdownInput();
            resetAndHaveItArrive(pair, world);
            t.attempt("server reads on", () -> in.read());
            t.attempt("available", () -> in.available());
        }
    }

    private static void awaitOctets(ConnectedPair pair) throws Exception {
        InputStream in = pair.serverIn();
        while (in.available() == 0) {
            Thread.onSpinWait();
        }
    }

    /** Closes the client by a reset, and has a handshake follow it on its way. */
    private static void resetAndHaveItArrive(ConnectedPair pair, SocketWorld world) throws Exception {
        pair.client.setSoLinger(true, 0);
        pair.client.close();
        ConnectedPair.open(world).close();
    }

    static void writeAfterPeerClosed(SocketWorld world, Transcript t) throws Exception {
        try (ConnectedPair pair = ConnectedPair.open(world)) {
            OutputStream out = pair.serverOut();
            pair.client.close();
            t.attempt("server reads", () -> pair.serverIn().read());
            t.attempt("writes fail", () -> writeUntilItFails(out));
            t.attemptTo("next write", () -> out.write(1));
            t.attempt("read", () -> pair.serverIn().read());
        }
    }

    static void lingeringCloseDelivers(SocketWorld world, Transcript t) throws Exception {
        try (ConnectedPair pair = ConnectedPair.open(world)) {
            pair.client.setSoLinger(true, 60);
            Transcript.Blocked read =
                    t.begin("server reads", () -> pair.serverIn().readAllBytes().length);
            pair.clientOut().write(pattern(100_000, 3));
            t.attemptTo("close", () -> pair.client.close());
            read.outcome();
        }
    }

    static void available(SocketWorld world, Transcript t) throws Exception {
        try (ConnectedPair pair = ConnectedPair.open(world)) {
            InputStream in = pair.serverIn();
            t.attempt("before", () -> in.available());
            pair.clientOut().write(HELLO);
            pair.client.shutdownOutput();
            t.attempt("one octet", () -> in.read());
            t.attempt("then", () -> in.available());
            t.attempt("the rest", () -> in.readAllBytes().length);
            t.attempt("at the end", () -> in.available());
        }
    }

    static void argumentsOfReadAndWrite(SocketWorld world, Transcript t) throws Exception {
        try (ConnectedPair pair = ConnectedPair.open(world)) {
            InputStream in = pair.clientIn();
            OutputStream out = pair.clientOut();
            byte[] ten = new byte[10];
            t.attempt("read nothing", () -> in.read(ten, 0, 0));
            t.attempt("read beyond", () -> in.read(ten, 5, 6));
            t.attempt("read at -1", () -> in.read(ten, -1, 2));
            t.attempt("read into null", () -> in.read(null, 0, 1));
            t.attemptTo("write nothing", () -> out.write(ten, 0, 0));
            t.attemptTo("write beyond", () -> out.write(ten, 5, 6));
            t.attemptTo("write a negative length", () -> out.write(ten, 0, -1));
            t.attemptTo("flush", out::flush);
        }
    }

    static void interruptOfPlatformThreadDoesNotEndRead(SocketWorld world, Transcript t) throws Exception {
        try (ConnectedPair pair = ConnectedPair.open(world)) {
            Transcript.Blocked read = t.begin(
                    "read",
                    () -> pair.clientIn().read() + " interrupted: "
                            + Thread.currentThread().isInterrupted());
            t.note("blocks", read.staysFor(SHORT));
            read.thread().interrupt();
            t.note("goes on", read.staysFor(SHORT));
            pair.serverOut().write(3);
            read.outcome();
        }
    }

    static void endIsRememberedAfterClose(SocketWorld world, Transcript t) throws Exception {
        try (ConnectedPair pair = ConnectedPair.open(world)) {
            InputStream in = pair.clientIn();
            pair.server.close();
            t.attempt("read", () -> in.read());
            pair.client.close();
            t.attempt("read after close", () -> in.read());
        }
    }

    static void closingAStreamClosesTheSocket(SocketWorld world, Transcript t) throws Exception {
        try (ConnectedPair pair = ConnectedPair.open(world)) {
            pair.clientOut().close();
            t.note("client closed", pair.client.isClosed());
            t.attempt("server reads", () -> pair.serverIn().read());
            pair.serverIn().close();
            t.note("server closed", pair.server.isClosed());
            t.attemptTo("close again", () -> pair.server.close());
        }
    }

    static byte[] pattern(int length, int seed) {
        byte[] octets = new byte[length];
        new Random(seed).nextBytes(octets);
        return octets;
    }

    private static String writeAndFinish(Socket socket, byte[] octets) throws IOException {
        socket.getOutputStream().write(octets);
        socket.shutdownOutput();
        return "done";
    }

    private static String writeForEver(OutputStream out) throws IOException {
        byte[] block = new byte[65_536];
        while (true) {
            out.write(block);
        }
    }

    private static String writeUntilItFails(OutputStream out) throws IOException {
        for (int i = 0; i < 1000; i++) {
            out.write(1);
            LockSupport.parkNanos(5_000_000);
        }
        return "never fails";
    }
}
