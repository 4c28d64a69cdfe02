package io.mptcp4j.examples.transfer;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What the receiver says.
 *
 * @param code how it stands
 * @param message why, in words for the sender's user; may be empty
 */
record Reply(Code code, String message) {
    /** In the order of their numbers on the wire. */
    enum Code {
        /** Go on. */
        READY,
        /** All has arrived, the digest is right, and the file is where it belongs. */
        RECEIVED,
        /** The receiver does not want the file. */
        REFUSED,
        /** The digest is wrong. */
        DAMAGED,
        /** The receiver cannot keep the file. */
        FAILED
    }

    private static final int MAGIC = 0x4d503452;
    private static final int FIXED_LENGTH = 7;
    private static final int LONGEST_MESSAGE = 4096;
    private static final Code[] CODES = Code.values();

    void writeTo(OutputStream out) throws IOException {
        byte[] octets = message.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(octets.length, LONGEST_MESSAGE);
        ByteBuffer buffer = ByteBuffer.allocate(FIXED_LENGTH + length);
        buffer.putInt(MAGIC).put((byte) code.ordinal()).putShort((short) length).put(octets, 0, length);
        out.write(buffer.array());
        out.flush();
    }

    static Reply readFrom(InputStream in) throws IOException {
        DataInputStream data = new DataInputStream(in);
        try {
            int magic = data.readInt();
            int code = data.readUnsignedByte();
            int length = data.readUnsignedShort();
            if (magic != MAGIC || code >= CODES.length || length > LONGEST_MESSAGE) {
                throw new TransferException("the peer does not speak the protocol of `receive`: for others use --raw");
            }
            byte[] message = new byte[length];
            data.readFully(message);
            return new Reply(CODES[code], printable(new String(message, StandardCharsets.UTF_8)));
        } catch (EOFException e) {
            throw new TransferException("the receiver went away without a word", e);
        }
    }

    /** A peer's words must not move the cursor of our user's terminal. */
    private static String printable(String words) {
        return words.replaceAll("\\p{Cntrl}", "?");
    }
}
