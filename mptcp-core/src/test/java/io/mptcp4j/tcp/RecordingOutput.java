package io.mptcp4j.tcp;

import io.mptcp4j.device.PacketBuffer;
import io.mptcp4j.wire.FourTuple;
import io.mptcp4j.wire.TcpFlags;
import io.mptcp4j.wire.TcpOptions;
import io.mptcp4j.wire.TcpView;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/** A {@link SegmentOutput} that reads back what it is given and describes it, tcpdump's way, numbers relative. */
final class RecordingOutput implements SegmentOutput {
    int mtu = 1500;
    int superSegment;
    int lastWindow;
    int lastTsVal;
    int lastTsEcr;
    boolean withOptions;
    boolean withWindow;

    /** Notes nothing. */
    boolean quiet;

    long packets;

    private final List<String> sent = new ArrayList<>();
    private final ByteBuf buffer = Unpooled.buffer(256, 256);
    private final PacketBuffer packet = new PacketBuffer(buffer);
    private final TcpView view = new TcpView();
    private final TcpOptions options = new TcpOptions();
    private int iss;
    private int irs;

    /** Numbers are printed relative to these. */
    void relativeTo(int initialSend, int initialReceive) {
        iss = initialSend;
        irs = initialReceive;
    }

    @Override
    public PacketBuffer begin(FourTuple tuple) {
        packet.clear();
        return packet;
    }

    @Override
    public void send(FourTuple tuple, PacketBuffer given, int headerLength, int segmentSize) {
        assert view.wrap(buffer, TRANSPORT_INDEX, headerLength) == null;
        assert view.headerLength() == headerLength;
        assert options.parse(view);
        packets++;
        if (!quiet) {
            String codepoint = given.trafficClass() == 0 ? "" : " tos " + given.trafficClass();
            sent.add(describe(given.payloadLength(), segmentSize) + codepoint);
        }
        lastWindow = view.window();
        if (options.hasTimestamps()) {
            lastTsVal = options.tsVal();
            lastTsEcr = options.tsEcr();
        }
    }

    @Override
    public void cancel(FourTuple tuple, PacketBuffer given) {
        throw new AssertionError("nothing is cancelled");
    }

    @Override
    public int pathMtu(FourTuple tuple) {
        return mtu;
    }

    @Override
    public int maxSuperSegmentPayload(FourTuple tuple) {
        return superSegment;
    }

    /** What was sent since the last call. */
    List<String> take() {
        List<String> taken = List.copyOf(sent);
        sent.clear();
        return taken;
    }

    private String describe(int payload, int segmentSize) {
        StringBuilder text = new StringBuilder(flags());
        int from = view.sequenceNumber() - iss;
        text.append(' ').append(from);
        if (payload > 0) {
            text.append(':').append(from + payload);
        }
        if (segmentSize > 0) {
            text.append('/').append(segmentSize);
        }
        if (view.isAck()) {
            text.append(" ack ").append(view.acknowledgmentNumber() - irs);
        }
        if (withWindow) {
            text.append(" win ").append(view.window());
        }
        for (int i = 0; i < options.sackCount(); i++) {
            text.append(i == 0 ? " sack " : ",").append(options.sackLeft(i) - irs);
            text.append('-').append(options.sackRight(i) - irs);
        }
        return withOptions ? text.append(optionText()).toString() : text.toString();
    }

    private String flags() {
        String text = (view.isSyn() ? "S" : "") + (view.isFin() ? "F" : "") + (view.isRst() ? "R" : "");
        text += (view.flags() & TcpFlags.PSH) != 0 ? "P" : "";
        text += (view.flags() & TcpFlags.URG) != 0 ? "U" : "";
        text += (view.flags() & TcpFlags.ECE) != 0 ? "E" : "";
        text += (view.flags() & TcpFlags.CWR) != 0 ? "W" : "";
        return text.isEmpty() ? "." : text;
    }

    private String optionText() {
        return (options.maximumSegmentSize() >= 0 ? " mss " + options.maximumSegmentSize() : "")
                + (options.windowScale() >= 0 ? " ws " + options.windowScale() : "")
                + (options.isSackPermitted() ? " sackOK" : "")
                + (options.hasTimestamps() ? " TS" : "");
    }
}
