package io.mptcp4j.testing;

import io.mptcp4j.wire.Checksum;
import io.mptcp4j.wire.IpAddress;
import io.mptcp4j.wire.mptcp.AddAddr;
import io.mptcp4j.wire.mptcp.Dss;
import io.mptcp4j.wire.mptcp.DssChecksum;
import io.mptcp4j.wire.mptcp.MpCapable;
import io.mptcp4j.wire.mptcp.MpFail;
import io.mptcp4j.wire.mptcp.MpFastclose;
import io.mptcp4j.wire.mptcp.MpJoin;
import io.mptcp4j.wire.mptcp.MpPrio;
import io.mptcp4j.wire.mptcp.MptcpCrypto;
import io.mptcp4j.wire.mptcp.MptcpOption;
import io.mptcp4j.wire.mptcp.MptcpSubtype;
import io.mptcp4j.wire.mptcp.RemoveAddr;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** The MPTCP options of a scripted peer: its key, the stack's key, and positions in place of data sequence numbers. */
public final class ScriptedMptcp {
    /** The peer's key. */
    public static final long PEER_KEY = 0x0123_4567_89ab_cdefL;

    private static final int FLAGS = MpCapable.FLAG_HMAC;

    private final int version;
    private final MptcpCrypto crypto;
    private long stackKey;

    /** A peer of version 1. */
    public ScriptedMptcp() {
        this(MptcpOption.VERSION_1);
    }

    private ScriptedMptcp(int version) {
        this.version = version;
        this.crypto = MptcpCrypto.ofVersion(version);
    }

    /** A peer of version 0 (RFC 6824). */
    public static ScriptedMptcp version0() {
        return new ScriptedMptcp(MptcpOption.VERSION_0);
    }

    /** MP_CAPABLE of a SYN. */
    public Option syn() {
        return syn(version, FLAGS);
    }

    /** MP_CAPABLE of a SYN/ACK. */
    public Option synAck() {
        return Option.written(into -> MpCapable.writeKey(into, 0, version, FLAGS, PEER_KEY));
    }

    /** MP_CAPABLE of a SYN/ACK, with any version and flags. */
    public Option synAck(int number, int flags) {
        return Option.written(into -> MpCapable.writeKey(into, 0, number, flags, PEER_KEY));
    }

    /** Learns the stack's key from its SYN/ACK, or its SYN of version 0. */
    public ScriptedMptcp learn(Segment synAck) {
        Option option = synAck.mptcpOption(MptcpSubtype.MP_CAPABLE);
        if (option == null) {
            throw new AssertionError("no MP_CAPABLE: " + synAck);
        }
        stackKey = ByteBuffer.wrap(option.data()).getLong(2);
        return this;
    }

    /** Learns the stack's key from its third ACK. */
    public ScriptedMptcp learnThirdAck(Segment thirdAck) {
        return learn(thirdAck);
    }

    /** MP_CAPABLE of a SYN, with any version and flags. */
    public Option syn(int number, int flags) {
        // RFC 6824 3.1: version 0 has the key in the SYN.
        return Option.written(into -> number == MptcpOption.VERSION_0
                ? MpCapable.writeKey(into, 0, number, flags, PEER_KEY)
                : MpCapable.writeSyn(into, 0, number, flags));
    }

    /** MP_CAPABLE of a SYN/ACK, with any flags. */
    public Option synAck(int flags) {
        return Option.written(into -> MpCapable.writeKey(into, 0, version, flags, PEER_KEY));
    }

    /** MP_CAPABLE of a third ACK that names a key which is not the stack's. */
    public Option falseKeys() {
        return Option.written(into -> MpCapable.writeKeys(into, 0, version, FLAGS, PEER_KEY, stackKey + 1));
    }

    /** The MP_CAPABLE of a segment, which must have one. */
    public MpCapable mpCapable(Segment segment) {
        MpCapable view = new MpCapable();
        ByteBuf octets = octets(segment, MptcpSubtype.MP_CAPABLE);
        if (!view.wrap(octets, 0, octets.capacity())) {
            throw new AssertionError("a broken MP_CAPABLE: " + segment);
        }
        return view;
    }

