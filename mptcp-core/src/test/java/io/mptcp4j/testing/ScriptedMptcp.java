package io.mptcp4j.testing;

import io.mptcp4j.wire.mptcp.Dss;
import io.mptcp4j.wire.mptcp.MpCapable;
import io.mptcp4j.wire.mptcp.MptcpCrypto;
import io.mptcp4j.wire.mptcp.MptcpOption;
import io.mptcp4j.wire.mptcp.MptcpSubtype;
import java.nio.ByteBuffer;

/** The MPTCP options of a scripted peer: its key, the stack's key, and positions in place of data sequence numbers. */
public final class ScriptedMptcp {
    /** The peer's key. */
    public static final long PEER_KEY = 0x0123_4567_89ab_cdefL;

    private static final int VERSION = MptcpOption.VERSION_1;
    private static final int FLAGS = MpCapable.FLAG_HMAC;

    private final MptcpCrypto crypto = MptcpCrypto.ofVersion(VERSION);
    private long stackKey;

    /** MP_CAPABLE of a SYN. */
    public Option syn() {
        return Option.written(into -> MpCapable.writeSyn(into, 0, VERSION, FLAGS));
    }

    /** MP_CAPABLE of a SYN/ACK. */
    public Option synAck() {
        return Option.written(into -> MpCapable.writeKey(into, 0, VERSION, FLAGS, PEER_KEY));
    }

    /** Learns the stack's key from its SYN/ACK. */
    public ScriptedMptcp learn(Segment synAck) {
        Option option = synAck.mptcpOption(MptcpSubtype.MP_CAPABLE);
        if (option == null) {
            throw new AssertionError("no MP_CAPABLE: " + synAck);
        }
        stackKey = ByteBuffer.wrap(option.data()).getLong(2);
        return this;
    }

    /** MP_CAPABLE of the third ACK. */
    public Option keys() {
        return Option.written(into -> MpCapable.writeKeys(into, 0, VERSION, FLAGS, PEER_KEY, stackKey));
    }

    /** MP_CAPABLE of the first octets. */
    public Option keysAndData(int length) {
        return Option.written(into -> MpCapable.writeKeysAndData(into, 0, VERSION, FLAGS, PEER_KEY, stackKey, length));
    }

    /** A DSS that acknowledges everything before {@code position} of the stack's stream, with 64 bits. */
    public Option dataAck(long position) {
        return Option.written(into -> Dss.writeDataAck(into, 0, stackDsn(position), true));
    }

    /** A DSS that maps octets of the peer's stream and acknowledges nothing. */
    public Option mapping(long position, int ssn, int length) {
        return Option.written(into ->
                Dss.writeMapping(into, 0, false, 0, false, peerDsn(position), true, ssn, length, false, 0, false));
    }

    /** A DSS that ends the peer's stream at {@code position}, without octets. */
    public Option dataFin(long position, long acknowledged) {
        return Option.written(into -> Dss.writeMapping(
                into, 0, true, stackDsn(acknowledged), true, peerDsn(position), true, 0, 1, false, 0, true));
    }

    /** The position that a DSS of the stack acknowledges; fails when it has no 64-bit DATA_ACK. */
    public long acknowledgedPosition(Segment segment) {
        Option option = segment.mptcpOption(MptcpSubtype.DSS);
        if (option == null || (option.data()[1] & 3) != 3) {
            throw new AssertionError("no 64-bit DATA_ACK: " + segment);
        }
        return ByteBuffer.wrap(option.data()).getLong(2) - peerDsn(0);
    }

    private long peerDsn(long position) {
        return crypto.idsn(PEER_KEY) + 1 + position;
    }

    private long stackDsn(long position) {
        return crypto.idsn(stackKey) + 1 + position;
    }
}
