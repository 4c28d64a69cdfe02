package io.mptcp4j.mptcp;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.metric.DropReason;
import io.mptcp4j.number.SequenceNumber;
import io.mptcp4j.tcp.Verdict;
import io.mptcp4j.wire.mptcp.MpTcprst;
import io.netty.buffer.ByteBuf;

/**
 * The receiving side of a subflow: its octets find their place in the stream by the mapping (RFC 8684 3.3.1), after their
 * checksum when there is one.
 */
final class SubflowReceiver {
    /** A mapping without a checksum. */
    static final int NO_CHECKSUM = -1;

    /** So far a mapping may be from what was received: the largest window (RFC 7323 2.3). */
    private static final int FARTHEST = 1 << 30;

    private final Subflow subflow;
    private final MptcpConnection connection;
    private final UnmappedOctets unmapped = new UnmappedOctets();
    private SequenceMapping mapping = new DssMappings();

    /** Whether octets are held, until the peer agrees that the mapping is infinite. */
    private boolean withholding;

    /** Keeps octets back while there are checksums; null otherwise. */
    private CheckedOctets checked;

    SubflowReceiver(Subflow subflow) {
        this.subflow = subflow;
        this.connection = subflow.connection();
    }

    // ---- mappings

    /** From here on the mapping is another one. */
    void mapBy(SequenceMapping next) {
        mapping = next;
    }

    /**
     * Notes a mapping that the peer declared.
     *
     * @param length octets of the subflow, without the DATA_FIN
     * @param checksum {@link #NO_CHECKSUM} when there is none
     */
    Verdict declare(int ssn, int length, long position, int checksum, boolean dataFin) {
        int rcvNxt = subflow.tcp().receivedInOrderSsn();
        if (position < 0 || position > connection.receivedOctets() + Integer.MAX_VALUE) {
            connection.drop(DropReason.BAD_MPTCP_OPTION);
            return Verdict.DROP;
        }
        if (Math.abs((long) SequenceNumber.distance(rcvNxt, ssn)) > FARTHEST) {
            // RFC 8684 3.3.1: a mapping MUST apply to the segment that carries it, which is in the window.
            connection.drop(DropReason.BAD_MPTCP_OPTION);
            return Verdict.DROP;
        }
        if (isInfinite()) {
            return declareLate(ssn, length, position, dataFin);
        }
        if (SequenceNumber.lessOrEqual(ssn + length, rcvNxt) && unmapped.isEmpty() && !isPending(ssn)) {
            if (dataFin) {
                connection.arrives().onDataFin(position + length);
            }
            return Verdict.ACCEPT;
        }
        return onDeclared(note(ssn, length, position, checksum, dataFin, rcvNxt));
    }

    /** A peer that does not know yet, or has nothing new to send, goes on with mappings; they say nothing new. */
    private Verdict declareLate(int ssn, int length, long position, boolean dataFin) {
        boolean old = SequenceNumber.lessOrEqual(ssn + length, subflow.tcp().receivedInOrderSsn());
        boolean follows = mapping instanceof ContinuedMappings continued
                ? old || continued.declare(ssn, length, position)
                : old || mapping.position(ssn) == position;
        if (!follows) {
            // RFC 8684 3.7: what is in flight is not contiguous.
            connection.count(Counter.CONFLICTING_MAPPINGS);
            return subflow.refuseByChecksum(connection.dataAck());
        }
        if (dataFin) {
            connection.arrives().onDataFin(position + length);
        }
        return Verdict.ACCEPT;
    }

    private boolean isPending(int ssn) {
        return checked != null && checked.mappings().run(ssn, 1) > 0;
    }

    private Declared note(int ssn, int length, long position, int checksum, boolean dataFin, int rcvNxt) {
        if (checksum != NO_CHECKSUM) {
            if (checked == null) {
                checked = new CheckedOctets(subflow);
                mapping = checked.mappings();
            }
            return checked.mappings().declare(ssn, length, position, checksum, dataFin, rcvNxt);
        }
        if (dataFin) {
            connection.arrives().onDataFin(position + length);
        }
        return ((DssMappings) mapping).declare(ssn, length, position);
    }

    private Verdict onDeclared(Declared declared) {
        return switch (declared) {
            case NEW -> {
                unmapped.deliver(this, mapping);
                yield Verdict.ACCEPT;
            }
            case KNOWN -> Verdict.ACCEPT;
            case CONFLICT -> {
                // RFC 8684 3.3.1: a sender MUST NOT change a mapping. Dropped it would come again for ever.
                connection.drop(DropReason.BAD_MPTCP_OPTION);
                connection.count(Counter.CONFLICTING_MAPPINGS);
                yield subflow.refuse(MpTcprst.MPTCP_SPECIFIC);
            }
            case FULL -> {
                connection.drop(DropReason.NO_ROOM);
                yield Verdict.DROP;
            }
        };
    }

    // ---- octets

    /** See {@code UpperLayer.admitted}; octets without a mapping are not. */
    int admitted(int ssn, int length) {
        int done = 0;
        while (done < length) {
            int run = mapping.run(ssn + done, length - done);
            int inside = run <= 0 ? 0 : connection.window().admitted(mapping.position(ssn + done), run);
            done += inside;
            if (inside < run || run <= 0) {
                break;
            }
        }
        return done;
    }

