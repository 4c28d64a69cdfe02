package io.mptcp4j.tun.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Our end of a transfer: sends random octets on a thread of its own, receives until the other end has finished on the
 * caller's, both at once, and keeps both digests.
 */
public final class Exchange {
    private static final int CHUNK = 1 << 18;
    private static final int PATIENCE_MILLIS = 60_000;

    private final Socket socket;
    private long toSend;
    private long seed;
    private long sentBeforeEvent = Long.MAX_VALUE;
    private long receivedBeforeEvent = Long.MAX_VALUE;
    private Runnable event;
    private long received;
    private String sentDigest;
    private String receivedDigest;

    private Exchange(Socket socket) {
        this.socket = socket;
    }

    /** A transfer over a connected socket; {@link #run()} closes it. */
    public static Exchange over(Socket socket) {
        return new Exchange(socket);
    }

    /** Random octets to send, and their seed. */
    public Exchange send(long octets, long seedOfOctets) {
        toSend = octets;
        seed = seedOfOctets;
        return this;
    }

    /** What happens as soon as so many octets are written. */
    public Exchange onceSent(long octets, Runnable what) {
        sentBeforeEvent = octets;
        event = what;
        return this;
    }

    /** What happens as soon as so many octets are read. */
    public Exchange onceReceived(long octets, Runnable what) {
        receivedBeforeEvent = octets;
        event = what;
        return this;
    }

    /** Transfers all octets both ways, finishes, and closes the socket. */
    public Exchange run() throws Exception {
        try (socket) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            CompletableFuture<Void> sender = new CompletableFuture<>();
            Thread thread = new Thread(() -> {
                try {
                    sendAll();
                    sender.complete(null);
                } catch (Throwable e) {
                    sender.completeExceptionally(e);
                }
            });
            thread.setDaemon(true);
            thread.start();
            receiveAll();
            sender.get();
            return this;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException cause ? cause : e;
        }
    }

    /** Octets received. */
    public long received() {
        return received;
    }

    /** The SHA-256 of the octets sent, in hexadecimal. */
    public String sentDigest() {
        return sentDigest;
    }

    /** The SHA-256 of the octets received, in hexadecimal. */
    public String receivedDigest() {
        return receivedDigest;
    }

    private void sendAll() throws IOException {
        MessageDigest digest = sha256();
        SplittableRandom random = new SplittableRandom(seed);
        byte[] chunk = new byte[CHUNK];
        OutputStream out = socket.getOutputStream();
        long sent = 0;
        while (sent < toSend) {
            int length = (int) Math.min(CHUNK, toSend - sent);
            random.nextBytes(chunk);
            digest.update(chunk, 0, length);
            out.write(chunk, 0, length);
            sent += length;
            if (sent >= sentBeforeEvent) {
                sentBeforeEvent = Long.MAX_VALUE;
                event.run();
            }
        }
        socket.shutdownOutput();
        sentDigest = HexFormat.of().formatHex(digest.digest());
    }

    private void receiveAll() throws IOException {
        MessageDigest digest = sha256();
        byte[] chunk = new byte[CHUNK];
        InputStream in = socket.getInputStream();
        for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
            digest.update(chunk, 0, length);
            received += length;
            if (received >= receivedBeforeEvent) {
                receivedBeforeEvent = Long.MAX_VALUE;
                event.run();
            }
        }
        receivedDigest = HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("each JDK has SHA-256", e);
        }
    }
}
