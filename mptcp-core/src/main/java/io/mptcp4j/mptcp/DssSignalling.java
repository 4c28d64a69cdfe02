package io.mptcp4j.mptcp;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.metric.DropReason;
import io.mptcp4j.tcp.OutgoingSegment;
import io.mptcp4j.tcp.Verdict;
import io.mptcp4j.wire.TcpOptions;
import io.mptcp4j.wire.TcpView;
import io.mptcp4j.wire.mptcp.AddAddr;
import io.mptcp4j.wire.mptcp.Dss;
import io.mptcp4j.wire.mptcp.DssChecksum;
import io.mptcp4j.wire.mptcp.MpCapable;
import io.mptcp4j.wire.mptcp.MpFail;
import io.mptcp4j.wire.mptcp.MpFastclose;
import io.mptcp4j.wire.mptcp.MpPrio;
import io.mptcp4j.wire.mptcp.MpTcprst;
import io.mptcp4j.wire.mptcp.MptcpSubtype;
import io.mptcp4j.wire.mptcp.RemoveAddr;
import io.netty.buffer.ByteBuf;

/** The signalling of an established subflow: DSS on every segment, and the signals that ride on pure ACKs. */
final class DssSignalling implements Signalling {
    /** What {@link #writeOptions} is going to write. */
    private enum Plan {
        NOTHING,
        MAPPING,
        DATA_ACK,
        DATA_FIN,
        SIGNAL,
        SIGNAL_AND_DATA_ACK,
        FAIL_AND_DATA_ACK
    }

    private final MptcpConnection connection;
    private final Subflow subflow;
    private final Dss dss = new Dss();
    private final MpCapable mpCapable = new MpCapable();
    private final UnitChecksums checksums;
    private final OptionPassage passage;

    private Plan plan = Plan.NOTHING;

    DssSignalling(Subflow subflow) {
        this.subflow = subflow;
        this.connection = subflow.connection();
        this.checksums = new UnitChecksums(subflow);
        this.passage = new OptionPassage(subflow);
    }

    // ---- what leaves

    @Override
    public int optionsLength(OutgoingSegment segment, int room) {
        plan = Plan.NOTHING;
        if (segment.isRst() || segment.isSyn()) {
            return 0;
        }
        int length = segment.payloadLength() > 0 ? mappingLength() : planPureAck(segment, room);
        if (segment.payloadLength() > 0) {
            plan = Plan.MAPPING;
        }
        assert length <= room || plan == Plan.SIGNAL : plan + " needs " + length + " of " + room;
        return length;
    }

    private int planPureAck(OutgoingSegment segment, int room) {
        int ackLength = OptionBudget.padded(Dss.length(true, connection.data().acknowledges64(), false, false, false));
        int signalLength = segment.isPureAck() ? connection.outgoing().nextLength(subflow) : 0;
        if (signalLength > 0) {
            // RFC 8684 3.4.1: IPv6 with port is 30 octets, which do not fit beside timestamps; TCP then
            // leaves those out.
            boolean both = signalLength + ackLength <= room;
            plan = both ? Plan.SIGNAL_AND_DATA_ACK : Plan.SIGNAL;
            return both ? signalLength + ackLength : signalLength;
        }
        boolean fails = segment.isPureAck() && connection.fallback().failures().owes(subflow);
        if (fails && MpFail.LENGTH + ackLength <= room) {
            plan = Plan.FAIL_AND_DATA_ACK;
            return MpFail.LENGTH + ackLength;
        }
        if (subflow.owesDataFin() && mappingLength() <= room) {
            plan = Plan.DATA_FIN;
            return mappingLength();
        }
        plan = ackLength <= room ? Plan.DATA_ACK : Plan.NOTHING;
        return plan == Plan.DATA_ACK ? ackLength : 0;
    }

