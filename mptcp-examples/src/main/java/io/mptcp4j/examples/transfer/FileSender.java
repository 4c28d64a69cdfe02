package io.mptcp4j.examples.transfer;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.security.MessageDigest;
import java.util.function.LongConsumer;

/** The sending end of one transfer. The socket stays the caller's, who closes it. */
public final class FileSender {
    private static final int CHUNK = 256 << 10;
    private static final int LAST_WORDS_MILLIS = 2000;

    private final Socket socket;
    private final TransferHeader header;
    private final LongConsumer progress;
    private long sent;

    private FileSender(Socket socket, TransferHeader header, LongConsumer progress) {
        this.socket = socket;
        this.header = header;
        this.progress = progress;
    }

    /**
     * Sends a file and waits for the receiver's verdict.
     *
     * @param socket connected; its read time-out is how long the receiver may be silent
     * @param octets the file, from its beginning; stays open
     * @param header its name and size
     * @param progress told how many octets have been written so far
     * @return the SHA-256 that the receiver has agreed to
     * @throws TransferException when the receiver has not got the whole file; the message says why
     */
    public static byte[] send(Socket socket, InputStream octets, TransferHeader header, LongConsumer progress)
            throws IOException {
        return new FileSender(socket, header, progress).send(octets);
    }

    private byte[] send(InputStream octets) throws IOException {
        try {
            OutputStream out = socket.getOutputStream();
            header.writeTo(out);
            expect(Reply.Code.READY);
        } catch (TransferException e) {
            throw e;
        } catch (IOException e) {
            throw torn(e);
        }
        byte[] digest = sendOctets(octets);
        try {
            socket.getOutputStream().write(digest);
            socket.shutdownOutput();
            expect(Reply.Code.RECEIVED);
            return digest;
        } catch (TransferException e) {
            throw e;
        } catch (IOException e) {
            throw torn(e);
        }
    }

    private byte[] sendOctets(InputStream octets) throws IOException {
        MessageDigest digest = Digests.sha256();
        byte[] chunk = new byte[CHUNK];
        while (sent < header.size()) {
            int length = octets.readNBytes(chunk, 0, (int) Math.min(CHUNK, header.size() - sent));
            if (length == 0) {
                throw new TransferException(
                        header.name() + " became shorter while it was being sent: gave up after " + octets(sent));
            }
            digest.update(chunk, 0, length);
            write(chunk, length);
        }
        if (octets.read() >= 0) {
            throw new TransferException(
                    header.name() + " became longer while it was being sent: gave up after " + octets(sent));
        }
        return digest.digest();
    }

    private void write(byte[] chunk, int length) throws IOException {
        try {
            if (socket.getInputStream().available() > 0) {
                throw tooEarly(Reply.readFrom(socket.getInputStream()));
            }
            socket.getOutputStream().write(chunk, 0, length);
        } catch (TransferException e) {
            throw e;
        } catch (IOException e) {
            throw lastWords(e);
        }
        sent += length;
        progress.accept(sent);
    }

    private void expect(Reply.Code wanted) throws IOException {
        Reply reply = Reply.readFrom(socket.getInputStream());
        if (reply.code() != wanted) {
            throw tooEarly(reply);
        }
    }

    /** The connection broke off under our hands; perhaps the receiver has said why. */
    private TransferException lastWords(IOException failure) {
        try {
            socket.setSoTimeout(LAST_WORDS_MILLIS);
            return tooEarly(Reply.readFrom(socket.getInputStream()));
        } catch (IOException e) {
            return torn(failure);
        }
    }

    private TransferException tooEarly(Reply reply) {
        return new TransferException(
                switch (reply.code()) {
                    case REFUSED -> "the receiver refuses " + header.name() + ": " + reply.message();
                    case DAMAGED -> "damaged on the way, the receiver has thrown it away: " + reply.message();
                    case FAILED -> "the receiver cannot keep " + header.name() + ": " + reply.message();
                    case READY, RECEIVED ->
                        "the receiver says " + reply.code() + " at the wrong time, after " + octets(sent);
                });
    }

    private TransferException torn(IOException cause) {
        String why = cause instanceof EOFException ? "end of stream" : cause.getMessage();
        return new TransferException(
                "torn after " + octets(sent) + " of " + header.size() + " of " + header.name() + ": " + why, cause);
    }

    static String octets(long count) {
        return count + (count == 1 ? " octet" : " octets");
    }
}
