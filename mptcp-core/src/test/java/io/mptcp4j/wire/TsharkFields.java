package io.mptcp4j.wire;

import io.mptcp4j.wire.mptcp.AddAddr;
import io.mptcp4j.wire.mptcp.Dss;
import io.mptcp4j.wire.mptcp.MpCapable;
import io.mptcp4j.wire.mptcp.MpFastclose;
import io.mptcp4j.wire.mptcp.MpJoin;
import io.mptcp4j.wire.mptcp.MpPrio;
import io.mptcp4j.wire.mptcp.MpTcprst;
import io.mptcp4j.wire.mptcp.MptcpSubtype;
import io.mptcp4j.wire.mptcp.RemoveAddr;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** What our views read in one packet, under the names and in the form of tshark's fields. */
final class TsharkFields {
    private static final String MPTCP = "tcp.options.mptcp.";

    private final Map<String, String> fields = new LinkedHashMap<>();
    private final ByteBuf packet;

    TsharkFields(ByteBuf packet) {
        this.packet = packet;
        int length = packet.readableBytes();
        if (packet.getUnsignedByte(0) >>> 4 == 4) {
            readIpv4(length);
        } else {
            readIpv6(length);
        }
    }

    /** The value of a field; values of one field in several options are joined by commas; empty when there is none. */
    String get(String name) {
        return fields.getOrDefault(name, "");
    }

    private void readIpv4(int length) {
        Ipv4View ip = new Ipv4View();
        if (ip.wrap(packet, 0, length) != null) {
            return;
        }
        put("ip.src", IpAddress.ofIpv4(ip.source()));
        put("ip.dst", IpAddress.ofIpv4(ip.destination()));
        put("ip.id", hex(ip.identification(), 4));
        put("ip.len", ip.totalLength());
        put("ip.ttl", ip.timeToLive());
        put("ip.proto", ip.protocol());
        put("ip.checksum", hex(ip.headerChecksum(), 4));
        if (ip.protocol() == IpProtocol.TCP) {
            readTcp(ip.transportIndex(), ip.transportLength(), ip.pseudoHeaderSum());
        }
    }

    private void readIpv6(int length) {
        Ipv6View ip = new Ipv6View();
        if (ip.wrap(packet, 0, length) != null) {
            return;
        }
        put("ipv6.src", print(IpAddress.ofIpv6(ip.sourceHigh(), ip.sourceLow())));
        put("ipv6.dst", print(IpAddress.ofIpv6(ip.destinationHigh(), ip.destinationLow())));
        put("ipv6.plen", ip.totalLength() - Ipv6View.HEADER);
        put("ipv6.hlim", ip.hopLimit());
        if (ip.protocol() == IpProtocol.TCP) {
            readTcp(ip.transportIndex(), ip.transportLength(), ip.pseudoHeaderSum());
        }
    }

    private void readTcp(int index, int length, int pseudoHeaderSum) {
        TcpView tcp = new TcpView();
        if (tcp.wrap(packet, index, length) != null) {
            return;
        }
        put("tcp.srcport", tcp.sourcePort());
        put("tcp.dstport", tcp.destinationPort());
        put("tcp.seq_raw", Integer.toUnsignedString(tcp.sequenceNumber()));
        put("tcp.ack_raw", Integer.toUnsignedString(tcp.acknowledgmentNumber()));
        put("tcp.hdr_len", tcp.headerLength());
        put("tcp.flags", hex(tcp.flags(), 4));
        put("tcp.window_size_value", tcp.window());
        put("tcp.checksum", hex(tcp.checksum(), 4));
        put("tcp.urgent_pointer", tcp.urgentPointer());
        put("tcp.len", tcp.payloadLength());
        put("tcp.options", ByteBufUtil.hexDump(packet, tcp.optionsIndex(), tcp.optionsLength()));
        int sum = Checksum.add(pseudoHeaderSum, Checksum.sum(packet, index, length));
        put("tcp.checksum.status", bit(sum == Checksum.RIGHT));
        readOptions(tcp);
    }

    private void readOptions(TcpView tcp) {
        TcpOptions options = new TcpOptions();
        options.parse(tcp);
        if (options.maximumSegmentSize() >= 0) {
            put("tcp.options.mss_val", options.maximumSegmentSize());
        }
        if (options.windowScale() >= 0) {
            put("tcp.options.wscale.shift", options.windowScale());
        }
        if (options.hasTimestamps()) {
            put("tcp.options.timestamp.tsval", Integer.toUnsignedString(options.tsVal()));
            put("tcp.options.timestamp.tsecr", Integer.toUnsignedString(options.tsEcr()));
        }
        for (int i = 0; i < options.sackCount(); i++) {
            put("tcp.options.sack_le", Integer.toUnsignedString(options.sackLeft(i)));
            put("tcp.options.sack_re", Integer.toUnsignedString(options.sackRight(i)));
        }
        for (int i = 0; i < options.mptcpCount(); i++) {
            mptcp("subtype", options.mptcpSubtype(i));
            readMptcp(options.mptcpSubtype(i), options.mptcpIndex(i), options.mptcpLength(i));
        }
    }

