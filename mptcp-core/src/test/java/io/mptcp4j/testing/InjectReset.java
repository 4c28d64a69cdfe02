package io.mptcp4j.testing;

import io.mptcp4j.wire.TcpFlags;

/** Puts a RST to both ends in the place of a segment, as a firewall does that has had enough of a connection. */
public final class InjectReset extends FilteringMiddlebox {
    /** Resets the connections of the segments that the filter means. */
    public InjectReset(SegmentFilter filter) {
        super(filter);
    }

    @Override
    void touch(Segment segment, Direction direction, Output output) {
        Segment back = new Segment()
                .addresses(segment.destination(), segment.source())
                .ports(segment.destinationPort(), segment.sourcePort())
                .seq(segment.ack())
                .ack(segment.seq() + segment.length())
                .with(TcpFlags.RST);
        Segment onward = segment.copy()
                .flags(TcpFlags.RST | TcpFlags.ACK)
                .removeOptions()
                .payload(new byte[0]);
        output.send(back, direction.reverse());
        output.send(onward, direction);
    }
}
