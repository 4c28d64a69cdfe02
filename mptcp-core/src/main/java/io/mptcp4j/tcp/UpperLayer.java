package io.mptcp4j.tcp;

import io.mptcp4j.device.PacketBuffer;
import io.mptcp4j.wire.TcpOptions;
import io.mptcp4j.wire.TcpView;
import io.netty.buffer.ByteBuf;

/**
 * The port upward: what a TCP connection asks of the layer that owns its octets, its receive window and its options of
 * kind 30. Implemented by a subflow; in tests by a recorder.
 *
 * <p>All calls come from the thread that drives the stack, and must not throw. A call may in turn ask things of the
 * connection ({@code TcpConnection.requestAck}, {@code TcpConnection.reset}, {@code TcpConnection.close}), which then only
 * notes them: segments leave in the output step of the turn.
 */
public interface UpperLayer {
    // ---- options

    /**
     * How many octets of options this segment shall carry. Called once for each segment, before {@link #writeOptions}.
     *
     * @param segment what leaves; borrowed for the call
     * @param room octets of option space left beside timestamps, a multiple of 4
     * @return a multiple of 4, from 0 to {@code room}; on a pure ACK up to 40, and what is above {@code room} costs the ACK
     *     its timestamps
     */
    int optionsLength(OutgoingSegment segment, int room);

    /**
     * Writes exactly the octets announced by {@link #optionsLength}.
     *
     * @param segment what leaves; borrowed for the call
     * @param into the header's buffer; borrowed
     * @param index where the options begin
     * @param length what {@link #optionsLength} returned, above 0
     */
    void writeOptions(OutgoingSegment segment, ByteBuf into, int index, int length);

    /**
     * A segment arrived that passed the sequence number, RST and SYN checks of RFC 9293 3.10.7.4, or that completes a step
     * of the handshake; its acknowledgment is acceptable, but has not been processed. Called once for each such segment,
     * before its acknowledgment and its octets; not for RSTs.
     *
     * @param segment the TCP header; borrowed for the call
     * @param options the parsed options; borrowed for the call
     * @param window the octets that the peer can take from the acknowledgment on: SEG.WND with the peer's scale applied
     */
    Verdict onSegment(TcpView segment, TcpOptions options, long window, long nowNanos);

    // ---- octets

    /**
     * The octets that can be taken beyond what has been taken in order: what to advertise as window, unscaled. Less than what
     * is left of an earlier window only where others share it (RFC 8684 3.3.4).
     */
    long receiveWindow();

    /**
     * The octets beyond what has been taken in order among which those of a segment may be, whatever this connection itself has
     * advertised (RFC 8684 3.3.4): not below the largest window that the layer above has ever offered. 0 where only the window
     * of this connection counts, as of plain TCP (RFC 9293 3.4): unless overridden.
     */
    default long sharedWindow() {
        return 0;
    }

    /**
     * How many octets of a segment, which lie beyond the window that this connection itself has advertised, lie inside the window
     * that it shares with others (RFC 8684 3.3.4), from the first on. Asked only while {@link #sharedWindow} is not 0.
     *
     * @param ssn the relative subflow sequence number of the first octet
     * @param length how many, above 0
     * @return from 0 to {@code length}: those that may be given to {@link #onOctets}
     */
    default int admitted(int ssn, int length) {
        return 0;
    }

    /**
     * Octets arrived inside the window, perhaps out of order, none of them handed up before.
     *
     * @param ssn the relative subflow sequence number of the first octet
     * @param octets the packet's buffer; borrowed: whoever keeps octets retains the buffer or copies
     * @param index the first octet
     * @param length how many, above 0
     * @return false when there is no room: TCP then goes on as if they had not been received
     */
    boolean onOctets(int ssn, ByteBuf octets, int index, int length);

    /**
     * Hands out octets that were given to {@code TcpConnection.transmit} and are not yet acknowledged, as spans that stay
     * valid until the packet has been transmitted.
     *
     * @param position the stream position of the first octet
     * @param length how many; never more than fit in half of {@link PacketBuffer#MAX_SPANS} spans, see
     *     {@code TcpConnection.transmit}
     * @param into the packet to which spans are added
     */
    void readOctets(long position, int length, PacketBuffer into);

    // ---- life

    /** Whether octets of the stream may leave now; asked before octets are retransmitted. */
    boolean mayTransmit();

    /** The connection has become ESTABLISHED. */
    void onEstablished(long nowNanos);

    /** SND.UNA has advanced: the peer has acknowledged octets, or the FIN. */
    void onAcked(long nowNanos);

    /**
     * The peer's FIN has been reached: everything it sent has been handed up.
     *
     * @param ssn the relative subflow sequence number of the FIN
     */
    void onFin(int ssn, long nowNanos);

    /**
     * The peer reset the connection (RFC 9293 3.10.7.4 second step, with RFC 5961 3), which is CLOSED now.
     *
     * @param options the options of the RST; borrowed for the call
     * @param refused whether the RST answered our SYN
     */
    void onReset(TcpView segment, TcpOptions options, boolean refused, long nowNanos);

    /**
     * The retransmission timer expired.
     *
     * @param consecutive how many times without progress, from 1 on
     */
    void onRetransmissionTimeout(int consecutive, long nowNanos);

    /** The connection gave up: handshake, retransmissions or keepalive had no answer. It is CLOSED now. */
    void onTimedOut(long nowNanos);

    /** The connection is CLOSED and its 4-tuple free. Always the last call, exactly once. */
    void onClosed(long nowNanos);
}
