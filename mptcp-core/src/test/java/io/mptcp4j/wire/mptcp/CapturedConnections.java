package io.mptcp4j.wire.mptcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.testing.Pcap;
import io.mptcp4j.wire.IpAddress;
import io.mptcp4j.wire.IpProtocol;
import io.mptcp4j.wire.Ipv4View;
import io.mptcp4j.wire.Ipv6View;
import io.mptcp4j.wire.TcpOptions;
import io.mptcp4j.wire.TcpView;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The connections of one capture, put together from their handshakes, and what their packets prove. */
final class CapturedConnections {
    /** One way of one subflow. */
    private record Direction(IpAddress source, int sourcePort, IpAddress destination, int destinationPort) {
        Direction reversed() {
            return new Direction(destination, destinationPort, source, sourcePort);
        }
    }

    /** The keys of one direction, its sender's first. */
    private record Keys(int version, long sender, long receiver) {
        Keys reversed() {
            return new Keys(version, receiver, sender);
        }

        MptcpCrypto crypto() {
            return MptcpCrypto.ofVersion(version);
        }
    }

    /** A mapping as the wire has it, and the octets of its segment. */
    record Mapping(long idsn, long dsn, int ssn, int dataLength, int checksum, ByteBuf payload) {}

    private final Map<Direction, Keys> keys = new HashMap<>();
    private final Map<Direction, Integer> nonces = new HashMap<>();
    private final Map<Direction, Mapping> first = new LinkedHashMap<>();
    private final List<Mapping> checksummed = new ArrayList<>();
    private final MpCapable mpCapable = new MpCapable();
    private final MpJoin mpJoin = new MpJoin();
    private final Dss dss = new Dss();
    private final AddAddr addAddr = new AddAddr();
    private final MpFastclose mpFastclose = new MpFastclose();
    private final TcpView tcp = new TcpView();
    private final TcpOptions options = new TcpOptions();
    private int provenJoins;
    private int provenAddresses;
    private int refusedAddresses;
    private int provenFastCloses;

    CapturedConnections(List<Pcap.Packet> packets) {
        packets.stream().filter(Pcap.Packet::isIp).forEach(packet -> read(packet, this::readMpCapable));
        packets.stream().filter(Pcap.Packet::isIp).forEach(packet -> read(packet, this::readOthers));
    }

    /** What is done with each MPTCP option. */
    private interface OptionReader {
        void read(Direction direction, int option);
    }

    private void read(Pcap.Packet packet, OptionReader reader) {
        ByteBuf octets = packet.ip();
        Ipv4View ipv4 = new Ipv4View();
        Ipv6View ipv6 = new Ipv6View();
        IpAddress source;
        IpAddress destination;
        if (ipv4.wrap(octets, 0, octets.readableBytes()) == null) {
            if (ipv4.protocol() != IpProtocol.TCP) {
                return;
            }
            source = IpAddress.ofIpv4(ipv4.source());
            destination = IpAddress.ofIpv4(ipv4.destination());
            assertThat(tcp.wrap(octets, ipv4.transportIndex(), ipv4.transportLength()))
                    .isNull();
        } else {
            assertThat(ipv6.wrap(octets, 0, octets.readableBytes())).isNull();
            if (ipv6.protocol() != IpProtocol.TCP) {
                return;
            }
            source = IpAddress.ofIpv6(ipv6.sourceHigh(), ipv6.sourceLow());
            destination = IpAddress.ofIpv6(ipv6.destinationHigh(), ipv6.destinationLow());
            assertThat(tcp.wrap(octets, ipv6.transportIndex(), ipv6.transportLength()))
                    .isNull();
        }
        options.parse(tcp);
        Direction direction = new Direction(source, tcp.sourcePort(), destination, tcp.destinationPort());
        for (int i = 0; i < options.mptcpCount(); i++) {
            reader.read(direction, i);
        }
    }

    private void readMpCapable(Direction direction, int option) {
        if (mpCapable.wrap(options.buffer(), options.mptcpIndex(option), options.mptcpLength(option))
                && mpCapable.hasReceiverKey()) {
            Keys found = new Keys(mpCapable.version(), mpCapable.senderKey(), mpCapable.receiverKey());
            keys.put(direction, found);
            keys.put(direction.reversed(), found.reversed());
        }
    }

