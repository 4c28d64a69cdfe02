package io.mptcp4j.mptcp;

import io.mptcp4j.testing.Option;
import io.mptcp4j.testing.Pcap;
import io.mptcp4j.testing.ScriptedFlow;
import io.mptcp4j.testing.Segment;
import io.mptcp4j.testing.SegmentScript;
import io.mptcp4j.wire.IpAddress;
import io.mptcp4j.wire.TcpFlags;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Lets a stack have what one host of a capture sent, in its order and at its times. The segments are the captured ones but
 * for what belongs to the other host's TCP: addresses and ports, sequence numbers, what is acknowledged (the stack's
 * segments in place of the host's, SACK blocks left away), and the timestamp that is echoed.
 */
final class CaptureReplay {
    private final SegmentScript script;
    private final IpAddress host;
    private final List<Pcap.Packet> packets;
    private final Map<Integer, ScriptedFlow> flows = new HashMap<>();
    private final Map<Integer, Integer> initial = new HashMap<>();
    private final Map<ScriptedFlow, Integer> lastTsVal = new HashMap<>();
    private final List<Segment> answers = new ArrayList<>();
    private long clock;

    /** Segments of {@code host}, which is the stack's peer. */
    CaptureReplay(SegmentScript script, List<Pcap.Packet> packets, IpAddress host) {
        this.script = script;
        this.packets = packets;
        this.host = host;
        this.clock = packets.get(0).timestampNanos();
    }

    /** What the segments of a captured flow, named by the port that is not 22, are sent on. */
    CaptureReplay flow(int port, ScriptedFlow flow) {
        flows.put(port, flow);
        hear(flow);
        return this;
    }

    /** The captured segment of this number, counted from 1 as tshark does. */
    static Segment captured(List<Pcap.Packet> packets, int number) {
        ByteBuf octets = packets.get(number - 1).ip();
        byte[] packet = new byte[octets.readableBytes()];
        octets.getBytes(octets.readerIndex(), packet);
        return Segment.parse(packet);
    }

    /** Injects the host's segments from number {@code first} to {@code last}. */
    void run(int first, int last) {
        for (int number = first; number <= last; number++) {
            Segment segment = captured(packets, number);
            if (segment.source().equals(host) || isOfHost(segment)) {
                long time = packets.get(number - 1).timestampNanos();
                script.advance(Duration.ofNanos(Math.max(0, time - clock)));
                clock = time;
                inject(segment);
            }
        }
    }

    /** The server of the capture has two addresses. */
    private boolean isOfHost(Segment segment) {
        boolean server = host.equals(IpAddress.parse("10.1.1.2"));
        return server && segment.sourcePort() == 22;
    }

    private void inject(Segment captured) {
        int port = captured.sourcePort() == 22 ? captured.destinationPort() : captured.sourcePort();
        ScriptedFlow flow = flows.get(port);
        hear(flow);
        if (captured.has(TcpFlags.SYN)) {
            initial.put(port, captured.seq());
        }
        Segment segment = flow.segment()
                .flags(captured.flags())
                .seq(captured.seq() - initial.get(port))
                .window(captured.window())
                .payload(captured.payload())
                .options(captured.options().stream()
                        .filter(option -> option.kind() != Option.SACK)
                        .map(option -> option.kind() == Option.TIMESTAMPS ? echo(option, flow) : option)
                        .toList());
        if (captured.has(TcpFlags.ACK)) {
            segment.ack(flow.stackNxt());
        }
        flow.inject(segment);
        hear(flow);
    }

    private Option echo(Option timestamps, ScriptedFlow flow) {
        return Option.timestamps(timestamps.intAt(0), lastTsVal.getOrDefault(flow, 0));
    }

    private void hear(ScriptedFlow flow) {
        for (Segment segment : flow.takeAll()) {
            answers.add(segment);
            Option stamps = segment.option(Option.TIMESTAMPS);
            if (stamps != null) {
                lastTsVal.put(flow, stamps.intAt(0));
            }
        }
    }

    /** All that the stack has said, in order. */
    List<Segment> answers() {
        return answers;
    }

    /** Eight octets of an option as a number. */
    static long longAt(Option option, int offset) {
        return ByteBuffer.wrap(option.data()).getLong(offset);
    }
}
