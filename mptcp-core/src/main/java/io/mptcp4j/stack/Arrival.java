package io.mptcp4j.stack;

import io.mptcp4j.device.PacketBuffer;
import io.mptcp4j.metric.DropReason;
import io.mptcp4j.wire.FourTuple;
import io.mptcp4j.wire.IpAddress;
import io.mptcp4j.wire.IpProtocol;
import io.mptcp4j.wire.Ipv4View;
import io.mptcp4j.wire.Ipv6View;
import io.mptcp4j.wire.TcpView;
import io.netty.buffer.ByteBuf;

/** The packet that is being taken in, as far as IP goes, of either family. One instance, reused. */
final class Arrival {
    private static final long MAPPED_IPV4 = 0xffffL;

    private final Ipv4View ipv4 = new Ipv4View();
    private final Ipv6View ipv6 = new Ipv6View();

    private PacketBuffer packet;
    private boolean isIpv4;
    private long sourceHigh;
    private long sourceLow;
    private long destinationHigh;
    private long destinationLow;
    private OwnAddress own;

    /**
     * Reads the IP header and judges it.
     *
     * @param incoming borrowed until the next packet
     * @return null when the packet is whole and for this stack, else why not
     */
    DropReason read(PacketBuffer incoming, InterfaceTable interfaces) {
        packet = incoming;
        if (incoming.length() == 0) {
            return DropReason.TRUNCATED;
        }
        isIpv4 = incoming.buffer().getByte(incoming.index()) >>> 4 == 4;
        DropReason reason = isIpv4 ? readIpv4() : readIpv6();
        if (reason != null) {
            return reason;
        }
        own = isMapped(destinationHigh, destinationLow) ? null : interfaces.find(destinationHigh, destinationLow);
        if (own == null || !own.owner().isUp()) {
            return DropReason.NOT_FOR_US;
        }
        if (isBadSource() || interfaces.find(sourceHigh, sourceLow) != null) {
            return DropReason.BAD_SOURCE;
        }
        return isIpv4 && interfaces.isDirectedBroadcast((int) sourceLow) ? DropReason.BAD_SOURCE : null;
    }

    private DropReason readIpv4() {
        DropReason reason = ipv4.wrap(packet.buffer(), packet.index(), packet.length());
        if (reason != null) {
            return reason;
        }
        if (!ipv4.isHeaderChecksumRight()) {
            // RFC 1122 3.2.1.2: a host silently discards a datagram with a wrong header checksum.
            return DropReason.BAD_IP_CHECKSUM;
        }
        if (ipv4.isFragment()) {
            return DropReason.FRAGMENT;
        }
        sourceHigh = 0;
        sourceLow = IpAddress.mapped(ipv4.source());
        destinationHigh = 0;
        destinationLow = IpAddress.mapped(ipv4.destination());
        return null;
    }

    private DropReason readIpv6() {
        DropReason reason = ipv6.wrap(packet.buffer(), packet.index(), packet.length());
        if (reason != null) {
            return reason;
        }
        if (ipv6.isFragment()) {
            return DropReason.FRAGMENT;
        }
        sourceHigh = ipv6.sourceHigh();
        sourceLow = ipv6.sourceLow();
        destinationHigh = ipv6.destinationHigh();
        destinationLow = ipv6.destinationLow();
        return null;
    }

    /** RFC 9293 3.9.2.3 (MUST-57, MUST-63): nothing is taken from such an address, nor what is for a group. */
    private boolean isBadSource() {
        if (isIpv4) {
            return !IpAddress.isHost(ipv4.source());
        }
        // An IPv4-mapped address on the wire would be taken for its IPv4 namesake.
        return !IpAddress.isHost(sourceHigh, sourceLow) || isMapped(sourceHigh, sourceLow);
    }

    private boolean isMapped(long high, long low) {
        return !isIpv4 && high == 0 && low >>> 32 == MAPPED_IPV4;
    }

    // ---- getters

    /** The packet; borrowed. */
    PacketBuffer packet() {
        return packet;
    }

    /** The buffer with the packet; borrowed. */
    ByteBuf buffer() {
        return packet.buffer();
    }

    boolean isIpv4() {
        return isIpv4;
    }

    /** See {@link IpProtocol}. */
    int protocol() {
        return isIpv4 ? ipv4.protocol() : ipv6.protocol();
    }

    /** DSCP and ECN. */
    int trafficClass() {
        return isIpv4 ? ipv4.trafficClass() : ipv6.trafficClass();
    }

    int transportIndex() {
        return isIpv4 ? ipv4.transportIndex() : ipv6.transportIndex();
    }

    int transportLength() {
        return isIpv4 ? ipv4.transportLength() : ipv6.transportLength();
    }

    int pseudoHeaderSum() {
        return isIpv4 ? ipv4.pseudoHeaderSum() : ipv6.pseudoHeaderSum();
    }

    boolean isChecksumTrusted() {
        return packet.isChecksumTrusted();
    }

    long sourceHigh() {
        return sourceHigh;
    }

    long sourceLow() {
        return sourceLow;
    }

    long destinationHigh() {
        return destinationHigh;
    }

    long destinationLow() {
        return destinationLow;
    }

    /** The address of ours to which the packet came. */
    OwnAddress own() {
        return own;
    }

    /** The source; a new object each time. */
    IpAddress source() {
        return isIpv4 ? IpAddress.ofIpv4((int) sourceLow) : IpAddress.ofIpv6(sourceHigh, sourceLow);
    }

    /** The 4-tuple of the segment in this packet; a new object each time. */
    FourTuple tuple(TcpView segment) {
        return new FourTuple(own.address(), segment.destinationPort(), source(), segment.sourcePort());
    }
}
