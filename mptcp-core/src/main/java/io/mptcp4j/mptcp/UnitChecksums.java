package io.mptcp4j.mptcp;

import io.mptcp4j.stream.SendStream;
import io.mptcp4j.tcp.OutgoingSegment;
import io.mptcp4j.wire.SpanSum;
import io.mptcp4j.wire.mptcp.DssChecksum;

/**
 * The checksums of the mappings that we send (RFC 8684 3.3.1): one a unit, computed when the unit leaves, over the stream's
 * pages. TCP keeps it with the unit, so that slices of it say the same when octets of the unit are no longer there to be
 * summed up.
 */
final class UnitChecksums {
    private final Subflow subflow;
    private final DataLevel data;
    private final SendStream stream;
    private final SpanSum octets = new SpanSum();

    UnitChecksums(Subflow subflow) {
        this.subflow = subflow;
        this.data = subflow.connection().data();
        this.stream = subflow.connection().sendStream();
    }

    /** The checksum of the unit to which the segment's payload belongs. */
    int of(OutgoingSegment segment) {
        if (!segment.isRetransmission()) {
            octets.clear();
            stream.read(segment.unitPosition(), segment.unitLength(), octets);
            segment.noteUnit(DssChecksum.compute(
                    octets.sum(),
                    data.dsn(segment.unitPosition()),
                    subflow.declaredSsn(segment.unitSsn()),
                    segment.unitLength()));
        }
        return segment.unitNote();
    }

    /** RFC 8684 3.3.3: of a DATA_FIN without octets, over the pseudo-header alone. */
    int ofFin(long position) {
        return DssChecksum.compute(0, data.dsn(position), 0, 1);
    }
}