    private void readOthers(Direction direction, int option) {
        int index = options.mptcpIndex(option);
        int length = options.mptcpLength(option);
        ByteBuf buffer = options.buffer();
        if (mpJoin.wrap(buffer, index, length)) {
            readMpJoin(direction);
        } else if (addAddr.wrap(buffer, index, length) && addAddr.hasHmac() && keys.containsKey(direction)) {
            Keys of = keys.get(direction);
            long hmac = of.crypto()
                    .addAddrHmac(of.sender(), of.receiver(), addAddr.addressId(), addAddr.address(), addAddr.port());
            if (MptcpCrypto.isSameHmac(hmac, addAddr.truncatedHmac())) {
                provenAddresses++;
            } else {
                refusedAddresses++;
            }
        } else if (mpFastclose.wrap(buffer, index, length)) {
            assertThat(mpFastclose.receiverKey()).isEqualTo(keys.get(direction).receiver());
            provenFastCloses++;
        } else if (mpCapable.wrap(buffer, index, length) && mpCapable.hasDataLength()) {
            long idsn = keys.get(direction).crypto().idsn(mpCapable.senderKey());
            int checksum = mpCapable.hasChecksum() ? mpCapable.checksum() : -1;
            note(direction, new Mapping(idsn, idsn + 1, 1, mpCapable.dataLength(), checksum, payload()), false);
        } else if (dss.wrap(buffer, index, length) && dss.hasMapping() && keys.containsKey(direction)) {
            readMapping(direction);
        }
    }

    private void readMpJoin(Direction direction) {
        if (mpJoin.isSyn()) {
            Keys found = keys.values().stream()
                    .filter(candidate -> candidate.crypto().token(candidate.receiver()) == mpJoin.token())
                    .findAny()
                    .orElseThrow();
            keys.put(direction, found);
            keys.put(direction.reversed(), found.reversed());
            nonces.put(direction, mpJoin.nonce());
            return;
        }
        if (mpJoin.isSynAck()) {
            nonces.put(direction, mpJoin.nonce());
        }
        Keys of = keys.get(direction);
        byte[] hmac =
                of.crypto().hmac(of.sender(), of.receiver(), nonces.get(direction), nonces.get(direction.reversed()));
        if (mpJoin.isSynAck()) {
            assertThat(MptcpCrypto.leftmost64(hmac)).isEqualTo(mpJoin.truncatedHmac());
            assertThat(MptcpCrypto.isSameHmac(MptcpCrypto.leftmost64(hmac), mpJoin.truncatedHmac()))
                    .isTrue();
        } else {
            assertThat(MptcpCrypto.isSameHmac(hmac, mpJoin.hmac())).isTrue();
            byte[] forged = mpJoin.hmac();
            forged[MpJoin.HMAC_LENGTH - 1] ^= 1;
            assertThat(MptcpCrypto.isSameHmac(hmac, forged)).isFalse();
            provenJoins++;
        }
    }

    private void readMapping(Direction direction) {
        Keys of = keys.get(direction);
        long idsn = of.crypto().idsn(of.sender());
        long dsn = dss.isDsn64() ? dss.dsn() : idsn & 0xffff_ffff_0000_0000L | dss.dsn();
        int checksum = dss.hasChecksum() ? dss.checksum() : -1;
        note(direction, new Mapping(idsn, dsn, dss.ssn(), dss.dataLength(), checksum, payload()), dss.isDataFin());
    }

    private void note(Direction direction, Mapping mapping, boolean dataFin) {
        if (mapping.ssn() == 1 && !nonces.containsKey(direction)) {
            first.putIfAbsent(direction, mapping);
        }
        // A segment that holds only a part of its mapping cannot be summed up alone.
        if (mapping.checksum() >= 0 && mapping.payload().readableBytes() == mapping.dataLength() - (dataFin ? 1 : 0)) {
            checksummed.add(mapping);
        }
    }

    private ByteBuf payload() {
        return tcp.buffer().slice(tcp.payloadIndex(), tcp.payloadLength());
    }

    int provenJoins() {
        return provenJoins;
    }

    int provenAddresses() {
        return provenAddresses;
    }

    int refusedAddresses() {
        return refusedAddresses;
    }

    int provenFastCloses() {
        return provenFastCloses;
    }

    List<Mapping> firstMappings() {
        return List.copyOf(first.values());
    }

    List<Mapping> checksummed() {
        return checksummed;
    }
}
