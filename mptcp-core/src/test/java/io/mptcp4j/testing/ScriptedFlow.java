package io.mptcp4j.testing;

import io.mptcp4j.wire.IpAddress;
import io.mptcp4j.wire.TcpFlags;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/**
 * The scripted peer's end of one 4-tuple. All sequence and acknowledgment numbers are relative: 0 is the SYN of either
 * side, 1 the first octet.
 */
public final class ScriptedFlow {
    /** The peer's initial sequence number on the wire, near the end of the number space. */
    public static final int PEER_ISS = 0xffff_ff00;

    private final SegmentScript script;
    private final IpAddress peer;
    private final int peerPort;
    private final IpAddress stack;
    private final int stackPort;
    private final Queue<Segment> heard = new ArrayDeque<>();

    private boolean knowsStackIss;
    private int stackIss;
    private int peerNxt;
    private int stackNxt;

    ScriptedFlow(SegmentScript script, IpAddress peer, int peerPort, IpAddress stack, int stackPort) {
        this.script = script;
        this.peer = peer;
        this.peerPort = peerPort;
        this.stack = stack;
        this.stackPort = stackPort;
    }

    // ---- the peer speaks

    /**
     * A segment from the peer that can be changed before {@link #inject}: next in sequence, acknowledging all that was
     * heard, a window of 65535, no options, no payload.
     */
    public Segment segment() {
        Segment segment =
                new Segment().addresses(peer, stack).ports(peerPort, stackPort).seq(peerNxt);
        return knowsStackIss ? segment.ack(stackNxt) : segment;
    }

    /** Lets the stack have a segment, and its turn. */
    public ScriptedFlow inject(Segment segment) {
        int end = segment.seq() + segment.length();
        if (end - peerNxt > 0) {
            peerNxt = end;
        }
        Segment onTheWire = segment.copy().seq(segment.seq() + PEER_ISS);
        if (segment.has(TcpFlags.ACK)) {
            onTheWire.ack(segment.ack() + stackIss);
        }
        script.arrive(onTheWire.options(shift(segment.options(), stackIss)));
        return this;
    }

    /** Lets the stack have octets, next in sequence. */
    public ScriptedFlow injectOctets(int length, Option... options) {
        Segment segment = segment().with(TcpFlags.PSH).payload(new byte[length]);
        return inject(segment.options(List.of(options)));
    }

    /** The peer opens: SYN with these options, SYN/ACK, ACK with {@code ackOptions}; returns the SYN/ACK. */
    public Segment open(List<Option> synOptions, List<Option> ackOptions) {
        inject(segment().with(TcpFlags.SYN).options(synOptions));
        Segment synAck = expect(TcpFlags.SYN | TcpFlags.ACK);
        inject(segment().options(ackOptions));
        return synAck;
    }

    // ---- the stack speaks

    /** The next segment of the stack on this flow, which must have exactly these control bits, PSH aside. */
    public Segment expect(int flags) {
        Segment segment = next();
        if (segment == null) {
            throw new AssertionError("nothing was sent");
        }
        if ((segment.flags() & ~TcpFlags.PSH) != (flags & ~TcpFlags.PSH)) {
            throw new AssertionError("other control bits were expected: " + segment);
        }
        return segment;
    }

    /** The next segment of the stack on this flow; null when there is none. */
    public Segment next() {
        script.sort();
        return heard.poll();
    }

    /** All segments of the stack on this flow that were not taken yet, for a test that does not care for them. */
    public List<Segment> takeAll() {
        script.sort();
        List<Segment> all = List.copyOf(heard);
        heard.clear();
        return all;
    }

    /** Nothing more was sent on this flow. */
    public void expectNothing() {
        script.sort();
        if (!heard.isEmpty()) {
            throw new AssertionError("nothing was expected: " + heard);
        }
    }

    /** What the peer sends next. */
    public int peerNxt() {
        return peerNxt;
    }

    /** What the peer has heard of the stack in all. */
    public int stackNxt() {
        return stackNxt;
    }

    /** The stack's initial sequence number on the wire. */
    public int stackIss() {
        return stackIss;
    }

    boolean isOf(Segment segment) {
        return segment.sourcePort() == stackPort
                && segment.destinationPort() == peerPort
                && segment.source().equals(stack)
                && segment.destination().equals(peer);
    }

    void hear(Segment segment) {
        if (segment.has(TcpFlags.SYN) && !knowsStackIss) {
            stackIss = segment.seq();
            knowsStackIss = true;
        }
        segment.seq(segment.seq() - stackIss);
        if (segment.has(TcpFlags.ACK)) {
            segment.ack(segment.ack() - PEER_ISS);
        }
        segment.options(shift(segment.options(), -PEER_ISS));
        int end = segment.seq() + segment.length();
        if (end - stackNxt > 0 && !segment.has(TcpFlags.RST)) {
            stackNxt = end;
        }
        heard.add(segment);
    }

    private static List<Option> shift(List<Option> options, int by) {
        return options.stream()
                .map(option -> option.kind() == Option.SACK ? ShiftSequenceNumbers.shift(option, by) : option)
                .toList();
    }
}