    @Override
    public void writeOptions(OutgoingSegment segment, ByteBuf into, int index) {
        switch (plan) {
            case MAPPING -> {
                int checksum = connection.data().usesChecksums() ? checksums.of(segment) : 0;
                int ssn = subflow.declaredSsn(segment.unitSsn());
                writeMapping(into, index, segment.unitPosition(), ssn, segment.unitLength(), checksum, false);
            }
            case DATA_FIN -> {
                // RFC 8684 3.3.3: a DATA_FIN without data has SSN 0 and length 1.
                long end = connection.data().sndNxt();
                writeMapping(into, index, end, 0, 1, checksums.ofFin(end), true);
                subflow.dataFinWritten();
            }
            case DATA_ACK -> writeDataAck(into, index);
            case SIGNAL -> connection.outgoing().write(into, index);
            case FAIL_AND_DATA_ACK ->
                writeDataAck(into, index + connection.fallback().failures().write(into, index));
            case SIGNAL_AND_DATA_ACK ->
                writeDataAck(into, index + connection.outgoing().write(into, index));
            default -> {
                // Nothing was announced.
            }
        }
    }

    private int mappingLength() {
        DataLevel data = connection.data();
        return OptionBudget.padded(Dss.length(true, data.acknowledges64(), true, true, data.usesChecksums()));
    }

    /** The checksum of a unit that leaves, in whatever option. */
    int checksumOf(OutgoingSegment segment) {
        return checksums.of(segment);
    }

    private void writeMapping(
            ByteBuf into, int index, long position, int ssn, int length, int checksum, boolean dataFin) {
        DataLevel data = connection.data();
        int written = Dss.writeMapping(
                into,
                index,
                true,
                connection.dataAck(),
                data.acknowledges64(),
                data.dsn(position),
                true,
                ssn,
                length,
                data.usesChecksums(),
                checksum,
                dataFin);
        OptionBudget.pad(into, index + written, OptionBudget.padded(written) - written);
    }

    private void writeDataAck(ByteBuf into, int index) {
        int written = Dss.writeDataAck(
                into, index, connection.dataAck(), connection.data().acknowledges64());
        OptionBudget.pad(into, index + written, OptionBudget.padded(written) - written);
    }

    @Override
    public void beforeUnit(long nowNanos) {
        ChecksumFailures failures = connection.fallback().failures();
        failures.beforeUnit(subflow, nowNanos);
        failures.beforeNewUnit(this);
    }

    @Override
    public long nextDeadline() {
        return connection.fallback().failures().nextDeadline(subflow);
    }

    @Override
    public void advance(long nowNanos) {
        connection.fallback().failures().advance(nowNanos);
    }

    // ---- what arrives

    @Override
    public Verdict onSegment(TcpView segment, TcpOptions options, long window, long nowNanos) {
        boolean mapped = false;
        boolean acknowledged = false;
        for (int i = 0; i < options.mptcpCount(); i++) {
            int index = options.mptcpIndex(i);
            int length = options.mptcpLength(i);
            switch (options.mptcpSubtype(i)) {
                case MptcpSubtype.DSS -> {
                    if (!dss.wrap(segment.buffer(), index, length)) {
                        connection.drop(DropReason.BAD_MPTCP_OPTION);
                        continue;
                    }
                    passage.onHeard();
                    mapped |= dss.hasMapping();
                    acknowledged |= dss.hasDataAck();
                    Verdict verdict = onDss(window, nowNanos);
                    if (verdict != Verdict.ACCEPT) {
                        return verdict;
                    }
                }
                case MptcpSubtype.MP_CAPABLE -> {
                    Verdict verdict = onRepeatedKeys(segment, index, length);
                    mapped |= verdict != null;
                    if (verdict != null && verdict != Verdict.ACCEPT) {
                        return verdict;
                    }
                }
                case MptcpSubtype.MP_JOIN -> subflow.onRepeatedJoin();
                case MptcpSubtype.MP_FAIL -> {
                    Verdict verdict = onFail(segment.buffer(), index, length);
                    if (verdict != Verdict.ACCEPT) {
                        return verdict;
                    }
                }
                case MptcpSubtype.MP_FASTCLOSE -> {
                    if (onFastclose(segment.buffer(), index, length, nowNanos)) {
                        return Verdict.DROP;
                    }
                }
                default -> onSignal(options.mptcpSubtype(i), segment.buffer(), index, length, nowNanos);
            }
        }
        return passage.judge(segment, options, mapped, acknowledged, nowNanos);
    }

