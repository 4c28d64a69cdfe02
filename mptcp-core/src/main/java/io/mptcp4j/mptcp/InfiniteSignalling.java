package io.mptcp4j.mptcp;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.metric.DropReason;
import io.mptcp4j.number.SequenceNumber;
import io.mptcp4j.tcp.OutgoingSegment;
import io.mptcp4j.tcp.Verdict;
import io.mptcp4j.wire.TcpOptions;
import io.mptcp4j.wire.TcpView;
import io.mptcp4j.wire.mptcp.Dss;
import io.mptcp4j.wire.mptcp.MpFail;
import io.mptcp4j.wire.mptcp.MptcpSubtype;
import io.netty.buffer.ByteBuf;

/**
 * A subflow that becomes plain TCP because octets were altered (RFC 8684 3.7): the infinite mapping is declared on what is new
 * until the peer has got some of it. What was sent before keeps its mapping, and the peer, which may hear of all this later,
 * its DATA_ACKs.
 */
final class InfiniteSignalling implements Signalling {
    private final MptcpConnection connection;
    private final Subflow subflow;
    private final DssSignalling before;
    private final Dss dss = new Dss();
    private final MpFail fail = new MpFail();

    /** Where the octets begin that have no other mapping. */
    private final int firstSsn;

    /** RFC 8684 3.7: retroactively from the first octet on that has not been DATA_ACKed. */
    private final int mappedSsn;

    private final long mappedDsn;
    private boolean declared;
    private boolean known;
    private boolean infinite;

    InfiniteSignalling(Subflow subflow, DssSignalling before) {
        this.subflow = subflow;
        this.connection = subflow.connection();
        this.before = before;
        DataLevel data = connection.data();
        this.firstSsn = subflow.sentRun().ssn(data.sndNxt());
        this.mappedSsn = subflow.declaredSsn(subflow.sentRun().ssn(data.sndUna()));
        this.mappedDsn = data.dsn(data.sndUna());
    }

    // ---- what leaves

    @Override
    public int optionsLength(OutgoingSegment segment, int room) {
        infinite = segment.payloadLength() > 0 && SequenceNumber.greaterOrEqual(segment.unitSsn(), firstSsn);
        if (isKnown()) {
            infinite = false;
            return 0;
        }
        return infinite ? infiniteLength() : before.optionsLength(segment, room);
    }

    private int infiniteLength() {
        return OptionBudget.padded(
                Dss.length(false, false, true, true, connection.data().usesChecksums()));
    }

    @Override
    public void writeOptions(OutgoingSegment segment, ByteBuf into, int index) {
        if (!infinite) {
            before.writeOptions(segment, into, index);
            return;
        }
        if (!declared) {
            declared = true;
            connection.count(Counter.INFINITE_MAPPING_TX);
        }
        // RFC 8684 3.3.1: a length of 0 means infinite; the checksum is 0 then too.
        boolean summed = connection.data().usesChecksums();
        int written = Dss.writeMapping(into, index, false, 0, false, mappedDsn, true, mappedSsn, 0, summed, 0, false);
        OptionBudget.pad(into, index + written, infiniteLength() - written);
    }

    @Override
    public void beforeUnit(long nowNanos) {
        connection.fallback().failures().beforeUnit(subflow, nowNanos);
    }

    /** Whether the peer has got an octet that came with the infinite mapping. */
    private boolean isKnown() {
        known |= declared && !subflow.tcp().isOutstanding(subflow.tcp().initialSendSequence() + firstSsn);
        return known;
    }

    // ---- what arrives

    @Override
    public Verdict onSegment(TcpView segment, TcpOptions options, long window, long nowNanos) {
        for (int i = 0; i < options.mptcpCount(); i++) {
            int index = options.mptcpIndex(i);
            int length = options.mptcpLength(i);
            if (options.mptcpSubtype(i) == MptcpSubtype.DSS && dss.wrap(options.buffer(), index, length)) {
                Verdict verdict = before.onLateMapping(dss);
                if (verdict != Verdict.ACCEPT) {
                    return verdict;
                }
            } else if (options.mptcpSubtype(i) == MptcpSubtype.MP_FAIL) {
                if (!fail.wrap(options.buffer(), index, length)) {
                    connection.drop(DropReason.BAD_MPTCP_OPTION);
                } else if (!isKnown()) {
                    connection.fallback().failures().onFail(subflow, fail);
                }
            }
        }
        return Verdict.ACCEPT;
    }
}
