package io.mptcp4j.examples.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.MessageDigest;
import java.util.function.LongConsumer;

/**
 * Octets without a protocol, for any byte-stream peer: nobody says how many there are, and nobody checks them. Only a
 * connection that breaks off shows that something is missing. The socket stays the caller's, who closes it.
 */
public final class RawTransfer {
    private static final int CHUNK = 256 << 10;
    private static final int LOOK_MILLIS = 100;

    private RawTransfer() {}

    /** Tells how many of the written octets the peer's host has acknowledged. */
    @FunctionalInterface
    public interface Acknowledged {
        /** The octets so far. */
        long octets() throws IOException;
    }

    /**
     * Sends octets until they end, then end of stream, and waits until the peer's host has acknowledged all. What the peer
     * sends is thrown away.
     *
     * @param patience how long the peer may acknowledge nothing at the end, in nanoseconds
     * @return how many octets were sent
     * @throws TransferException when the connection breaks off before
     */
    public static long send(
            Socket socket, InputStream octets, Acknowledged acknowledged, long patience, LongConsumer progress)
            throws IOException {
        byte[] chunk = new byte[CHUNK];
        long sent = 0;
        int length;
        while ((length = octets.readNBytes(chunk, 0, CHUNK)) > 0) {
            try {
                socket.getOutputStream().write(chunk, 0, length);
            } catch (IOException e) {
                throw torn("torn after " + FileSender.octets(sent), e);
            }
            sent += length;
            progress.accept(sent);
        }
        awaitAcknowledgment(socket, sent, acknowledged, patience);
        return sent;
    }

    /**
     * Receives octets until end of stream.
     *
     * @param name the file's name for the destination
     * @throws TransferException when the connection breaks off instead; nothing is left of the file then
     */
    public static Received receive(Socket socket, Destination destination, String name, LongConsumer progress)
            throws IOException {
        try (Delivery delivery = destination.begin(name, Destination.UNKNOWN_SIZE)) {
            MessageDigest digest = Digests.sha256();
            byte[] chunk = new byte[CHUNK];
            long received = 0;
            int length;
            while ((length = read(socket, chunk, received)) >= 0) {
                digest.update(chunk, 0, length);
                delivery.write(chunk, 0, length);
                received += length;
                progress.accept(received);
            }
            return new Received(name, delivery.commit(), received, digest.digest());
        }
    }

    private static int read(Socket socket, byte[] chunk, long received) throws TransferException {
        try {
            return socket.getInputStream().read(chunk);
        } catch (IOException e) {
            throw torn("torn after " + FileSender.octets(received), e);
        }
    }

    private static void awaitAcknowledgment(Socket socket, long sent, Acknowledged acknowledged, long patience)
            throws IOException {
        byte[] ignored = new byte[CHUNK];
        long last = -1;
        long since = System.nanoTime();
        boolean ended = false;
        try {
            socket.shutdownOutput();
            socket.setSoTimeout(LOOK_MILLIS);
            while (acknowledged.octets() < sent) {
                if (acknowledged.octets() != last) {
                    last = acknowledged.octets();
                    since = System.nanoTime();
                } else if (System.nanoTime() - since > patience) {
                    throw new SocketTimeoutException("the peer acknowledges nothing any more");
                }
                ended = ended ? pause() : isEndWithin(socket, ignored);
            }
        } catch (IOException e) {
            if (acknowledged.octets() < sent) {
                throw torn("torn: " + acknowledged.octets() + " of " + FileSender.octets(sent) + " acknowledged", e);
            }
        }
    }

    private static boolean isEndWithin(Socket socket, byte[] ignored) throws IOException {
        try {
            return socket.getInputStream().read(ignored) < 0;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    /** The peer has nothing more to say, but may still be acknowledging. */
    private static boolean pause() throws IOException {
        try {
            Thread.sleep(LOOK_MILLIS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static TransferException torn(String what, IOException cause) {
        return new TransferException(what + ": " + cause.getMessage(), cause);
    }
}