    /** A mapping of a peer that has not heard yet that ours is infinite, or has nothing new to send. */
    Verdict onLateMapping(Dss late) {
        if (!late.hasMapping()) {
            return Verdict.ACCEPT;
        }
        long position = connection.data().receivedPosition(late.dsn(), late.isDsn64(), connection.receivedOctets());
        if (late.dataLength() == 0) {
            return connection.fallback().onInfiniteMappingToo(subflow, subflow.ssnOfDeclared(late.ssn()), position);
        }
        int octets = late.isDataFin() ? late.dataLength() - 1 : late.dataLength();
        if (octets == 0) {
            connection.arrives().onDataFin(position);
            return Verdict.ACCEPT;
        }
        int ssn = subflow.ssnOfDeclared(late.ssn());
        return subflow.receiver().declare(ssn, octets, position, SubflowReceiver.NO_CHECKSUM, late.isDataFin());
    }

    private Verdict onDss(long window, long nowNanos) {
        DataLevel data = connection.data();
        if (dss.hasDataAck()) {
            long position = data.acknowledgedPosition(dss.dataAck(), dss.isDataAck64());
            connection.arrives().onDataAck(position, window, nowNanos);
        }
        if (!dss.hasMapping()) {
            return Verdict.ACCEPT;
        }
        if (isMisplaced(dss.hasChecksum()) && dss.dataLength() > 0) {
            return subflow.refuse(MpTcprst.MPTCP_SPECIFIC);
        }
        data.onDsn(dss.isDsn64());
        long position = data.receivedPosition(dss.dsn(), dss.isDsn64(), connection.receivedOctets());
        int ssn = subflow.ssnOfDeclared(dss.ssn());
        if (dss.dataLength() == 0) {
            return connection.fallback().onInfiniteMapping(subflow, ssn, position);
        }
        int octets = dss.isDataFin() ? dss.dataLength() - 1 : dss.dataLength();
        if (octets == 0) {
            return onFinAlone(position);
        }
        int checksum = data.usesChecksums() ? dss.checksum() : SubflowReceiver.NO_CHECKSUM;
        return subflow.receiver().declare(ssn, octets, position, checksum, dss.isDataFin());
    }

    /** RFC 8684 3.3: a checksum that was not agreed on, or none where one was; RFC 6824 3.3: the first is ignored. */
    private boolean isMisplaced(boolean hasChecksum) {
        boolean needed = connection.data().usesChecksums();
        return hasChecksum ? !needed && !connection.version().ignoresNeedlessChecksums() : needed;
    }

    private Verdict onFinAlone(long position) {
        boolean right = !connection.data().usesChecksums()
                || DssChecksum.isRight(dss.checksum(), 0, connection.data().receivedDsn(position), dss.ssn(), 1);
        if (right) {
            connection.arrives().onDataFin(position);
        } else {
            connection.drop(DropReason.BAD_MPTCP_OPTION);
            connection.count(Counter.DATA_CHECKSUM_ERRORS);
        }
        return Verdict.ACCEPT;
    }

