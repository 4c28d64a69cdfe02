package io.mptcp4j.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.PacketBuffer;
import io.mptcp4j.wire.TcpOptions;
import io.mptcp4j.wire.TcpOptionsWriter;
import io.mptcp4j.wire.TcpView;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/** An {@link UpperLayer} that notes every call. Octets are those of {@link #patternAt}, and checked to be. */
final class RecordingUpperLayer implements UpperLayer {
    private static final int PERIOD = 251;
    private static final ByteBuf PATTERN = pattern();

    final List<String> events = new ArrayList<>();
    final List<String> units = new ArrayList<>();
    long window = 65_535;
    long sharedWindow;
    int admitted;
    int optionOctets;
    boolean mayTransmit = true;
    boolean takesOctets = true;
    Verdict verdict = Verdict.ACCEPT;
    long lastWindow;
    long octets;
    boolean quiet;

    private static ByteBuf pattern() {
        ByteBuf buffer = Unpooled.directBuffer(PERIOD + 65_536);
        for (int i = 0; i < buffer.capacity(); i++) {
            buffer.writeByte(i % PERIOD);
        }
        return buffer;
    }

    /** The octet at a stream position. */
    static byte patternAt(long position) {
        return (byte) (position % PERIOD);
    }

    /** What happened since the last call. */
    List<String> takeEvents() {
        List<String> taken = List.copyOf(events);
        events.clear();
        return taken;
    }

    @Override
    public int optionsLength(OutgoingSegment segment, int room) {
        return Math.min(room, optionOctets);
    }

    @Override
    public void writeOptions(OutgoingSegment segment, ByteBuf into, int index, int length) {
        TcpOptionsWriter.pad(into, index, length);
    }

    @Override
    public Verdict onSegment(TcpView segment, TcpOptions options, long peerWindow, long nowNanos) {
        lastWindow = peerWindow;
        return verdict;
    }

    @Override
    public long receiveWindow() {
        return window;
    }

    @Override
    public long sharedWindow() {
        return sharedWindow;
    }

    @Override
    public int admitted(int ssn, int length) {
        assertThat(sharedWindow).isPositive();
        assertThat(length).isPositive();
        return Math.min(admitted, length);
    }

    @Override
    public boolean onOctets(int ssn, ByteBuf buffer, int index, int length) {
        if (!takesOctets) {
            return false;
        }
        long position = (ssn & 0xffffffffL) - 1;
        if (!quiet) {
            for (int i = 0; i < length; i++) {
                assert buffer.getByte(index + i) == patternAt(position + i) : "octet " + (position + i);
            }
            events.add("octets " + ssn + ":" + (ssn + length));
        }
        octets += length;
        return true;
    }

    @Override
    public void readOctets(long position, int length, PacketBuffer into) {
        into.addSpan(PATTERN, (int) (position % PERIOD), length);
    }

    @Override
    public boolean mayTransmit() {
        return mayTransmit;
    }

    @Override
    public void onEstablished(long nowNanos) {
        events.add("established");
    }

    @Override
    public void onAcked(long nowNanos) {
        if (!quiet) {
            events.add("acked");
        }
    }

    @Override
    public void onFin(int ssn, long nowNanos) {
        events.add("fin " + ssn);
    }

    @Override
    public void onReset(TcpView segment, TcpOptions options, boolean refused, long nowNanos) {
        events.add(refused ? "refused" : "reset");
    }

    @Override
    public void onRetransmissionTimeout(int consecutive, long nowNanos) {
        events.add("timeout " + consecutive);
    }

    @Override
    public void onTimedOut(long nowNanos) {
        events.add("timed out");
    }

    @Override
    public void onClosed(long nowNanos) {
        events.add("closed");
    }
}
