package io.mptcp4j.tcp;

import io.mptcp4j.device.PacketBuffer;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.number.SequenceNumber;
import io.mptcp4j.wire.TcpFlags;
import io.mptcp4j.wire.TcpOptionsWriter;
import io.mptcp4j.wire.TcpView;
import io.mptcp4j.wire.TcpWriter;
import io.netty.buffer.ByteBuf;

/**
 * Builds segments and hands them to the {@link SegmentOutput}: header, options in the order timestamps, layer above, SACK, and
 * the spans of the payload. It decides nothing.
 */
final class SegmentSender {
    private static final int AT = SegmentOutput.TRANSPORT_INDEX;
    private static final int OPTIONS_AT = AT + TcpView.MINIMUM_HEADER;
    private static final int PADDED_TIMESTAMPS = 12;
    private static final int PADDED_SACK_HEADER = 4;
    private static final int DSCP = 0xfc;
    private static final int MOST_SACK_BLOCKS = 4;
    private static final int MOST_BACKLOG_ACKS = 32;

    private final Tcb tcb;
    private final UpperLayer upper;
    private final SegmentOutput output;
    private final ReceiveSequence receive;
    private final Acknowledgments acknowledgments;
    private final Timestamps timestamps;
    private final OutgoingSegment segment = new OutgoingSegment();
    private final ReceivedRange[] sackOrder = new ReceivedRange[MOST_SACK_BLOCKS];
    private boolean sackBacklog;
    private int effectiveMss;
    private int upperOptions;

    SegmentSender(
            Tcb tcb,
            UpperLayer upper,
            SegmentOutput output,
            ReceiveSequence receive,
            Acknowledgments acknowledgments,
            Timestamps timestamps) {
        this.tcb = tcb;
        this.upper = upper;
        this.output = output;
        this.receive = receive;
        this.acknowledgments = acknowledgments;
        this.timestamps = timestamps;
    }

    // ---- the handshake

    /**
     * Sends a SYN, with octets where Fast Open has them for it; or with {@code ack} a SYN/ACK.
     *
     * @param fastOpen the cookie of the Fast Open option; null for no such option
     * @return how many octets went with it
     */
    int sendSyn(
            boolean ack,
            boolean offerShift,
            boolean offerSack,
            boolean offerTimestamps,
            byte[] fastOpen,
            int mss,
            long now) {
        describe(tcb.iss, 0);
        segment.syn = true;
        segment.ack = ack;
        PacketBuffer packet = output.begin(tcb.tuple);
        ByteBuf buffer = packet.buffer();
        int at = OPTIONS_AT;
        at += TcpOptionsWriter.writeMaximumSegmentSize(buffer, at, mss);
        if (offerTimestamps) {
            at += offerSack ? TcpOptionsWriter.writeSackPermitted(buffer, at) : TcpOptionsWriter.pad(buffer, at, 2);
            at += TcpOptionsWriter.writeTimestamps(buffer, at, timestamps.value(now), ack ? timestamps.recent() : 0);
        } else if (offerSack) {
            at += TcpOptionsWriter.pad(buffer, at, 2);
            at += TcpOptionsWriter.writeSackPermitted(buffer, at);
        }
        if (offerShift) {
            at += TcpOptionsWriter.pad(buffer, at, 1);
            at += TcpOptionsWriter.writeWindowScale(buffer, at, tcb.settings.windowShift());
        }
        if (fastOpen != null) {
            int written = TcpOptionsWriter.writeFastOpen(buffer, at, fastOpen);
            at += written + TcpOptionsWriter.pad(buffer, at + written, TcpOptionsWriter.padding(written));
        }
        at += askAndWriteUpperOptions(buffer, at, OPTIONS_AT + TcpView.MAXIMUM_OPTIONS - at);
        int octets = ack ? 0 : tcb.fastOpenClient.octetsBeside(at - OPTIONS_AT);
        if (octets > 0) {
            upper.readOctets(tcb.fastOpenClient.position(), octets, packet);
        }
        // RFC 7323 2.2: the window of a segment with SYN is never scaled.
        int window = advertiseWithSyn(ack);
        int flags = TcpFlags.SYN | (ack ? TcpFlags.ACK : 0) | tcb.ecn.handshakeFlags(ack);
        send(packet, tcb.iss, ack ? receive.rcvNxt() : 0, flags, window, at - AT, 0);
        if (ack) {
            acknowledgments.onSegmentSent(true);
            timestamps.onAckSent(receive.rcvNxt());
        }
        return octets;
    }

    private int advertiseWithSyn(boolean ack) {
        return ack ? receive.advertise(0, tcb.smss) : (int) Math.max(0, Math.min(upper.receiveWindow(), 0xffff));
    }

