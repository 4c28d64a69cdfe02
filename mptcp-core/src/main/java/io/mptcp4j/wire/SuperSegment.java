package io.mptcp4j.wire;

import io.netty.buffer.ByteBuf;

/**
 * A TCP segment as a device with offload hands it over: longer than a network takes, and with a checksum that nobody has
 * computed. Cuts it into segments that can travel on their own; a segment that is short enough is one piece.
 *
 * <p>Each piece repeats the headers and options, as a network card would have it. So options that speak of the whole, such
 * as a DSS (RFC 8684 3.3.1), still do.
 */
public final class SuperSegment {
    private static final int IPV4_TOTAL_LENGTH = 2;
    private static final int IPV4_IDENTIFICATION = 4;
    private static final int IPV4_CHECKSUM = 10;
    private static final int IPV6_PAYLOAD_LENGTH = 4;
    private static final int SEQUENCE_NUMBER = 4;
    private static final int FLAGS = 13;
    private static final int LAST_ONLY = TcpFlags.FIN | TcpFlags.PSH;

    private final Ipv4View ipv4 = new Ipv4View();
    private final Ipv6View ipv6 = new Ipv6View();
    private final TcpView tcp = new TcpView();
    private boolean isIpv4;
    private int index;
    private int pieceLength;
    private int count;

    /**
     * Looks at a packet; borrows the buffer.
     *
     * @param segmentSize the payload of each piece in octets; 0 for a single segment
     * @return false when this is no whole TCP segment
     */
    public boolean wrap(ByteBuf packet, int at, int length, int segmentSize) {
        isIpv4 = length > 0 && packet.getByte(at) >>> 4 == 4;
        index = at;
        boolean isWhole = isIpv4
                ? ipv4.wrap(packet, at, length) == null && !ipv4.isFragment() && ipv4.protocol() == IpProtocol.TCP
                : ipv6.wrap(packet, at, length) == null && !ipv6.isFragment() && ipv6.protocol() == IpProtocol.TCP;
        if (!isWhole || tcp.wrap(packet, transportIndex(), transportLength()) != null) {
            return false;
        }
        pieceLength = segmentSize == 0 ? Math.max(1, tcp.payloadLength()) : segmentSize;
        count = Math.max(1, (tcp.payloadLength() + pieceLength - 1) / pieceLength);
        return true;
    }

    /** How many pieces there are. */
    public int count() {
        return count;
    }

    /** Octets of the longest piece. */
    public int longest() {
        return headers() + Math.min(pieceLength, tcp.payloadLength());
    }

    /**
     * Writes piece {@code i}: a whole packet with right checksums.
     *
     * @return its length in octets
     */
    public int write(int i, ByteBuf into, int at) {
        int headers = headers();
        int offset = i * pieceLength;
        int payload = Math.min(pieceLength, tcp.payloadLength() - offset);
        boolean isLast = i == count - 1;
        into.setBytes(at, tcp.buffer(), index, headers);
        into.setBytes(at + headers, tcp.buffer(), tcp.payloadIndex() + offset, payload);
        int transport = at + transportIndex() - index;
        int length = tcp.headerLength() + payload;
        into.setInt(transport + SEQUENCE_NUMBER, tcp.sequenceNumber() + offset);
        int flags = tcp.flags();
        flags &= isLast ? -1 : ~LAST_ONLY;
        flags &= i == 0 ? -1 : ~TcpFlags.CWR;
        into.setByte(transport + FLAGS, flags);
        int pseudo = isIpv4 ? writeIpv4(i, into, at, length) : writeIpv6(into, at, transport + length);
        into.setShort(transport + TcpView.CHECKSUM_OFFSET, 0);
        int sum = Checksum.add(pseudo, Checksum.sum(into, transport, length));
        into.setShort(transport + TcpView.CHECKSUM_OFFSET, Checksum.complement(sum));
        return headers + payload;
    }

    private int writeIpv4(int i, ByteBuf into, int at, int length) {
        into.setShort(at + IPV4_TOTAL_LENGTH, ipv4.headerLength() + length);
        into.setShort(at + IPV4_IDENTIFICATION, ipv4.identification() + i);
        into.setShort(at + IPV4_CHECKSUM, 0);
        into.setShort(at + IPV4_CHECKSUM, Checksum.complement(Checksum.sum(into, at, ipv4.headerLength())));
        return Checksum.pseudoHeaderIpv4(ipv4.source(), ipv4.destination(), IpProtocol.TCP, length);
    }

    private int writeIpv6(ByteBuf into, int at, int end) {
        into.setShort(at + IPV6_PAYLOAD_LENGTH, end - at - Ipv6View.HEADER);
        return Checksum.pseudoHeaderIpv6(
                ipv6.sourceHigh(),
                ipv6.sourceLow(),
                ipv6.destinationHigh(),
                ipv6.destinationLow(),
                IpProtocol.TCP,
                end - at - (transportIndex() - index));
    }

    private int headers() {
        return tcp.payloadIndex() - index;
    }

    private int transportIndex() {
        return isIpv4 ? ipv4.transportIndex() : ipv6.transportIndex();
    }

    private int transportLength() {
        return isIpv4 ? ipv4.transportLength() : ipv6.transportLength();
    }
}