    /** RFC 8684 3.1: MP_CAPABLE with a data length may come again, and means what a DSS means; null when it has none. */
    private Verdict onRepeatedKeys(TcpView segment, int index, int length) {
        if (!mpCapable.wrap(segment.buffer(), index, length)) {
            connection.drop(DropReason.BAD_MPTCP_OPTION);
            return null;
        }
        if (!mpCapable.hasDataLength() || mpCapable.dataLength() == 0) {
            return null;
        }
        if (isMisplaced(mpCapable.hasChecksum())) {
            return subflow.refuse(MpTcprst.MPTCP_SPECIFIC);
        }
        passage.onHeard();
        connection.data().onDsn(true);
        int checksum = mpCapable.hasChecksum() ? mpCapable.checksum() : SubflowReceiver.NO_CHECKSUM;
        int early = connection.earlyOctets().received();
        return subflow.receiver().declare(1 + early, mpCapable.dataLength(), early, checksum, false);
    }

    private Verdict onFail(ByteBuf buffer, int index, int length) {
        MpFail fail = new MpFail();
        if (!fail.wrap(buffer, index, length)) {
            connection.drop(DropReason.BAD_MPTCP_OPTION);
            return Verdict.ACCEPT;
        }
        return connection.fallback().failures().onFail(subflow, fail);
    }

    private boolean onFastclose(ByteBuf buffer, int index, int length, long nowNanos) {
        MpFastclose fastclose = new MpFastclose();
        // RFC 8684 3.5: with a key that is not ours it is ignored.
        if (!fastclose.wrap(buffer, index, length)
                || fastclose.receiverKey() != connection.keys().localKey()) {
            connection.drop(DropReason.BAD_MPTCP_OPTION);
            return false;
        }
        connection.count(Counter.FASTCLOSE_RX);
        connection.onFastclose(nowNanos);
        return true;
    }

    private void onSignal(int subtype, ByteBuf buffer, int index, int length, long nowNanos) {
        boolean valid =
                switch (subtype) {
                    case MptcpSubtype.ADD_ADDR -> {
                        AddAddr addAddr = new AddAddr();
                        boolean genuine = addAddr.wrap(buffer, index, length)
                                && connection.signals().onAddAddr(subflow, addAddr, nowNanos);
                        // It leaves no room for a DATA_ACK, but shows as well that options come through.
                        if (genuine) {
                            passage.onHeard();
                        }
                        yield genuine;
                    }
                    case MptcpSubtype.REMOVE_ADDR -> {
                        RemoveAddr removeAddr = new RemoveAddr();
                        yield removeAddr.wrap(buffer, index, length)
                                && connection.signals().onRemoveAddr(removeAddr, nowNanos);
                    }
                    case MptcpSubtype.MP_PRIO -> {
                        MpPrio prio = new MpPrio();
                        yield prio.wrap(buffer, index, length) && onPriority(prio);
                    }
                    // RFC 8684 3.8: what is unknown, or means nothing here, is ignored.
                    default -> subtype == MptcpSubtype.MP_TCPRST || subtype == MptcpSubtype.MP_EXPERIMENTAL;
                };
        if (!valid) {
            connection.drop(DropReason.BAD_MPTCP_OPTION);
        }
    }

    private boolean onPriority(MpPrio prio) {
        if (!prio.hasAddressId()) {
            connection.count(Counter.PRIO_RX);
            onPriority(subflow, prio.isBackup());
            return true;
        }
        if (!connection.version().namesAddressesInPriorities()) {
            return false;
        }
        // RFC 6824 3.3.8: all subflows that use the address are meant.
        connection.count(Counter.PRIO_RX);
        for (int i = 0; i < connection.subflowCount(); i++) {
            if (connection.subflow(i).remoteId() == prio.addressId()) {
                onPriority(connection.subflow(i), prio.isBackup());
            }
        }
        return true;
    }

    private void onPriority(Subflow subject, boolean backup) {
        connection.host().events().onPriority(subject, backup, true);
        subject.role().setBackupRemotely(backup);
        connection.paths().onPriorityChanged(subject);
    }

    /** Whether the path is known to pass options. */
    boolean isConfirmed() {
        return passage.isHeard();
    }
}
