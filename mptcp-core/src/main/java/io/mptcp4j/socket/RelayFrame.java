package io.mptcp4j.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;

/**
 * A packet on its way from one server of a group to another in a UDP datagram, with proof that a member sent it. One
 * instance for each direction, reused.
 *
 * <pre>
 *   0 "MPGR"
 *   4 version 1 | 5 sender's index | 6 receiver's index | 7 zero
 *   8 HMAC-SHA256 over octets 0 to 7 and the packet, leftmost 128 bits
 *  24 the packet, from the IP header on; nothing: the sender is there
 * </pre>
 */
final class RelayFrame {
    /** Octets before the packet. */
    static final int HEADER = 24;

    /** The longest UDP payload over IPv4, in octets. */
    static final int LONGEST = 65_507;

    private static final int MAGIC = 0x4d50_4752;
    private static final int VERSION = 1;
    private static final int VERSION_AT = 4;
    private static final int FROM = 5;
    private static final int TO = 6;
    private static final int ZERO = 7;
    private static final int PROOF = 8;
    private static final int PROOF_LENGTH = 16;
    private static final int WHOLE_PROOF = 32;
    private static final String ALGORITHM = "HmacSHA256";

    private final byte[] octets = new byte[LONGEST];
    private final ByteBuf view = Unpooled.wrappedBuffer(octets);
    private final ByteBuffer datagram = ByteBuffer.wrap(octets);
    private final byte[] proof = new byte[WHOLE_PROOF];
    private final byte[] claimed = new byte[WHOLE_PROOF];
    private final Mac mac;

    RelayFrame(byte[] secret) {
        try {
            mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret, ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    /** Where a packet is to be put, from {@link #HEADER} on, or lies. */
    ByteBuf octets() {
        return view;
    }

    /** An empty datagram to receive into. */
    ByteBuffer empty() {
        return datagram.clear();
    }

    /** Octets of the datagram received. */
    int length() {
        return datagram.position();
    }

    /** The datagram with the packet of so many octets that was put into {@link #octets()}. */
    ByteBuffer seal(int from, int to, int length) {
        view.setInt(0, MAGIC);
        octets[VERSION_AT] = VERSION;
        octets[FROM] = (byte) from;
        octets[TO] = (byte) to;
        octets[ZERO] = 0;
        prove(length);
        System.arraycopy(proof, 0, octets, PROOF, PROOF_LENGTH);
        return datagram.clear().limit(HEADER + length);
    }

    /** Whether a received datagram of so many octets is a genuine one for the server {@code to}. */
    boolean isGenuine(int length, int to) {
        if (length < HEADER
                || view.getInt(0) != MAGIC
                || octets[VERSION_AT] != VERSION
                || (octets[TO] & 0xff) != to
                || octets[ZERO] != 0) {
            return false;
        }
        prove(length - HEADER);
        // What is not carried counts as equal.
        System.arraycopy(proof, 0, claimed, 0, proof.length);
        System.arraycopy(octets, PROOF, claimed, 0, PROOF_LENGTH);
        return MessageDigest.isEqual(claimed, proof);
    }

    /** Who says it has sent the datagram received. */
    int from() {
        return octets[FROM] & 0xff;
    }

    private void prove(int packetLength) {
        mac.update(octets, 0, PROOF);
        mac.update(octets, HEADER, packetLength);
        try {
            mac.doFinal(proof, 0);
        } catch (ShortBufferException e) {
            throw new IllegalStateException("an HMAC has " + WHOLE_PROOF + " octets", e);
        }
    }
}
