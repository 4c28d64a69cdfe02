package io.mptcp4j.testing;

import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes what comes by to a capture file; several paths may write to one. */
public final class RecordPcap implements Middlebox {
    private final PcapWriter writer;

    /** Writes to this file, which stays the caller's. */
    public RecordPcap(PcapWriter writer) {
        this.writer = writer;
    }

    @Override
    public void forward(Segment segment, Direction direction, long nowNanos, Output output) {
        byte[] packet = segment.toBytes();
        try {
            writer.write(Unpooled.wrappedBuffer(packet), 0, packet.length, nowNanos - SimulatedNetwork.BEGIN);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        output.send(segment, direction);
    }
}