    /** Whether one more challenge ACK may leave the stack. */
    boolean mayChallenge(long now) {
        return output.mayChallenge(now);
    }

    // ---- segments without octets

    /** Sends a pure acknowledgment. */
    void sendAck(long now) {
        sendEmpty(tcb.emptySequenceNumber(), now);
        acknowledgments.onPureAckSent();
    }

    /**
     * Sends the acknowledgments that would have left, had each segment of the batch been answered at once: several holes that
     * came up in one batch need more SACK blocks than one acknowledgment has room for, and a block untold is a segment sent
     * again for nothing. The last one is {@link #sendAck}'s.
     */
    void sendSackBacklog(long now) {
        ReceivedRanges ranges = receive.ranges();
        if (!tcb.sackEnabled) {
            receive.duplicates().clear();
            return;
        }
        // RFC 5681 4.2: no more acknowledgments than segments that have come.
        long most = tcb.activity.takeUnanswered(tcb.smss) - 1;
        sackBacklog = true;
        // RFC 2883 4: a D-SACK block reports one range; each goes in an acknowledgment of its own.
        while (receive.duplicates().count() > 1 && most > 0) {
            int before = receive.duplicates().count();
            sendEmpty(tcb.emptySequenceNumber(), now);
            most--;
            if (receive.duplicates().count() == before) {
                break;
            }
        }
        // RFC 2883 4.2: of several in one segment the first is reported.
        receive.duplicates().keepFirst();
        int left = ranges.unreportedCount();
        int told = 1;
        // A told of 0: the layer above leaves no room for SACK.
        for (long sent = 0; told > 0 && left > told && sent < Math.min(most, MOST_BACKLOG_ACKS); sent++) {
            sendEmpty(tcb.emptySequenceNumber(), now);
            told = left - ranges.unreportedCount();
            left -= told;
        }
        sackBacklog = false;
    }

    /** Sends one more acknowledgment like the last. */
    void sendDuplicateAck(long now) {
        sendEmpty(tcb.emptySequenceNumber(), now);
    }

    /** Sends a segment before the peer's window, which it must answer. */
    void sendProbe(long now) {
        sendEmpty(tcb.sndUna - 1, now);
    }

    private void sendEmpty(int seq, long now) {
        describe(seq, 0);
        acknowledgments.onOptionsAsked();
        PacketBuffer packet = output.begin(tcb.tuple);
        ByteBuf buffer = packet.buffer();
        int room = TcpView.MAXIMUM_OPTIONS - timestampsLength();
        int length = upper.optionsLength(segment, room);
        assert length >= 0 && length <= TcpView.MAXIMUM_OPTIONS && (length & 3) == 0 : length;
        // RFC 7323 3.2 wants timestamps everywhere. An option that is longer than what they leave goes without
        // them or never.
        int at = OPTIONS_AT + (length > room ? 0 : writeTimestamps(buffer, OPTIONS_AT, now));
        at += writeUpperOptions(buffer, at, length);
        at += writeSack(buffer, at, OPTIONS_AT + TcpView.MAXIMUM_OPTIONS - at);
        send(packet, seq, receive.rcvNxt(), TcpFlags.ACK, advertise(), at - AT, 0);
    }

    /** Sends the FIN. */
    void sendFin(int seq, boolean again, long now) {
        describe(seq, 0);
        segment.fin = true;
        segment.retransmission = again;
        acknowledgments.onOptionsAsked();
        PacketBuffer packet = output.begin(tcb.tuple);
        ByteBuf buffer = packet.buffer();
        int at = OPTIONS_AT + writeTimestamps(buffer, OPTIONS_AT, now);
        at += askAndWriteUpperOptions(buffer, at, OPTIONS_AT + TcpView.MAXIMUM_OPTIONS - at);
        int sack = writeSack(buffer, at, OPTIONS_AT + TcpView.MAXIMUM_OPTIONS - at);
        send(packet, seq, receive.rcvNxt(), TcpFlags.FIN | TcpFlags.ACK, advertise(), at + sack - AT, 0);
        acknowledgments.onSegmentSent(sack > 0 || !receive.hasMoreToTell());
    }

    /** Sends a RST; without ACK when {@code flags} has none. */
    void sendReset(int seq, int ack, int flags, long now) {
        describe(seq, 0);
        segment.rst = true;
        segment.ack = (flags & TcpFlags.ACK) != 0;
        PacketBuffer packet = output.begin(tcb.tuple);
        ByteBuf buffer = packet.buffer();
        // RFC 7323 3.2, 5.2: a RST of ours has timestamps too; not one that answers a handshake, where nothing is
        // agreed.
        int at = OPTIONS_AT + (tcb.state().isSynchronized() ? writeTimestamps(buffer, OPTIONS_AT, now) : 0);
        at += askAndWriteUpperOptions(buffer, at, OPTIONS_AT + TcpView.MAXIMUM_OPTIONS - at);
        send(packet, seq, ack, TcpFlags.RST | flags, 0, at - AT, 0);
        tcb.counters.count(Counter.RESETS_OUT);
    }

