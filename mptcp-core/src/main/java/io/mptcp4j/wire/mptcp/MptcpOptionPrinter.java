package io.mptcp4j.wire.mptcp;

import io.netty.buffer.ByteBuf;
import java.util.HexFormat;

/** Prints one MPTCP option into a packet's line. Keys and HMACs are printed whole: a log of packets is for debugging. */
final class MptcpOptionPrinter {
    private static final int SUBTYPES = 16;
    private static final String[] NAMES = new String[SUBTYPES];

    static {
        NAMES[MptcpSubtype.MP_CAPABLE] = "capable";
        NAMES[MptcpSubtype.MP_JOIN] = "join";
        NAMES[MptcpSubtype.DSS] = "dss";
        NAMES[MptcpSubtype.ADD_ADDR] = "add-addr";
        NAMES[MptcpSubtype.REMOVE_ADDR] = "remove-addr";
        NAMES[MptcpSubtype.MP_PRIO] = "prio";
        NAMES[MptcpSubtype.MP_FAIL] = "fail";
        NAMES[MptcpSubtype.MP_FASTCLOSE] = "fastclose";
        NAMES[MptcpSubtype.MP_TCPRST] = "tcprst";
        NAMES[MptcpSubtype.MP_EXPERIMENTAL] = "experimental";
    }

    private MptcpOptionPrinter() {}

    /** Appends the option; its length is above 2. */
    static void print(ByteBuf buffer, int index, int length, StringBuilder line) {
        int subtype = buffer.getUnsignedByte(index + 2) >>> 4;
        line.append(NAMES[subtype] == null ? "mptcp-" + subtype : NAMES[subtype]);
        boolean wellFormed =
                switch (subtype) {
                    case MptcpSubtype.MP_CAPABLE -> printMpCapable(buffer, index, length, line);
                    case MptcpSubtype.MP_JOIN -> printMpJoin(buffer, index, length, line);
                    case MptcpSubtype.DSS -> printDss(buffer, index, length, line);
                    case MptcpSubtype.ADD_ADDR -> printAddAddr(buffer, index, length, line);
                    case MptcpSubtype.REMOVE_ADDR -> printRemoveAddr(buffer, index, length, line);
                    case MptcpSubtype.MP_PRIO -> printMpPrio(buffer, index, length, line);
                    case MptcpSubtype.MP_FAIL -> printMpFail(buffer, index, length, line);
                    case MptcpSubtype.MP_FASTCLOSE -> printMpFastclose(buffer, index, length, line);
                    case MptcpSubtype.MP_TCPRST -> printMpTcprst(buffer, index, length, line);
                    default -> true;
                };
        if (!wellFormed) {
            line.append(" malformed, ").append(length).append(" octets");
        }
    }

    private static boolean printMpCapable(ByteBuf buffer, int index, int length, StringBuilder line) {
        MpCapable option = new MpCapable();
        if (!option.wrap(buffer, index, length)) {
            return false;
        }
        line.append(" v").append(option.version()).append(' ');
        for (int bit = 0; bit < Byte.SIZE; bit++) {
            if ((option.flags() & 0x80 >>> bit) != 0) {
                line.append((char) ('A' + bit));
            }
        }
        if (option.hasSenderKey()) {
            line.append(" key ").append(hex(option.senderKey()));
        }
        if (option.hasReceiverKey()) {
            line.append(' ').append(hex(option.receiverKey()));
        }
        if (option.hasDataLength()) {
            line.append(" length ").append(option.dataLength());
        }
        if (option.hasChecksum()) {
            line.append(" csum ").append(hex16(option.checksum()));
        }
        return true;
    }

    private static boolean printMpJoin(ByteBuf buffer, int index, int length, StringBuilder line) {
        MpJoin option = new MpJoin();
        if (!option.wrap(buffer, index, length)) {
            return false;
        }
        if (option.isAck()) {
            line.append(" hmac ").append(HexFormat.of().formatHex(option.hmac()));
            return true;
        }
        line.append(option.isBackup() ? " backup id " : " id ").append(option.addressId());
        if (option.isSyn()) {
            line.append(" token ").append(HexFormat.of().toHexDigits(option.token()));
        } else {
            line.append(" hmac ").append(hex(option.truncatedHmac()));
        }
        line.append(" nonce ").append(HexFormat.of().toHexDigits(option.nonce()));
        return true;
    }

    private static boolean printDss(ByteBuf buffer, int index, int length, StringBuilder line) {
        Dss option = new Dss();
        if (!option.wrap(buffer, index, length)) {
            return false;
        }
        if (option.isDataFin()) {
            line.append(" fin");
        }
        if (option.hasDataAck()) {
            line.append(option.isDataAck64() ? " ack " : " ack32 ").append(Long.toUnsignedString(option.dataAck()));
        }
        if (option.hasMapping()) {
            line.append(option.isDsn64() ? " dsn " : " dsn32 ").append(Long.toUnsignedString(option.dsn()));
            line.append(" ssn ").append(Integer.toUnsignedString(option.ssn()));
            line.append(" length ").append(option.dataLength());
        }
        if (option.hasChecksum()) {
            line.append(" csum ").append(hex16(option.checksum()));
        }
        return true;
    }

    private static boolean printAddAddr(ByteBuf buffer, int index, int length, StringBuilder line) {
        AddAddr option = new AddAddr();
        if (!option.wrap(buffer, index, length)) {
            return false;
        }
        line.append(option.isEcho() ? " echo id " : " id ").append(option.addressId());
        line.append(' ').append(option.address());
        if (option.hasPort()) {
            line.append(" port ").append(option.port());
        }
        if (option.hasHmac()) {
            line.append(" hmac ").append(hex(option.truncatedHmac()));
        }
        return true;
    }

    private static boolean printRemoveAddr(ByteBuf buffer, int index, int length, StringBuilder line) {
        RemoveAddr option = new RemoveAddr();
        if (!option.wrap(buffer, index, length)) {
            return false;
        }
        line.append(" id");
        for (int i = 0; i < option.count(); i++) {
            line.append(' ').append(option.addressId(i));
        }
        return true;
    }

    private static boolean printMpPrio(ByteBuf buffer, int index, int length, StringBuilder line) {
        MpPrio option = new MpPrio();
        if (!option.wrap(buffer, index, length)) {
            return false;
        }
        line.append(option.isBackup() ? " backup" : " regular");
        if (option.hasAddressId()) {
            line.append(" id ").append(option.addressId());
        }
        return true;
    }

    private static boolean printMpFail(ByteBuf buffer, int index, int length, StringBuilder line) {
        MpFail option = new MpFail();
        if (!option.wrap(buffer, index, length)) {
            return false;
        }
        line.append(" dsn ").append(Long.toUnsignedString(option.dsn()));
        return true;
    }

    private static boolean printMpFastclose(ByteBuf buffer, int index, int length, StringBuilder line) {
        MpFastclose option = new MpFastclose();
        if (!option.wrap(buffer, index, length)) {
            return false;
        }
        line.append(" key ").append(hex(option.receiverKey()));
        return true;
    }

    private static boolean printMpTcprst(ByteBuf buffer, int index, int length, StringBuilder line) {
        MpTcprst option = new MpTcprst();
        if (!option.wrap(buffer, index, length)) {
            return false;
        }
        line.append(" reason ").append(option.reason()).append(option.isTransient() ? " transient" : "");
        return true;
    }

    private static String hex(long value) {
        return HexFormat.of().toHexDigits(value);
    }

    private static String hex16(int value) {
        return "0x" + HexFormat.of().toHexDigits(value, 4);
    }
}