    /** MP_CAPABLE of the third ACK. */
    public Option keys() {
        return Option.written(into -> MpCapable.writeKeys(into, 0, version, FLAGS, PEER_KEY, stackKey));
    }

    /** MP_CAPABLE of the first octets. */
    public Option keysAndData(int length) {
        return Option.written(into -> MpCapable.writeKeysAndData(into, 0, version, FLAGS, PEER_KEY, stackKey, length));
    }

    /** What maps the first octets: MP_CAPABLE in version 1, a DSS in version 0. */
    public Option firstMapping(int length) {
        return version == MptcpOption.VERSION_0 ? mapping(0, 1, length) : keysAndData(length);
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

    // ---- joins (RFC 8684 3.2)

    /** MP_JOIN of the peer's SYN. */
    public Option joinSyn(boolean backup, int addressId, int nonce) {
        return Option.written(into -> MpJoin.writeSyn(into, 0, backup, addressId, crypto.token(stackKey), nonce));
    }

    /** MP_JOIN of the peer's SYN/ACK that answers a SYN of the stack. */
    public Option joinSynAck(Segment syn, boolean backup, int addressId, int nonce) {
        long hmac = MptcpCrypto.leftmost64(crypto.hmac(PEER_KEY, stackKey, nonce, joinNonce(syn)));
        return Option.written(into -> MpJoin.writeSynAck(into, 0, backup, addressId, hmac, nonce));
    }

    /** MP_JOIN of the peer's third ACK that answers a SYN/ACK of the stack. */
    public Option joinAck(Segment synAck, int nonce) {
        byte[] hmac = crypto.hmac(PEER_KEY, stackKey, nonce, joinNonce(synAck));
        return Option.written(into -> MpJoin.writeAck(into, 0, Arrays.copyOf(hmac, MpJoin.HMAC_LENGTH)));
    }

    /** Whether the HMAC of the stack's SYN/ACK is right. */
    public boolean isGenuineSynAck(Segment synAck, int nonce) {
        byte[] hmac = crypto.hmac(stackKey, PEER_KEY, joinNonce(synAck), nonce);
        return join(synAck).truncatedHmac() == MptcpCrypto.leftmost64(hmac);
    }

    /** Whether the HMAC of the stack's third ACK is right. */
    public boolean isGenuineThirdAck(Segment syn, Segment thirdAck, int nonce) {
        byte[] hmac = crypto.hmac(stackKey, PEER_KEY, joinNonce(syn), nonce);
        return Arrays.equals(join(thirdAck).hmac(), Arrays.copyOf(hmac, MpJoin.HMAC_LENGTH));
    }

    /** The MP_JOIN of a segment. */
    public MpJoin join(Segment segment) {
        MpJoin view = new MpJoin();
        ByteBuf octets = octets(segment, MptcpSubtype.MP_JOIN);
        if (!view.wrap(octets, 0, octets.capacity())) {
            throw new AssertionError("a broken MP_JOIN: " + segment);
        }
        return view;
    }

    private int joinNonce(Segment segment) {
        return join(segment).nonce();
    }

    // ---- DSS in all its forms (RFC 8684 3.3)

    /** A DSS with a 32-bit DATA_ACK alone. */
    public Option dataAck32(long position) {
        return Option.written(into -> Dss.writeDataAck(into, 0, stackDsn(position), false));
    }

    /** A DSS with a 32-bit data sequence number and no DATA_ACK. */
    public Option mapping32(long position, int ssn, int length) {
        return Option.written(into ->
                Dss.writeMapping(into, 0, false, 0, false, peerDsn(position), false, ssn, length, false, 0, false));
    }

    /** A DSS with a 64-bit DATA_ACK and a 64-bit mapping. */
    public Option mappingAndAck(long position, int ssn, int length, long acknowledged) {
        return Option.written(into -> Dss.writeMapping(
                into, 0, true, stackDsn(acknowledged), true, peerDsn(position), true, ssn, length, false, 0, false));
    }

    /** A DSS whose mapping has a checksum, which was never negotiated. */
    public Option mappingWithChecksum(long position, int ssn, int length) {
        return Option.written(into ->
                Dss.writeMapping(into, 0, false, 0, false, peerDsn(position), true, ssn, length, true, 0x1234, false));
    }

    /** A DSS that maps octets and the DATA_FIN behind them. */
    public Option mappingAndFin(long position, int ssn, int octets) {
        return Option.written(into ->
                Dss.writeMapping(into, 0, false, 0, false, peerDsn(position), true, ssn, octets + 1, false, 0, true));
    }

    /** The DSS of a segment, which must have one. */
    public Dss dss(Segment segment) {
        Dss view = new Dss();
        ByteBuf octets = octets(segment, MptcpSubtype.DSS);
        if (!view.wrap(octets, 0, octets.capacity())) {
            throw new AssertionError("a broken DSS: " + segment);
        }
        return view;
    }

    /** The position of the first octet that a segment of the stack maps. */
    public long mappedPosition(Segment segment) {
        return dss(segment).dsn() - stackDsn(0);
    }

    // ---- checksums (RFC 8684 3.3.1, 3.7)

    /** A DSS that maps these octets and has their checksum. */
    public Option summedMapping(long position, int ssn, byte[] octets) {
        return summedMapping(position, ssn, octets, false, 0);
    }

    /** As {@link #summedMapping(long, int, byte[])}; the mapping ends with the DATA_FIN. */
    public Option summedMappingAndFin(long position, int ssn, byte[] octets) {
        return summedMapping(position, ssn, octets, true, 0);
    }

    /** A DSS whose checksum is wrong. */
    public Option wrongMapping(long position, int ssn, byte[] octets) {
        return summedMapping(position, ssn, octets, false, 1);
    }

    private Option summedMapping(long position, int ssn, byte[] octets, boolean fin, int error) {
        int length = octets.length + (fin ? 1 : 0);
        int checksum = DssChecksum.compute(sum(octets), peerDsn(position), ssn, length) ^ error;
        return Option.written(into ->
                Dss.writeMapping(into, 0, false, 0, false, peerDsn(position), true, ssn, length, true, checksum, fin));
    }

    /** A DSS that ends the peer's stream at {@code position}, without octets, and has the checksum of that. */
    public Option summedFin(long position, long acknowledged, boolean right) {
        int checksum = DssChecksum.compute(0, peerDsn(position), 0, 1) ^ (right ? 0 : 1);
        return Option.written(into -> Dss.writeMapping(
                into, 0, true, stackDsn(acknowledged), true, peerDsn(position), true, 0, 1, true, checksum, true));
    }

    /** MP_CAPABLE of the third ACK, with any flags. */
    public Option keys(int flags) {
        return Option.written(into -> MpCapable.writeKeys(into, 0, version, flags, PEER_KEY, stackKey));
    }

    /** MP_CAPABLE of the first octets, with their checksum. */
    public Option keysAndData(byte[] octets) {
        int checksum = DssChecksum.compute(sum(octets), peerDsn(0), 1, octets.length);
        return Option.written(into -> MpCapable.writeKeysAndDataChecksum(
                into,
                0,
                version,
                FLAGS | MpCapable.FLAG_CHECKSUM_REQUIRED,
                PEER_KEY,
                stackKey,
                octets.length,
                checksum));
    }

    /** Whether the stack's DSS has the right checksum for these octets of its stream; none for a DATA_FIN alone. */
    public boolean isSummed(Dss dss, byte[] octets) {
        long position = dss.dsn() - stackDsn(0);
        return dss.isDsn64()
                && dss.hasChecksum()
                && DssChecksum.isRight(dss.checksum(), sum(octets), stackDsn(position), dss.ssn(), dss.dataLength());
    }

    /** Whether the MP_CAPABLE of the stack's first octets has their right checksum. */
    public boolean isSummed(MpCapable option, byte[] octets) {
        return option.hasChecksum()
                && DssChecksum.isRight(option.checksum(), sum(octets), stackDsn(0), 1, option.dataLength());
    }

    /** MP_FAIL for octets of the stack's stream from {@code position} on. */
    public Option fail(long position) {
        return Option.written(into -> MpFail.write(into, 0, stackDsn(position)));
    }

    /** The position of the peer's stream that the MP_FAIL of a segment names; -1 when the segment has none. */
    public long failedPosition(Segment segment) {
        Option option = segment.mptcpOption(MptcpSubtype.MP_FAIL);
        return option == null ? -1 : ByteBuffer.wrap(option.data()).getLong(2) - peerDsn(0);
    }

    private static int sum(byte[] octets) {
        return Checksum.sum(Unpooled.wrappedBuffer(octets), 0, octets.length);
    }

    // ---- signals (RFC 8684 3.3.8, 3.4, 3.5)

    /** A genuine ADD_ADDR; port 0: none. */
    public Option addAddr(int addressId, IpAddress address, int port) {
        long hmac = crypto.addAddrHmac(PEER_KEY, stackKey, addressId, address, port);
        return Option.written(into -> AddAddr.write(into, 0, addressId, address, port, hmac));
    }

    /** A genuine ADD_ADDR of an IPv4 address in the form for IPv6. */
    public Option mappedAddAddr(int addressId, IpAddress address) {
        long hmac = crypto.addAddrHmac(PEER_KEY, stackKey, addressId, false, address, 0);
        Option plain = addAddr(addressId, IpAddress.parse("fd00::1"), 0);
        ByteBuffer.wrap(plain.data())
                .putLong(2, address.high())
                .putLong(10, address.low())
                .putLong(18, hmac);
        return plain;
    }

    /** An ADD_ADDR of version 0; port 0: none. */
    public Option addAddrVersion0(int addressId, IpAddress address, int port) {
        return Option.written(into -> AddAddr.writeVersion0(into, 0, addressId, address, port));
    }

    /** An ADD_ADDR whose HMAC is wrong. */
    public Option falseAddAddr(int addressId, IpAddress address) {
        return Option.written(into -> AddAddr.write(into, 0, addressId, address, 0, 42));
    }

    /** The echo of an ADD_ADDR. */
    public Option addAddrEcho(int addressId, IpAddress address) {
        return addAddrEcho(addressId, address, 0);
    }

    /** The echo of an ADD_ADDR with a port. */
    public Option addAddrEcho(int addressId, IpAddress address, int port) {
        return Option.written(into -> AddAddr.writeEcho(into, 0, addressId, address, port));
    }

    /** Whether an ADD_ADDR of the stack has the right HMAC. */
    public boolean isGenuineAddAddr(AddAddr view) {
        int port = view.hasPort() ? view.port() : 0;
        return view.truncatedHmac() == crypto.addAddrHmac(stackKey, PEER_KEY, view.addressId(), view.address(), port);
    }

    /** The ADD_ADDR of a segment; null when there is none. */
    public AddAddr addAddr(Segment segment) {
        if (segment.mptcpOption(MptcpSubtype.ADD_ADDR) == null) {
            return null;
        }
        AddAddr view = new AddAddr();
        ByteBuf octets = octets(segment, MptcpSubtype.ADD_ADDR);
        if (!view.wrap(octets, 0, octets.capacity())) {
            throw new AssertionError("a broken ADD_ADDR: " + segment);
        }
        return view;
    }

    /** REMOVE_ADDR. */
    public Option removeAddr(int... addressIds) {
        return Option.written(into -> RemoveAddr.write(into, 0, addressIds, addressIds.length));
    }

    /** MP_PRIO. */
    public Option prio(boolean backup) {
        return Option.written(into -> MpPrio.write(into, 0, backup));
    }

    /** MP_PRIO of version 0 for all subflows of an address. */
    public Option prioVersion0(boolean backup, int addressId) {
        return Option.written(into -> MpPrio.writeVersion0(into, 0, backup, addressId));
    }

    /** MP_FASTCLOSE with the stack's key. */
    public Option fastclose() {
        return fastclose(stackKey);
    }

    /** MP_FASTCLOSE with some key. */
    public Option fastclose(long key) {
        return Option.written(into -> MpFastclose.write(into, 0, key));
    }

    private static ByteBuf octets(Segment segment, int subtype) {
        Option option = segment.mptcpOption(subtype);
        if (option == null) {
            throw new AssertionError(MptcpSubtype.class.getSimpleName() + " " + subtype + " is missing: " + segment);
        }
        return Unpooled.wrappedBuffer(new byte[] {(byte) option.kind(), (byte) option.length()}, option.data());
    }

    private long peerDsn(long position) {
        return crypto.idsn(PEER_KEY) + 1 + position;
    }

    private long stackDsn(long position) {
        return crypto.idsn(stackKey) + 1 + position;
    }
}