    // ---- octets

    /**
     * Begins a segment or super-segment that leaves for the first time, and asks the layer above how long its options are.
     *
     * @return the octets of payload that each segment of it can carry
     */
    int planUnit(int seq, long position, int length, boolean replicated) {
        describeUnit(seq, position, length);
        return plan(replicated, tcb.smss);
    }

    /** Begins a segment that is larger than others are (RFC 8899 4.1): {@code smss} octets of payload and options. */
    int planProbe(int seq, long position, int smss) {
        describeUnit(seq, position, smss);
        return plan(false, smss);
    }

    private void describeUnit(int seq, long position, int length) {
        describe(seq, length);
        segment.position = position;
        segment.unitSsn = segment.ssn;
        segment.unitPosition = position;
        segment.unitLength = length;
    }

    /** Begins a slice of what was sent before; see {@link #planUnit}. */
    int planRecord(SendRecord record, int length, boolean replicated) {
        describe(record.seq, length);
        segment.position = record.position;
        segment.unitSsn = record.unitSeq - tcb.iss;
        segment.unitPosition = record.unitPosition;
        segment.unitLength = record.unitLength;
        segment.unitNote = record.unitNote;
        segment.retransmission = true;
        return plan(replicated, tcb.smss);
    }

    private int plan(boolean replicated, int smss) {
        segment.replicated = replicated;
        if (!replicated) {
            acknowledgments.onOptionsAsked();
        }
        int room = TcpView.MAXIMUM_OPTIONS - timestampsLength();
        upperOptions = upper.optionsLength(segment, room);
        assert upperOptions >= 0 && upperOptions <= room && (upperOptions & 3) == 0 : upperOptions + " of " + room;
        // RFC 6691 2: options shorten the payload.
        effectiveMss = Math.max(1, smss - timestampsLength() - upperOptions);
        return effectiveMss;
    }

    /** The most payload octets of a segment in which the layer above writes no options. */
    int longestPayload() {
        return tcb.smss - timestampsLength();
    }

    /** The payload octets of the segments planned last, as a guess for the next. */
    int effectiveMss() {
        int longest = longestPayload();
        return effectiveMss == 0 ? longest : Math.min(effectiveMss, longest);
    }

    /**
     * Sends what was planned, with this many octets of payload; as a super-segment when they are more than fit in one.
     *
     * @param push whether nothing follows (RFC 9293 3.9.1.2, MUST-61)
     * @return what the layer above noted of the unit
     */
    int sendPlanned(int length, boolean push, long now) {
        segment.payloadLength = length;
        if (!segment.retransmission) {
            segment.unitLength = length;
        }
        PacketBuffer packet = output.begin(tcb.tuple);
        ByteBuf buffer = packet.buffer();
        int at = OPTIONS_AT + writeTimestamps(buffer, OPTIONS_AT, now);
        at += writeUpperOptions(buffer, at, upperOptions);
        upper.readOctets(segment.position, length, packet);
        assert packet.payloadLength() == length : packet.payloadLength() + " of " + length;
        int segmentSize = length > effectiveMss ? effectiveMss : 0;
        int flags = TcpFlags.ACK | (push ? TcpFlags.PSH : 0);
        // RFC 3168 6.1.2: on the first new octets behind the reduction.
        flags |= segment.retransmission ? 0 : tcb.ecn.takeReductionFlags();
        send(packet, tcb.iss + segment.ssn, receive.rcvNxt(), flags, advertise(), at - AT, segmentSize);
        acknowledgments.onSegmentSent(!receive.hasMoreToTell());
        return segment.unitNote;
    }

    /** The most octets of payload in one super-segment; 0: single segments only. */
    int longestSuperSegment() {
        return output.maxSuperSegmentPayload(tcb.tuple);
    }

    // ---- steps

    private void describe(int seq, int payloadLength) {
        segment.syn = false;
        segment.ack = true;
        segment.fin = false;
        segment.rst = false;
        segment.retransmission = false;
        segment.replicated = false;
        segment.ssn = seq - tcb.iss;
        segment.payloadLength = payloadLength;
        segment.position = 0;
        segment.unitSsn = 0;
        segment.unitPosition = 0;
        segment.unitLength = 0;
        segment.unitNote = 0;
    }

    private int timestampsLength() {
        return tcb.timestampsEnabled ? PADDED_TIMESTAMPS : 0;
    }

