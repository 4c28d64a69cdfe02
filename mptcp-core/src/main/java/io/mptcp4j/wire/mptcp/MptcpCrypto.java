package io.mptcp4j.wire.mptcp;

import io.mptcp4j.wire.IpAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What is computed from a connection's keys: tokens, initial data sequence numbers and HMACs, by the hash of the protocol
 * version. Nothing here is for the path of an octet: each call allocates.
 */
public enum MptcpCrypto {
    /** Version 0: SHA-1 (RFC 6824 3.1). */
    SHA1(20, "SHA-1", "HmacSHA1"),

    /** Version 1: SHA-256 (RFC 8684 3.1). */
    SHA256(32, "SHA-256", "HmacSHA256");

    private static final int ADD_ADDR_PORT_LENGTH = 2;

    private final int octets;
    private final String digestName;
    private final String macName;

    MptcpCrypto(int octets, String digestName, String macName) {
        this.octets = octets;
        this.digestName = digestName;
        this.macName = macName;
    }

    /** The hash of a protocol version, 0 or 1. */
    public static MptcpCrypto ofVersion(int version) {
        return version == MptcpOption.VERSION_0 ? SHA1 : SHA256;
    }

    /** Octets of a whole hash or HMAC: 20 or 32. */
    public int hashLength() {
        return octets;
    }

    /** The token of a key. */
    public int token(long key) {
        // RFC 8684 3.1: the most significant 32 bits of the hash of the key in network byte order.
        return ByteBuffer.wrap(digest(key)).getInt(0);
    }

    /** The initial data sequence number of a key; the first octet of data has the number after it. */
    public long idsn(long key) {
        // RFC 8684 3.1: the least significant 64 bits of the hash.
        return ByteBuffer.wrap(digest(key)).getLong(octets - Long.BYTES);
    }

    /**
     * The HMAC with which a host proves a join (RFC 8684 3.2).
     *
     * @param senderKey the key of the host that sends the HMAC
     * @param receiverKey the other's key
     * @param senderNonce the nonce of the host that sends the HMAC
     * @param receiverNonce the other's nonce
     * @return all octets: 20 or 32
     */
    public byte[] hmac(long senderKey, long receiverKey, int senderNonce, int receiverNonce) {
        // RFC 8684 3.2: HMAC-A = HMAC(Key = Key-A + Key-B, Msg = R-A + R-B).
        return hmac(
                senderKey,
                receiverKey,
                ByteBuffer.allocate(Long.BYTES)
                        .putInt(senderNonce)
                        .putInt(receiverNonce)
                        .array());
    }

    /** The leftmost 64 bits of an HMAC, as MP_JOIN carries them on the SYN/ACK. */
    public static long leftmost64(byte[] hmac) {
        return ByteBuffer.wrap(hmac).getLong(0);
    }

    /**
     * The rightmost 64 bits of the HMAC that an ADD_ADDR carries (RFC 8684 3.4.1).
     *
     * @param senderKey the key of the host that announces the address
     * @param receiverKey the other's key
     * @param port the port announced, 0 for none
     */
    public long addAddrHmac(long senderKey, long receiverKey, int addressId, IpAddress address, int port) {
        return addAddrHmac(senderKey, receiverKey, addressId, address.isIpv4(), address, port);
    }

    /**
     * As above, over an address in the form in which the option has it: an IPv4-mapped one may fill 16 octets.
     *
     * @param asIpv4 whether the option has 4 octets of address
     */
    public long addAddrHmac(
            long senderKey, long receiverKey, int addressId, boolean asIpv4, IpAddress address, int port) {
        byte[] bits = asIpv4
                ? ByteBuffer.allocate(Integer.BYTES).putInt(address.ipv4Bits()).array()
                : ByteBuffer.allocate(2 * Long.BYTES)
                        .putLong(address.high())
                        .putLong(address.low())
                        .array();
        // RFC 8684 3.4.1: a missing port counts as two octets of zero.
        ByteBuffer message = ByteBuffer.allocate(1 + bits.length + ADD_ADDR_PORT_LENGTH)
                .put((byte) addressId)
                .put(bits)
                .putShort((short) port);
        return ByteBuffer.wrap(hmac(senderKey, receiverKey, message.array())).getLong(octets - Long.BYTES);
    }

    /**
     * Whether an HMAC received, truncated to 20 octets, is the one expected; in the same time wherever they differ.
     *
     * @param expected all octets, or at least 20
     * @param received 20 octets
     */
    public static boolean isSameHmac(byte[] expected, byte[] received) {
        byte[] leftmost =
                expected.length == MpJoin.HMAC_LENGTH ? expected : Arrays.copyOf(expected, MpJoin.HMAC_LENGTH);
        return MessageDigest.isEqual(leftmost, received);
    }

    /** Whether a 64-bit HMAC received is the one expected. One comparison of two words: no octet's place shows. */
    public static boolean isSameHmac(long expected, long received) {
        return (expected ^ received) == 0;
    }

    private byte[] digest(long key) {
        try {
            return MessageDigest.getInstance(digestName)
                    .digest(ByteBuffer.allocate(Long.BYTES).putLong(key).array());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + digestName, e);
        }
    }

    private byte[] hmac(long senderKey, long receiverKey, byte[] message) {
        byte[] key = ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(senderKey)
                .putLong(receiverKey)
                .array();
        try {
            Mac mac = Mac.getInstance(macName);
            mac.init(new SecretKeySpec(key, macName));
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + macName, e);
        }
    }
}
