package io.mptcp4j.wire.mptcp;

import io.netty.buffer.ByteBuf;

/** Reads an option of any subtype through its view, and writes from the view's getters alone what it read. */
public final class MptcpReencoder {
    /** What {@link #reencode} returns when the view refuses the option. */
    public static final int MALFORMED = -1;

    private final MpCapable mpCapable = new MpCapable();
    private final MpJoin mpJoin = new MpJoin();
    private final Dss dss = new Dss();
    private final AddAddr addAddr = new AddAddr();
    private final RemoveAddr removeAddr = new RemoveAddr();
    private final MpPrio mpPrio = new MpPrio();
    private final MpFail mpFail = new MpFail();
    private final MpFastclose mpFastclose = new MpFastclose();
    private final MpTcprst mpTcprst = new MpTcprst();

    /** Returns how many octets were written to the beginning of {@code into}. */
    public int reencode(int subtype, ByteBuf from, int index, int length, ByteBuf into) {
        return switch (subtype) {
            case MptcpSubtype.MP_CAPABLE -> mpCapable.wrap(from, index, length) ? writeMpCapable(into) : MALFORMED;
            case MptcpSubtype.MP_JOIN -> mpJoin.wrap(from, index, length) ? writeMpJoin(into) : MALFORMED;
            case MptcpSubtype.DSS -> dss.wrap(from, index, length) ? writeDss(into) : MALFORMED;
            case MptcpSubtype.ADD_ADDR -> addAddr.wrap(from, index, length) ? writeAddAddr(into) : MALFORMED;
            case MptcpSubtype.REMOVE_ADDR -> removeAddr.wrap(from, index, length) ? writeRemoveAddr(into) : MALFORMED;
            case MptcpSubtype.MP_PRIO -> mpPrio.wrap(from, index, length) ? writeMpPrio(into) : MALFORMED;
            case MptcpSubtype.MP_FAIL ->
                mpFail.wrap(from, index, length) ? MpFail.write(into, 0, mpFail.dsn()) : MALFORMED;
            case MptcpSubtype.MP_FASTCLOSE ->
                mpFastclose.wrap(from, index, length)
                        ? MpFastclose.write(into, 0, mpFastclose.receiverKey())
                        : MALFORMED;
            case MptcpSubtype.MP_TCPRST ->
                mpTcprst.wrap(from, index, length)
                        ? MpTcprst.write(into, 0, mpTcprst.isTransient(), mpTcprst.reason())
                        : MALFORMED;
            default -> MALFORMED;
        };
    }

    private int writeMpCapable(ByteBuf into) {
        MpCapable option = mpCapable;
        int version = option.version();
        int flags = option.flags();
        if (!option.hasSenderKey()) {
            return MpCapable.writeSyn(into, 0, version, flags);
        }
        long senderKey = option.senderKey();
        if (!option.hasReceiverKey()) {
            return MpCapable.writeKey(into, 0, version, flags, senderKey);
        }
        long receiverKey = option.receiverKey();
        if (!option.hasDataLength()) {
            return MpCapable.writeKeys(into, 0, version, flags, senderKey, receiverKey);
        }
        int dataLength = option.dataLength();
        return option.hasChecksum()
                ? MpCapable.writeKeysAndDataChecksum(
                        into, 0, version, flags, senderKey, receiverKey, dataLength, option.checksum())
                : MpCapable.writeKeysAndData(into, 0, version, flags, senderKey, receiverKey, dataLength);
    }

    private int writeMpJoin(ByteBuf into) {
        MpJoin option = mpJoin;
        if (option.isAck()) {
            return MpJoin.writeAck(into, 0, option.hmac());
        }
        return option.isSyn()
                ? MpJoin.writeSyn(into, 0, option.isBackup(), option.addressId(), option.token(), option.nonce())
                : MpJoin.writeSynAck(
                        into, 0, option.isBackup(), option.addressId(), option.truncatedHmac(), option.nonce());
    }

    private int writeDss(ByteBuf into) {
        Dss option = dss;
        if (!option.hasMapping()) {
            return option.hasDataAck() ? Dss.writeDataAck(into, 0, option.dataAck(), option.isDataAck64()) : MALFORMED;
        }
        return Dss.writeMapping(
                into,
                0,
                option.hasDataAck(),
                option.hasDataAck() ? option.dataAck() : 0,
                option.isDataAck64(),
                option.dsn(),
                option.isDsn64(),
                option.ssn(),
                option.dataLength(),
                option.hasChecksum(),
                option.hasChecksum() ? option.checksum() : 0,
                option.isDataFin());
    }

    private int writeAddAddr(ByteBuf into) {
        AddAddr option = addAddr;
        if (option.isVersion0()) {
            return AddAddr.writeVersion0(into, 0, option.addressId(), option.address(), option.port());
        }
        return option.isEcho()
                ? AddAddr.writeEcho(into, 0, option.addressId(), option.address(), option.port())
                : AddAddr.write(into, 0, option.addressId(), option.address(), option.port(), option.truncatedHmac());
    }

    private int writeRemoveAddr(ByteBuf into) {
        int[] ids = new int[removeAddr.count()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = removeAddr.addressId(i);
        }
        return RemoveAddr.write(into, 0, ids, ids.length);
    }

    private int writeMpPrio(ByteBuf into) {
        return mpPrio.hasAddressId()
                ? MpPrio.writeVersion0(into, 0, mpPrio.isBackup(), mpPrio.addressId())
                : MpPrio.write(into, 0, mpPrio.isBackup());
    }
}
