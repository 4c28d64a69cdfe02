package io.mptcp4j.wire.mptcp;

import io.mptcp4j.metric.DropReason;
import io.mptcp4j.wire.IcmpView;
import io.mptcp4j.wire.IpAddress;
import io.mptcp4j.wire.IpProtocol;
import io.mptcp4j.wire.Ipv4View;
import io.mptcp4j.wire.Ipv6View;
import io.mptcp4j.wire.TcpFlags;
import io.mptcp4j.wire.TcpOptions;
import io.mptcp4j.wire.TcpView;
import io.netty.buffer.ByteBuf;

/**
 * Prints a packet on one line, much as tcpdump does: the one format of packets in logs and test failures. Each call
 * allocates. Never throws, whatever the octets.
 *
 * <pre>
 *  10.0.1.1:33306 &gt; 10.0.2.1:10004 [P.] seq 1:13 ack 9 win 256 &lt;TS 7 5, dss ack 13 dsn 5 ssn 1 length 12&gt; length 12
 * </pre>
 */
public final class PacketPrinter {
    private static final char[] FLAG_LETTERS = {'F', 'S', 'R', 'P', '.', 'U', 'E', 'W'};

    private final ByteBuf packet;
    private final int payloadElsewhere;
    private final StringBuilder line = new StringBuilder();

    private PacketPrinter(ByteBuf packet, int payloadElsewhere) {
        this.packet = packet;
        this.payloadElsewhere = payloadElsewhere;
    }

    /**
     * The line for a packet whose octets all lie in one buffer.
     *
     * @param packet borrowed
     * @param index where the IP header begins
     */
    public static String print(ByteBuf packet, int index, int length) {
        return print(packet, index, length, 0);
    }

    /**
     * The line for a packet whose headers lie in a buffer and whose payload lies elsewhere.
     *
     * @param packet borrowed
     * @param index where the IP header begins
     * @param length octets in the buffer
     * @param payloadElsewhere octets of payload that are not in the buffer
     */
    public static String print(ByteBuf packet, int index, int length, int payloadElsewhere) {
        return new PacketPrinter(packet, payloadElsewhere).printIp(index, length);
    }

    private String printIp(int index, int length) {
        Ipv4View ipv4 = new Ipv4View();
        Ipv6View ipv6 = new Ipv6View();
        DropReason notIpv4 = ipv4.wrapBeginning(packet, index, length);
        if (notIpv4 == null) {
            printTransport(
                    ipv4.protocol(),
                    ipv4.transportIndex(),
                    ipv4.transportLength(),
                    ipv4.fragmentOffset(),
                    IpAddress.ofIpv4(ipv4.source()),
                    IpAddress.ofIpv4(ipv4.destination()));
            return line.toString();
        }
        DropReason notIpv6 = ipv6.wrapBeginning(packet, index, length);
        if (notIpv6 == null) {
            printTransport(
                    ipv6.protocol(),
                    ipv6.transportIndex(),
                    ipv6.transportLength(),
                    ipv6.fragmentOffset(),
                    IpAddress.ofIpv6(ipv6.sourceHigh(), ipv6.sourceLow()),
                    IpAddress.ofIpv6(ipv6.destinationHigh(), ipv6.destinationLow()));
            return line.toString();
        }
        return "[" + (notIpv4 == DropReason.NOT_IP ? notIpv6 : notIpv4) + "] length " + length;
    }

