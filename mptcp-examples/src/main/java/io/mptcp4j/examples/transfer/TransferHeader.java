package io.mptcp4j.examples.transfer;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * What the sender says first.
 *
 * @param name what the file is called; whether it may be called so is for the receiver to judge
 * @param size its octets, not negative
 */
public record TransferHeader(String name, long size) {
    static final int VERSION = 1;
    private static final int MAGIC = 0x4d50344a;
    private static final int FIXED_LENGTH = 16;
    private static final int LONGEST_NAME = 1024;

    /** Checks what the wire can express. */
    public TransferHeader {
        if (size < 0) {
            throw new IllegalArgumentException("a size is not negative: " + size);
        }
        int length = name.getBytes(StandardCharsets.UTF_8).length;
        if (length == 0 || length > LONGEST_NAME) {
            throw new IllegalArgumentException("a name has 1 to " + LONGEST_NAME + " octets: " + length);
        }
    }

    /** Writes the header at once, not flushed. */
    public void writeTo(OutputStream out) throws IOException {
        byte[] octets = name.getBytes(StandardCharsets.UTF_8);
        ByteBuffer buffer = ByteBuffer.allocate(FIXED_LENGTH + octets.length);
        buffer.putInt(MAGIC).put((byte) VERSION).put((byte) 0).putShort((short) octets.length);
        buffer.putLong(size).put(octets);
        out.write(buffer.array());
    }

    /**
     * Reads a header.
     *
     * @throws TransferException when it is none, or of another version
     * @throws IOException when the connection breaks off
     */
    public static TransferHeader readFrom(InputStream in) throws IOException {
        DataInputStream data = new DataInputStream(in);
        try {
            if (data.readInt() != MAGIC) {
                throw new TransferException("the peer does not speak the protocol of `send`: for others use --raw");
            }
            int version = data.readUnsignedByte();
            if (version != VERSION) {
                throw new TransferException(
                        "the sender speaks version " + version + " of the protocol, this end version " + VERSION);
            }
            data.readUnsignedByte();
            byte[] name = new byte[data.readUnsignedShort()];
            long size = data.readLong();
            if (name.length == 0 || name.length > LONGEST_NAME || size < 0) {
                throw new TransferException("the sender's header makes no sense");
            }
            data.readFully(name);
            return new TransferHeader(decode(name), size);
        } catch (EOFException e) {
            throw new TransferException("the sender went away before it had named a file", e);
        }
    }

    private static String decode(byte[] name) throws TransferException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(name))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new TransferException("the file's name is not UTF-8", e);
        }
    }
}
