package io.mptcp4j.examples.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.MessageDigest;
import java.util.function.LongConsumer;

/** The receiving end of one transfer. The socket stays the caller's, who closes it. */
public final class FileReceiver {
    private static final int CHUNK = 256 << 10;
    private static final int DRAIN_MILLIS = 2000;
    private static final long DRAIN_NANOS = DRAIN_MILLIS * 1_000_000L;

    private final Socket socket;
    private final Destination destination;
    private final LongConsumer progress;
    private final MessageDigest digest = Digests.sha256();
    private final byte[] chunk = new byte[CHUNK];
    private TransferHeader header;
    private long received;

    private FileReceiver(Socket socket, Destination destination, LongConsumer progress) {
        this.socket = socket;
        this.destination = destination;
        this.progress = progress;
    }

    /**
     * Receives a file, checks it, and tells the sender.
     *
     * @param socket connected; its read time-out is how long the sender may be silent
     * @param destination where the file goes
     * @param progress told how many octets have arrived so far
     * @throws TransferException when the file has not arrived whole; nothing is left of it then
     * @throws StorageException when it is not wanted or cannot be stored; nothing is left of it either
     */
    public static Received receive(Socket socket, Destination destination, LongConsumer progress) throws IOException {
        return new FileReceiver(socket, destination, progress).receive();
    }

    private Received receive() throws IOException {
        try {
            header = TransferHeader.readFrom(socket.getInputStream());
        } catch (TransferException e) {
            throw e;
        } catch (IOException e) {
            throw new TransferException("broke off before the sender had named a file: " + e.getMessage(), e);
        }
        try (Delivery delivery = destination.begin(header.name(), header.size())) {
            return receive(delivery);
        } catch (StorageException e) {
            refuse(received == 0 ? Reply.Code.REFUSED : Reply.Code.FAILED, e.getMessage());
            throw e;
        }
    }

    private Received receive(Delivery delivery) throws IOException {
        try {
            new Reply(Reply.Code.READY, "").writeTo(socket.getOutputStream());
        } catch (IOException e) {
            throw torn(e.getMessage(), e);
        }
        while (received < header.size()) {
            int length = read(chunk, 0, (int) Math.min(CHUNK, header.size() - received));
            digest.update(chunk, 0, length);
            store(delivery, length);
            received += length;
            progress.accept(received);
        }
        byte[] computed = digest.digest();
        checkDigest(computed);
        String place = commit(delivery);
        confirm();
        return new Received(header.name(), place, received, computed);
    }

    private int read(byte[] into, int offset, int length) throws TransferException {
        int count;
        try {
            count = socket.getInputStream().read(into, offset, length);
        } catch (SocketTimeoutException e) {
            throw torn("nothing more came in time", e);
        } catch (IOException e) {
            throw torn(e.getMessage(), e);
        }
        if (count < 0) {
            throw torn("the sender ended the connection", null);
        }
        return count;
    }

    private void store(Delivery delivery, int length) throws StorageException {
        try {
            delivery.write(chunk, 0, length);
        } catch (IOException e) {
            throw new StorageException(
                    "writing failed after " + FileSender.octets(received) + ": " + e.getMessage(), e);
        }
    }

    private void checkDigest(byte[] computed) throws IOException {
        byte[] said = new byte[Digests.LENGTH];
        for (int i = 0; i < said.length; ) {
            i += read(said, i, said.length - i);
        }
        if (!MessageDigest.isEqual(computed, said)) {
            String message = "wrong SHA-256 over " + FileSender.octets(received) + " of " + header.name();
            refuse(Reply.Code.DAMAGED, message);
            throw new TransferException("damaged on the way: " + message);
        }
    }

    private static String commit(Delivery delivery) throws StorageException {
        try {
            return delivery.commit();
        } catch (StorageException e) {
            throw e;
        } catch (IOException e) {
            throw new StorageException("all octets arrived, but storing them failed: " + e.getMessage(), e);
        }
    }

    /** The file is safe by now: a sender that has gone away does not change that. */
    private void confirm() {
        try {
            new Reply(Reply.Code.RECEIVED, "").writeTo(socket.getOutputStream());
            socket.shutdownOutput();
        } catch (IOException ignored) {
            // The sender reports a torn transfer, which is the best that it can know.
        }
    }

    /**
     * Says no, and reads on for a while: closing a connection with unread octets resets it, and the sender might never
     * see the reply.
     */
    private void refuse(Reply.Code code, String message) {
        long deadline = System.nanoTime() + DRAIN_NANOS;
        try {
            new Reply(code, message).writeTo(socket.getOutputStream());
            socket.shutdownOutput();
            socket.setSoTimeout(DRAIN_MILLIS);
            InputStream in = socket.getInputStream();
            while (in.read(chunk) >= 0 && System.nanoTime() - deadline < 0) {
                // On its way already.
            }
        } catch (IOException ignored) {
            // The sender has gone away, or will find out by itself.
        }
    }

    private TransferException torn(String why, IOException cause) {
        return new TransferException(
                "torn after " + FileSender.octets(received) + " of " + header.size() + " of "
                        + FileNames.printable(header.name()) + ": " + why,
                cause);
    }
}