    private int writeTimestamps(ByteBuf buffer, int at, long now) {
        if (!tcb.timestampsEnabled) {
            return 0;
        }
        TcpOptionsWriter.pad(buffer, at, 2);
        TcpOptionsWriter.writeTimestamps(buffer, at + 2, timestamps.value(now), timestamps.recent());
        return PADDED_TIMESTAMPS;
    }

    private int askAndWriteUpperOptions(ByteBuf buffer, int at, int room) {
        int length = upper.optionsLength(segment, room);
        assert length >= 0 && length <= room && (length & 3) == 0 : length + " of " + room;
        return writeUpperOptions(buffer, at, length);
    }

    private int writeUpperOptions(ByteBuf buffer, int at, int length) {
        if (length > 0) {
            upper.writeOptions(segment, buffer, at, length);
        }
        return length;
    }

    private int writeSack(ByteBuf buffer, int at, int room) {
        int most = Math.min(MOST_SACK_BLOCKS, (room - PADDED_SACK_HEADER) / TcpOptionsWriter.SACK_BLOCK_LENGTH);
        if (!tcb.sackEnabled || !receive.hasMoreToTell() || most <= 0) {
            return 0;
        }
        ReceivedRanges ranges = receive.ranges();
        int duplicates = receive.duplicates().isEmpty() ? 0 : 1;
        int blocks = duplicates + chooseBlocks(ranges, most - duplicates);
        int end = at + TcpOptionsWriter.pad(buffer, at, 2);
        end += TcpOptionsWriter.writeSackHeader(buffer, end, blocks);
        if (duplicates > 0) {
            end += writeDuplicate(buffer, end);
        }
        for (int i = 0; i < blocks - duplicates; i++) {
            end += TcpOptionsWriter.writeSackBlock(buffer, end, sackOrder[i].seq, sackOrder[i].right);
            ranges.onReported(sackOrder[i]);
        }
        return end - at;
    }

    private int chooseBlocks(ReceivedRanges ranges, int most) {
        // RFC 2018 4: the block that the last segment belongs to first, then the latest reported.
        int blocks = sackBacklog ? ranges.firstUnreported(sackOrder, most) : ranges.latest(sackOrder, most);
        ReceivedDuplicates duplicates = receive.duplicates();
        ReceivedRange around =
                duplicates.isEmpty() || most == 0 ? null : ranges.around(duplicates.left(), duplicates.right());
        if (around == null) {
            return blocks;
        }
        // RFC 2883 4.2: the range that a duplicate lies in comes second.
        int place = 0;
        while (place < blocks && sackOrder[place] != around) {
            place++;
        }
        int shifted = Math.min(place, most - 1);
        System.arraycopy(sackOrder, 0, sackOrder, 1, shifted);
        sackOrder[0] = around;
        return Math.max(blocks, shifted + 1);
    }

    private int writeDuplicate(ByteBuf buffer, int at) {
        ReceivedDuplicates duplicates = receive.duplicates();
        boolean old = SequenceNumber.lessOrEqual(duplicates.right(), receive.rcvNxt());
        tcb.counters.count(old ? Counter.DUPLICATES_REPORTED_OLD : Counter.DUPLICATES_REPORTED_OUT_OF_ORDER);
        int length = TcpOptionsWriter.writeSackBlock(buffer, at, duplicates.left(), duplicates.right());
        duplicates.removeFirst();
        return length;
    }

    private int advertise() {
        return receive.advertise(tcb.rcvShift, tcb.smss);
    }

    private void send(PacketBuffer packet, int seq, int ack, int bits, int window, int headerLength, int segmentSize) {
        boolean isPlain = (bits & (TcpFlags.ACK | TcpFlags.SYN | TcpFlags.RST)) == TcpFlags.ACK;
        int flags = bits | (isPlain ? tcb.ecn.echoFlags() : 0);
        // RFC 3168 6.1.1: never with a SYN, octets or not.
        boolean isNew = isPlain && packet.payloadLength() > 0 && !segment.retransmission;
        // RFC 9293 3.9.1.9 (MUST-48, SHLD-21): as the settings are now.
        packet.setTrafficClass(tcb.settings.trafficClass() & DSCP | tcb.ecn.codepoint(isNew));
        TcpWriter.writeHeader(
                packet.buffer(),
                AT,
                tcb.tuple.localPort(),
                tcb.tuple.remotePort(),
                seq,
                ack,
                headerLength,
                flags,
                window);
        tcb.activity.onSent(packet.payloadLength(), segmentSize);
        output.send(tcb.tuple, packet, headerLength, segmentSize);
        if (isPlain) {
            timestamps.onAckSent(ack);
        }
    }
}
