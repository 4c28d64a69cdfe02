package io.mptcp4j.testing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.ToIntFunction;

/**
 * A TCP option as it stands in a {@link Segment}.
 *
 * @param kind the kind octet
 * @param data what follows the length octet
 */
public record Option(int kind, byte[] data) {
    /** Maximum segment size (RFC 9293 3.7.1). */
    public static final int MSS = 2;

    /** Window scale (RFC 7323 2). */
    public static final int WINDOW_SCALE = 3;

    /** SACK-permitted (RFC 2018 2). */
    public static final int SACK_PERMITTED = 4;

    /** SACK (RFC 2018 3). */
    public static final int SACK = 5;

    /** Timestamps (RFC 7323 3). */
    public static final int TIMESTAMPS = 8;

    /** MPTCP (RFC 8684 3). */
    public static final int MPTCP = 30;

    /** The MSS option. */
    public static Option mss(int octets) {
        return new Option(MSS, new byte[] {(byte) (octets >>> 8), (byte) octets});
    }

    /** The window scale option. */
    public static Option windowScale(int shift) {
        return new Option(WINDOW_SCALE, new byte[] {(byte) shift});
    }

    /** The SACK-permitted option. */
    public static Option sackPermitted() {
        return new Option(SACK_PERMITTED, new byte[0]);
    }

    /** The timestamps option. */
    public static Option timestamps(int tsVal, int tsEcr) {
        return new Option(
                TIMESTAMPS, ByteBuffer.allocate(8).putInt(tsVal).putInt(tsEcr).array());
    }

    /** The SACK option: left and right edges in turn. */
    public static Option sack(int... edges) {
        ByteBuffer data = ByteBuffer.allocate(4 * edges.length);
        for (int edge : edges) {
            data.putInt(edge);
        }
        return new Option(SACK, data.array());
    }

    /** An MPTCP option: the octets after kind and length. */
    public static Option mptcp(int... octets) {
        byte[] data = new byte[octets.length];
        for (int i = 0; i < octets.length; i++) {
            data[i] = (byte) octets[i];
        }
        return new Option(MPTCP, data);
    }

    /** The option that an encoder writes at index 0 of a buffer, returning its length: kind and length included. */
    public static Option written(ToIntFunction<ByteBuf> encoder) {
        ByteBuf buffer = Unpooled.buffer(40);
        int length = encoder.applyAsInt(buffer);
        byte[] data = new byte[length - 2];
        buffer.getBytes(2, data);
        return new Option(buffer.getUnsignedByte(0), data);
    }

    /** The 32 bits at {@code offset} of the data. */
    public int intAt(int offset) {
        return ByteBuffer.wrap(data).getInt(offset);
    }

    /** The subtype of an MPTCP option; -1 for other kinds. */
    public int mptcpSubtype() {
        return kind == MPTCP && data.length > 0 ? data[0] >>> 4 & 0xf : -1;
    }

    /** The octets of the option on the wire. */
    public int length() {
        return 2 + data.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Option that && kind == that.kind && Arrays.equals(data, that.data);
    }

    @Override
    public int hashCode() {
        return 31 * kind + Arrays.hashCode(data);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder().append(kind).append(':');
        for (byte octet : data) {
            text.append(String.format("%02x", octet));
        }
        return text.toString();
    }
}
