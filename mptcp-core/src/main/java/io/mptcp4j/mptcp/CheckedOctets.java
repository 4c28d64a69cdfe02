package io.mptcp4j.mptcp;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.metric.DropReason;
import io.mptcp4j.number.SequenceNumber;
import io.mptcp4j.stream.HeldOctets;
import io.mptcp4j.wire.SpanSum;
import io.mptcp4j.wire.mptcp.DssChecksum;
import io.netty.buffer.ByteBuf;

/**
 * The octets of a subflow while there are checksums (RFC 8684 3.3.1): they become part of the stream, and are DATA_ACKed,
 * mapping by mapping, each when all of it has arrived and sums up. Until then they are held.
 */
final class CheckedOctets {
    private final Subflow subflow;
    private final MptcpConnection connection;
    private final SummedMappings mappings = new SummedMappings();
    private final HeldOctets held;
    private final SpanSum sum = new SpanSum();

    /** A subflow sequence number and its key, which does not wrap; they follow the subflow. */
    private int anchorSsn;

    private long anchorKey;

    CheckedOctets(Subflow subflow) {
        this.subflow = subflow;
        this.connection = subflow.connection();
        this.held = connection.receiveStream().hold();
    }

    SummedMappings mappings() {
        return mappings;
    }

    /** Takes octets that lie in one mapping; false when there is no room. */
    boolean onOctets(int ssn, ByteBuf octets, int index, int length) {
        MappedUnit unit = mappings.unitOf(ssn);
        if (unit.committed) {
            // They came with others for which there was no room, and come again.
            return true;
        }
        if (length == unit.length && unit.received == 0) {
            sum.clear();
            sum.addSpan(octets, index, length);
            if (isRight(unit)) {
                return commitWhole(unit, octets, index);
            }
        }
        return hold(unit, ssn, octets, index, length);
    }

    private boolean commitWhole(MappedUnit unit, ByteBuf octets, int index) {
        if (!connection.arrives().onOctets(unit.position, octets, index, unit.length)) {
            return false;
        }
        onCommitted(unit);
        return true;
    }

    private boolean hold(MappedUnit unit, int ssn, ByteBuf octets, int index, int length) {
        long position = unit.position + SequenceNumber.distance(unit.ssn, ssn);
        if (connection.arrives().refusesOctets(position + length)) {
            return false;
        }
        int placed = held.hold(key(ssn), ssn == unit.ssn, position, octets, index, length);
        if (placed < 0) {
            connection.drop(DropReason.NO_ROOM);
            return false;
        }
        unit.received += placed;
        if (unit.received == unit.length) {
            judge(unit);
        }
        return true;
    }

    /** All of a mapping is here. */
    private void judge(MappedUnit unit) {
        long from = key(unit.ssn);
        long to = from + unit.length;
        sum.clear();
        held.read(from, to, sum);
        if (!isRight(unit)) {
            unit.wrong = true;
            connection.count(Counter.DATA_CHECKSUM_ERRORS);
            connection.fallback().onWrongChecksum(subflow);
        } else {
            connection.arrives().onOctets(held, from, to, unit.position, unit.position + unit.length);
            onCommitted(unit);
        }
    }

    private boolean isRight(MappedUnit unit) {
        long dsn = connection.data().receivedDsn(unit.position);
        return DssChecksum.isRight(
                unit.checksum, sum.sum(), dsn, subflow.declaredSsnOfPeer(unit.ssn), unit.dataLength());
    }

    private void onCommitted(MappedUnit unit) {
        unit.committed = true;
        if (unit.dataFin) {
            connection.arrives().onDataFin(unit.position + unit.length);
        }
    }

    // ---- what cannot be checked any more

    /** Everything before {@code ssn} has been received, and handed up. */
    void releaseBelow(int ssn) {
        for (MappedUnit head = mappings.head();
                head != null && SequenceNumber.lessOrEqual(head.end(), ssn) && !head.wrong;
                head = mappings.head()) {
            if (!head.committed) {
                // Some of it had come without a mapping and was not kept: it comes again at data level.
                held.drop(key(head.ssn), key(head.end()));
            }
            mappings.releaseBelow(head.end());
        }
        anchorKey = key(ssn);
        anchorSsn = ssn;
    }

    /** The first mapping that does not sum up; null when there is none. */
    MappedUnit wrong() {
        for (int i = 0; i < mappings.count(); i++) {
            if (mappings.get(i).wrong) {
                return mappings.get(i);
            }
        }
        return null;
    }

    /** The first mapping of which something is missing, or wrong; null when there is none. */
    MappedUnit front() {
        for (int i = 0; i < mappings.count(); i++) {
            if (!mappings.get(i).committed) {
                return mappings.get(i);
            }
        }
        return null;
    }

    /** Whether this mapping and all behind it are one piece of the stream (RFC 8684 3.7). */
    boolean isContiguousFrom(MappedUnit unit) {
        for (int i = mappings.count() - 1; i >= 0 && mappings.get(i) != unit; i--) {
            MappedUnit other = mappings.get(i);
            if (other.position - unit.position != SequenceNumber.distance(unit.ssn, other.ssn)) {
                return false;
            }
        }
        return true;
    }

    /** The DATA_FINs of this mapping and of those behind it stand where they stand, whatever was done to the octets. */
    void announceFins(MappedUnit from) {
        for (int i = mappings.count() - 1; from != null && i >= 0; i--) {
            MappedUnit unit = mappings.get(i);
            if (unit.dataFin && !unit.committed && SequenceNumber.greaterOrEqual(unit.ssn, from.ssn)) {
                connection.arrives().onDataFin(unit.position + unit.length);
            }
        }
    }

    /** Holds octets whatever they are mapped to, for a peer that may be about to declare an infinite mapping. */
    boolean withhold(int ssn, long position, ByteBuf octets, int index, int length) {
        return held.hold(key(ssn), true, position, octets, index, length) >= 0;
    }

    /** Makes everything that is held part of the stream, as the infinite mapping has it (RFC 8684 3.7). */
    void commitAll(SequenceMapping mapping) {
        if (held.octets() > 0) {
            long first = held.firstKey();
            long position = mapping.position(anchorSsn) + (first - anchorKey);
            connection.arrives().onOctets(held, first, Long.MAX_VALUE, position, position + held.octets());
        }
    }

    void release() {
        held.release();
    }

    private long key(int ssn) {
        return anchorKey + SequenceNumber.distance(anchorSsn, ssn);
    }
}