    private void printTransport(
            int protocol, int index, int length, int fragmentOffset, IpAddress source, IpAddress destination) {
        TcpView tcp = new TcpView();
        IcmpView icmp = new IcmpView();
        boolean isHead = fragmentOffset == 0;
        if (isHead && protocol == IpProtocol.TCP && tcp.wrap(packet, index, length) == null) {
            printAddress(source, tcp.sourcePort());
            line.append(" > ");
            printAddress(destination, tcp.destinationPort());
            printTcp(tcp);
            return;
        }
        line.append(source).append(" > ").append(destination);
        boolean isIcmp = protocol == (source.isIpv4() ? IpProtocol.ICMP : IpProtocol.ICMPV6);
        if (isHead && isIcmp && icmp.wrap(packet, index, length, !source.isIpv4()) == null) {
            printIcmp(icmp);
        } else {
            line.append(" protocol ").append(protocol);
            if (fragmentOffset != 0) {
                line.append(" fragment at ").append(fragmentOffset);
            }
        }
        line.append(" length ").append(length + payloadElsewhere);
    }

    private void printTcp(TcpView tcp) {
        int payload = tcp.payloadLength() + payloadElsewhere;
        int sequenceNumber = tcp.sequenceNumber();
        line.append(" [");
        for (int bit = 0; bit < FLAG_LETTERS.length; bit++) {
            if ((tcp.flags() & 1 << bit) != 0) {
                line.append(FLAG_LETTERS[bit]);
            }
        }
        line.append("] seq ").append(Integer.toUnsignedString(sequenceNumber));
        if (payload > 0) {
            line.append(':').append(Integer.toUnsignedString(sequenceNumber + payload));
        }
        if ((tcp.flags() & TcpFlags.ACK) != 0) {
            line.append(" ack ").append(Integer.toUnsignedString(tcp.acknowledgmentNumber()));
        }
        line.append(" win ").append(tcp.window());
        printOptions(tcp);
        line.append(" length ").append(payload);
    }

    private void printOptions(TcpView tcp) {
        TcpOptions options = new TcpOptions();
        boolean whole = options.parse(tcp);
        int start = line.length();
        if (options.maximumSegmentSize() != TcpOptions.NONE) {
            line.append(", mss ").append(options.maximumSegmentSize());
        }
        if (options.windowScale() != TcpOptions.NONE) {
            line.append(", wscale ").append(options.windowScale());
        }
        if (options.isSackPermitted()) {
            line.append(", sackOK");
        }
        if (options.hasTimestamps()) {
            line.append(", TS ").append(Integer.toUnsignedString(options.tsVal()));
            line.append(' ').append(Integer.toUnsignedString(options.tsEcr()));
        }
        for (int i = 0; i < options.sackCount(); i++) {
            line.append(", sack ").append(Integer.toUnsignedString(options.sackLeft(i)));
            line.append(':').append(Integer.toUnsignedString(options.sackRight(i)));
        }
        for (int i = 0; i < options.mptcpCount(); i++) {
            line.append(", ");
            MptcpOptionPrinter.print(options.buffer(), options.mptcpIndex(i), options.mptcpLength(i), line);
        }
        if (!whole) {
            line.append(", malformed");
        }
        if (line.length() > start) {
            line.replace(start, start + 2, " <").append('>');
        }
    }

    private void printIcmp(IcmpView icmp) {
        line.append(" ICMP");
        if (icmp.isEchoRequest()) {
            line.append(" echo request");
        } else if (icmp.isEchoReply()) {
            line.append(" echo reply");
        } else if (icmp.isPacketTooBig()) {
            line.append(" too big, mtu ").append(icmp.mtu());
        } else {
            line.append(" type ").append(icmp.type()).append(" code ").append(icmp.code());
        }
        if (icmp.hasQuotedTcp()) {
            line.append(" about ");
            printAddress(icmp.quotedSource(), icmp.quotedSourcePort());
            line.append(" > ");
            printAddress(icmp.quotedDestination(), icmp.quotedDestinationPort());
            line.append(" seq ").append(Integer.toUnsignedString(icmp.quotedSequenceNumber()));
        }
    }

    private void printAddress(IpAddress address, int port) {
        if (address.isIpv4()) {
            line.append(address);
        } else {
            line.append('[').append(address).append(']');
        }
        line.append(':').append(port);
    }
}