    /** See {@code UpperLayer.onOctets}. */
    boolean onOctets(int ssn, ByteBuf octets, int index, int length) {
        if (mapping instanceof ContinuedMappings continued
                && !continued.isDeclared(ssn)
                && !becomePlain(continued, ssn)) {
            return false;
        }
        int done = 0;
        while (done < length) {
            int run = mapping.run(ssn + done, length - done);
            if (run > 0) {
                if (!take(ssn + done, octets, index + done, run)) {
                    return false;
                }
                done += run;
            } else {
                // RFC 8684 3.3.1: acknowledged at the subflow though no mapping is known; held for a short while.
                unmapped.hold(ssn + done, octets, index + done, -run);
                done -= run;
            }
        }
        release();
        if (unmapped.exceeds(UnmappedOctets.MAXIMUM_OCTETS)) {
            // RFC 8684 3.7: octets keep coming and no mapping with them: the subflow is broken.
            connection.count(Counter.FALLBACKS_FAILED);
            subflow.fail(MpTcprst.MIDDLEBOX_INTERFERENCE, connection.nowNanos());
        }
        return true;
    }

    /**
     * Octets without a mapping: the peer is plain TCP from here on. Out of order they cannot be placed, for octets that come
     * again may be missing before them; false then.
     */
    private boolean becomePlain(ContinuedMappings continued, int ssn) {
        boolean inOrder = ssn == subflow.tcp().receivedInOrderSsn();
        if (inOrder) {
            continued.becomePlain(ssn);
        }
        return inOrder;
    }

    private void release() {
        int rcvNxt = subflow.tcp().receivedInOrderSsn();
        if (mapping instanceof SummedMappings) {
            checked.releaseBelow(rcvNxt);
        } else {
            mapping.releaseBelow(rcvNxt);
        }
    }

    /** Takes octets that one mapping covers; false when there is no room. */
    boolean take(int ssn, ByteBuf octets, int index, int length) {
        if (withholding) {
            return checked.withhold(ssn, mapping.position(ssn), octets, index, length);
        }
        return mapping instanceof SummedMappings
                ? checked.onOctets(ssn, octets, index, length)
                : connection.arrives().onOctets(mapping.position(ssn), octets, index, length);
    }

    // ---- altered octets (RFC 8684 3.7)

    /** Whether everything before this mapping has been received, so that nothing but it and what follows is in doubt. */
    boolean isInFront(MappedUnit unit) {
        return checked.front() == unit
                && SequenceNumber.lessOrEqual(unit.ssn, subflow.tcp().receivedInOrderSsn());
    }

    /** From this mapping on octets are held, whatever their mappings; false when they are not one piece of the stream. */
    boolean withholdFrom(MappedUnit unit) {
        if (unit.position > connection.receivedOctets() || !checked.isContiguousFrom(unit)) {
            return false;
        }
        checked.announceFins(unit);
        mapping = new InfiniteMapping(unit.ssn, unit.position);
        withholding = true;
        unmapped.deliver(this, mapping);
        return true;
    }

    /** Whether this may be an infinite mapping of what arrives. */
    boolean accepts(int ssn, long position) {
        if (mapping instanceof ContinuedMappings continued) {
            return continued.follow(ssn, position);
        }
        if (mapping instanceof InfiniteMapping) {
            return mapping.position(ssn) == position;
        }
        MappedUnit front = checked == null ? null : checked.front();
        int anchor = front == null ? subflow.tcp().receivedInOrderSsn() : front.ssn;
        long anchorPosition = front == null ? connection.receivedOctets() : front.position;
        return position - anchorPosition == SequenceNumber.distance(anchor, ssn);
    }

    /**
     * From now on every octet follows its predecessor, also those that are held, unless the peer says that octets come again;
     * false when what is there is not one piece of the stream.
     */
    boolean goInfinite() {
        if (mapping instanceof InfiniteMapping && withholding) {
            withholding = false;
            checked.commitAll(mapping);
            int ssn = subflow.tcp().receivedInOrderSsn();
            mapping = new ContinuedMappings(ssn, mapping.position(ssn));
        }
        if (isInfinite()) {
            return true;
        }
        MappedUnit front = checked == null ? null : checked.front();
        if (front != null && (front.position > connection.receivedOctets() || !checked.isContiguousFrom(front))) {
            return false;
        }
        int ssn = front == null ? subflow.tcp().receivedInOrderSsn() : front.ssn;
        mapping = new ContinuedMappings(ssn, front == null ? connection.receivedOctets() : front.position);
        unmapped.deliver(this, mapping);
        if (checked != null) {
            checked.commitAll(mapping);
            checked.announceFins(front);
        }
        return true;
    }

    /** The peer declares that from {@code ssn} on every octet follows its predecessor (RFC 8684 3.7); false as above. */
    boolean goInfinite(int ssn, long position) {
        if (isPlain()) {
            return true;
        }
        if (!accepts(ssn, position) || !goInfinite()) {
            return false;
        }
        if (mapping instanceof ContinuedMappings continued) {
            continued.becomePlain(ssn);
        }
        return true;
    }

    /** Whether the peer is known to be plain TCP after octets were altered. */
    boolean isPlain() {
        return mapping instanceof ContinuedMappings continued && continued.isPlain();
    }

    /** Whether everything up to the end of the peer's stream is here, though perhaps altered. */
    boolean isWholeStreamHere() {
        DataLevel data = connection.data();
        return data.hasRemoteFin() && mapping.position(subflow.tcp().receivedInOrderSsn()) >= data.remoteFin();
    }

    boolean isInfinite() {
        return mapping instanceof InfiniteMapping || mapping instanceof ContinuedMappings;
    }

    /** The first mapping that does not sum up; null when there is none. */
    MappedUnit wrong() {
        return checked == null ? null : checked.wrong();
    }

    /** The position of the peer's FIN, after fallback; else negative. */
    long finPosition(int ssn) {
        return isInfinite() && !withholding ? mapping.position(ssn) : -1;
    }

    /** Nothing more comes: what waits is dropped. */
    void close() {
        unmapped.release();
        if (checked != null) {
            checked.release();
        }
    }
}