    private void readMptcp(int subtype, int index, int length) {
        switch (subtype) {
            case MptcpSubtype.MP_CAPABLE -> readMpCapable(index, length);
            case MptcpSubtype.MP_JOIN -> readMpJoin(index, length);
            case MptcpSubtype.DSS -> readDss(index, length);
            case MptcpSubtype.ADD_ADDR -> readAddAddr(index, length);
            case MptcpSubtype.REMOVE_ADDR -> {
                RemoveAddr option = new RemoveAddr();
                if (option.wrap(packet, index, length)) {
                    for (int i = 0; i < option.count(); i++) {
                        mptcp("addrid", option.addressId(i));
                    }
                }
            }
            case MptcpSubtype.MP_PRIO -> {
                MpPrio option = new MpPrio();
                if (option.wrap(packet, index, length)) {
                    mptcp("flags", hex(packet.getUnsignedByte(index + 2), 2));
                    mptcp("backup.flag", bit(option.isBackup()));
                }
            }
            case MptcpSubtype.MP_FASTCLOSE -> {
                MpFastclose option = new MpFastclose();
                if (option.wrap(packet, index, length)) {
                    mptcp("recvkey", Long.toUnsignedString(option.receiverKey()));
                }
            }
            case MptcpSubtype.MP_TCPRST -> {
                MpTcprst option = new MpTcprst();
                if (option.wrap(packet, index, length)) {
                    mptcp("flags", hex(packet.getUnsignedByte(index + 2), 2));
                    mptcp("flag_U.flag", bit(option.flagU()));
                    mptcp("flag_V.flag", bit(option.flagV()));
                    mptcp("flag_W.flag", bit(option.flagW()));
                    mptcp("flag_T.flag", bit(option.isTransient()));
                    mptcp("rst_reason", hex(option.reason(), 2));
                }
            }
            default -> {
                // the captures hold no other
            }
        }
    }

    private void readMpCapable(int index, int length) {
        MpCapable option = new MpCapable();
        if (!option.wrap(packet, index, length)) {
            return;
        }
        mptcp("version", option.version());
        mptcp("flags", hex(option.flags(), 2));
        mptcp("checksumreq.flags", bit(option.isChecksumRequired()));
        mptcp("extensibility.flag", bit(option.isExtensible()));
        if (option.version() == 0) {
            mptcp("sha1.flag", bit(option.isHmacSha256()));
        } else {
            mptcp("nomoresubflows.flag", bit(option.isJoinForbidden()));
            mptcp("sha256.flag", bit(option.isHmacSha256()));
        }
        if (option.hasSenderKey()) {
            mptcp("sendkey", Long.toUnsignedString(option.senderKey()));
        }
        if (option.hasReceiverKey()) {
            mptcp("recvkey", Long.toUnsignedString(option.receiverKey()));
        }
        if (option.hasDataLength()) {
            mptcp("datalvllen", option.dataLength());
        }
    }

    private void readMpJoin(int index, int length) {
        MpJoin option = new MpJoin();
        if (!option.wrap(packet, index, length)) {
            return;
        }
        if (option.isAck()) {
            mptcp("sendhmac", HexFormat.of().formatHex(option.hmac()));
            return;
        }
        mptcp("flags", hex(packet.getUnsignedByte(index + 2), 2));
        mptcp("backup.flag", bit(option.isBackup()));
        mptcp("addrid", option.addressId());
        mptcp("sendrand", Integer.toUnsignedString(option.nonce()));
        if (option.isSyn()) {
            mptcp("recvtok", Integer.toUnsignedString(option.token()));
        } else {
            mptcp("sendtrunchmac", Long.toUnsignedString(option.truncatedHmac()));
        }
    }

    private void readDss(int index, int length) {
        Dss option = new Dss();
        if (!option.wrap(packet, index, length)) {
            return;
        }
        mptcp("flags", hex(packet.getUnsignedByte(index + 3), 2));
        mptcp("datafin.flag", bit(option.isDataFin()));
        mptcp("dseqn8.flag", bit(option.isDsn64()));
        mptcp("dseqnpresent.flag", bit(option.hasMapping()));
        mptcp("dataack8.flag", bit(option.isDataAck64()));
        mptcp("dataackpresent.flag", bit(option.hasDataAck()));
        if (option.hasDataAck()) {
            mptcp("rawdataack", Long.toUnsignedString(option.dataAck()));
        }
        if (option.hasMapping()) {
            mptcp("rawdataseqno", Long.toUnsignedString(option.dsn()));
            mptcp("subflowseqno", Integer.toUnsignedString(option.ssn()));
            mptcp("datalvllen", option.dataLength());
        }
    }

    private void readAddAddr(int index, int length) {
        AddAddr option = new AddAddr();
        if (!option.wrap(packet, index, length)) {
            return;
        }
        mptcp("addrid", option.addressId());
        if (option.isVersion0()) {
            mptcp("ipver", option.isIpv4() ? 4 : 6);
        } else {
            mptcp("echo", bit(option.isEcho()));
        }
        mptcp(option.isIpv4() ? "ipv4" : "ipv6", print(option.address()));
        if (option.hasPort()) {
            mptcp("port", option.port());
        }
        if (option.hasHmac()) {
            mptcp("addaddrtrunchmac", Long.toUnsignedString(option.truncatedHmac()));
        }
    }

    private void mptcp(String name, Object value) {
        put(MPTCP + name, value);
    }

    private void put(String name, Object value) {
        fields.merge(name, value.toString(), (before, next) -> before + "," + next);
    }

    /** RFC 5952: the longest run of zeros, which the JDK does not shorten. */
    private static String print(IpAddress address) {
        return address.toString().replaceFirst("(^|:)0(:0)+(:|$)", "::");
    }

    private static String bit(boolean value) {
        return value ? "1" : "0";
    }

    private static String hex(int value, int digits) {
        return "0x" + HexFormat.of().toHexDigits(value, digits);
    }
}
