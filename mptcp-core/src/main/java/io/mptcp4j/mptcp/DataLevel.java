package io.mptcp4j.mptcp;

import io.mptcp4j.number.DataSequenceNumber;

/**
 * The data sequence space of a connection (RFC 8684 3.3), in stream positions: {@code position = dsn - idsn - 1}, so that
 * the first octet is position 0, and the DATA_FIN takes the position just behind the last octet.
 *
 * <pre>
 *   sending                                        receiving
 *   sndUna      sndNxt            sndWndEdge       rcvNxt
 *     |  sent,    |  may be sent       |             |  everything before is received
 *     |  not acked|                    |
 * </pre>
 */
final class DataLevel {
    private static final long UNKNOWN = -1;

    private long localIdsn;
    private long remoteIdsn;

    private long sndUna;
    private long sndNxt;
    private long sndWndEdge;
    private long localFin = UNKNOWN;
    private boolean localFinAcknowledged;
    private boolean seenDsn64;
    private long reinjectedUnits;
    private long reinjectedOctets;
    private long remoteFin = UNKNOWN;
    private boolean remoteFinReached;
    private boolean checksums;

    /** RFC 8684 3.1: the keys give the initial data sequence numbers. */
    void setIdsns(long local, long remote) {
        localIdsn = local;
        remoteIdsn = remote;
    }

    /** RFC 8684 3.1: one of the ends requires checksums, so that both use them. Said before the first octet. */
    void useChecksums() {
        checksums = true;
    }

    /** Whether each mapping has a checksum, in both directions. */
    boolean usesChecksums() {
        return checksums;
    }

    // ---- sending

    /** The data sequence number of a position that we send. */
    long dsn(long position) {
        return localIdsn + 1 + position;
    }

    /** The position that a DATA_ACK of the peer names, from its 32 or 64 bits. */
    long acknowledgedPosition(long dataAck, boolean is64) {
        long full = is64 ? dataAck : DataSequenceNumber.expand((int) dataAck, dsn(sndUna));
        return DataSequenceNumber.distance(localIdsn + 1, full);
    }

    /**
     * Takes a DATA_ACK and the window that came with it.
     *
     * @param position the first position that the peer still expects
     * @param window octets from there on that it can take
     * @return whether it acknowledges something new; a DATA_ACK of what was never sent is ignored
     */
    boolean onDataAck(long position, long window) {
        long end = localFin == UNKNOWN ? sndNxt : sndNxt + 1;
        if (position < 0 || position > end) {
            return false;
        }
        // RFC 8684 3.3.5: the right edge never moves left.
        sndWndEdge = Math.max(sndWndEdge, position + window);
        if (localFin != UNKNOWN && position == localFin + 1 && !localFinAcknowledged) {
            localFinAcknowledged = true;
            sndUna = localFin;
            return true;
        }
        if (position <= sndUna || position > sndNxt) {
            return false;
        }
        sndUna = position;
        return true;
    }

    /** After fallback only subflow acknowledgments count (RFC 8684 3.7). */
    boolean onSubflowAcknowledged(long position) {
        if (position <= sndUna) {
            return false;
        }
        assert position <= sndNxt : position + " > " + sndNxt;
        sndUna = position;
        return true;
    }

    /** After fallback the subflow's own window is the limit. */
    void liftWindow() {
        sndWndEdge = Long.MAX_VALUE;
    }

    /** Octets up to {@code position} have been put on a subflow for the first time. */
    void onSent(long position) {
        assert position > sndNxt && position <= sndWndEdge : position;
        sndNxt = position;
    }

    /** The first octets of the stream have left with the SYN and arrived. */
    void onSentEarly(int octets) {
        assert sndNxt == 0 : sndNxt;
        sndNxt = octets;
        sndUna = octets;
        sndWndEdge = Math.max(sndWndEdge, octets);
    }

    /** Octets that had been sent before have been put on another subflow. */
    void onReinjected(int octets) {
        reinjectedUnits++;
        reinjectedOctets += octets;
    }

    /** How many units went again on another subflow. */
    long reinjectedUnits() {
        return reinjectedUnits;
    }

    /** How many octets went again on another subflow. */
    long reinjectedOctets() {
        return reinjectedOctets;
    }

    /** The stream ends behind what has been sent: the DATA_FIN has its place. */
    void placeFin() {
        assert localFin == UNKNOWN;
        localFin = sndNxt;
    }

    /** After fallback the subflow's FIN stands for the DATA_FIN. */
    void onFinAcknowledged() {
        localFinAcknowledged = true;
    }

    boolean isFinPlaced() {
        return localFin != UNKNOWN;
    }

    boolean isFinAcknowledged() {
        return localFinAcknowledged;
    }

    long sndUna() {
        return sndUna;
    }

    long sndNxt() {
        return sndNxt;
    }

    long sndWndEdge() {
        return sndWndEdge;
    }

    /** The peer's window: the octets that may be outstanding (RFC 8684 3.3.5). */
    long window() {
        return sndWndEdge - sndUna;
    }

    // ---- receiving

    /** The position that a data sequence number of the peer names, from its 32 or 64 bits. */
    long receivedPosition(long dsn, boolean is64, long rcvNxt) {
        long full = is64 ? dsn : DataSequenceNumber.expand((int) dsn, remoteIdsn + 1 + rcvNxt);
        return DataSequenceNumber.distance(remoteIdsn + 1, full);
    }

    /** The data sequence number of a position that we receive. */
    long receivedDsn(long position) {
        return remoteIdsn + 1 + position;
    }

    /** Notes the width of a data sequence number of the peer. */
    void onDsn(boolean is64) {
        seenDsn64 |= is64;
    }

    /** RFC 8684 3.3.2: a 64-bit data sequence number MUST be acknowledged with 64 bits, on whatever subflow. */
    boolean acknowledges64() {
        return seenDsn64;
    }

    /** The DATA_ACK to send when everything before {@code rcvNxt} is here. */
    long dataAck(long rcvNxt) {
        return remoteIdsn + 1 + rcvNxt + (remoteFinReached ? 1 : 0);
    }

    /**
     * The peer's stream ends at {@code position}.
     *
     * @return whether this was news; a second, different end is ignored
     */
    boolean onRemoteFin(long position, long rcvNxt) {
        if (remoteFin != UNKNOWN || position < rcvNxt) {
            return false;
        }
        remoteFin = position;
        return true;
    }

    /** Whether everything up to the peer's end is received; true once. */
    boolean reachRemoteFin(long rcvNxt) {
        if (remoteFin == UNKNOWN || remoteFinReached || rcvNxt < remoteFin) {
            return false;
        }
        remoteFinReached = true;
        return true;
    }

    /** Whether the peer has said where its stream ends. */
    boolean hasRemoteFin() {
        return remoteFin != UNKNOWN;
    }

    /** Where the peer's stream ends, when it has said so. */
    long remoteFin() {
        return remoteFin;
    }

    boolean isRemoteFinReached() {
        return remoteFinReached;
    }
}
