package io.mptcp4j.mptcp;

import io.mptcp4j.tcp.OutgoingSegment;
import io.mptcp4j.tcp.Verdict;
import io.mptcp4j.wire.TcpOptions;
import io.mptcp4j.wire.TcpView;
import io.netty.buffer.ByteBuf;

/**
 * What a subflow says and understands in MPTCP options at this time of its life. An object with a lifetime: a handshake
 * holds its nonces, and is replaced when it is over.
 */
sealed interface Signalling
        permits InfiniteSignalling,
                MpCapableHandshake,
                MpCapableHandshakeV0,
                MpJoinHandshake,
                SynWithoutOption,
                DssSignalling,
                FastcloseWait,
                NoSignalling {
    /** Octets of options for this segment, a multiple of 4; see {@code UpperLayer.optionsLength}. */
    int optionsLength(OutgoingSegment segment, int room);

    /** Writes the options just announced. */
    void writeOptions(OutgoingSegment segment, ByteBuf into, int index);

    /** How many of the octets that are to be put on the subflow may leave in one piece. */
    default int limitUnit(int length, int maximumSegmentSize) {
        return length;
    }

    /** Octets are about to be put on the subflow: what must be said first is said now. */
    default void beforeUnit(long nowNanos) {}

    /** Reads the options of an acceptable segment. */
    Verdict onSegment(TcpView segment, TcpOptions options, long window, long nowNanos);

    /** When {@link #advance} wants to be called; {@code Long.MAX_VALUE} for never. */
    default long nextDeadline() {
        return Long.MAX_VALUE;
    }

    /** The time of {@link #nextDeadline} has come. */
    default void advance(long nowNanos) {}
}
