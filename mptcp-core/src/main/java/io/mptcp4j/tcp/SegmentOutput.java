package io.mptcp4j.tcp;

import io.mptcp4j.device.PacketBuffer;
import io.mptcp4j.wire.FourTuple;

/**
 * The port downward: where segments go. Implemented by the stack's egress, which writes the IP header, completes the
 * checksum as the device needs it, and hands batches to devices.
 */
public interface SegmentOutput {
    /** Where in a packet's buffer the TCP header begins; the room before is for the IP header and the device's own. */
    int TRANSPORT_INDEX = 64;

    /**
     * An empty packet for the device that carries this 4-tuple. Always followed by {@link #send} or {@link #cancel}.
     * Never null: when a batch is full it is transmitted first, so spans of earlier packets are no longer needed.
     */
    PacketBuffer begin(FourTuple tuple);

    /**
     * Sends the packet of the last {@link #begin}.
     *
     * @param packet TCP header and options lie in its buffer from {@link #TRANSPORT_INDEX} on, with checksum field 0;
     *     payload lies in spans
     * @param headerLength octets of TCP header and options
     * @param segmentSize payload octets of each segment when the packet is a super-segment; 0 for a single segment
     */
    void send(FourTuple tuple, PacketBuffer packet, int headerLength, int segmentSize);

    /** Gives the packet of the last {@link #begin} back unsent. */
    void cancel(FourTuple tuple, PacketBuffer packet);

    /** Whether one more answer to what may be a blind attack may leave the stack (RFC 5961 7); it is counted then. */
    default boolean mayChallenge(long now) {
        return true;
    }

    /** The MTU of the path in octets, IP header included. */
    int pathMtu(FourTuple tuple);

    /** The most octets of payload in a super-segment on this path; 0 when the device takes single segments only. */
    int maxSuperSegmentPayload(FourTuple tuple);
}
