package io.mptcp4j.testing;

/**
 * Changes an octet of payload, as a gateway does that rewrites addresses in the octets of an application: with a correct
 * TCP checksum. Without, it is what a broken wire does.
 */
public final class CorruptPayload extends FilteringMiddlebox {
    private final boolean repairsChecksum;

    /** Corrupts the segments that the filter means and that have payload. */
    public CorruptPayload(SegmentFilter filter, boolean repairsChecksum) {
        super(SegmentFilter.DATA.and(filter));
        this.repairsChecksum = repairsChecksum;
    }

    @Override
    void touch(Segment segment, Direction direction, Output output) {
        byte[] octets = segment.payload();
        octets[octets.length / 2] ^= 0x20;
        segment.payload(octets);
        output.send(repairsChecksum ? segment : segment.wrongChecksum(), direction);
    }
}
