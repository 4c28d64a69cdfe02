package io.mptcp4j.stack;

import io.mptcp4j.device.PacketBatch;
import io.mptcp4j.device.PacketBuffer;
import io.mptcp4j.metric.DropReason;
import io.mptcp4j.mptcp.RandomKeys;
import io.mptcp4j.testing.SeededEntropy;
import io.mptcp4j.testing.Segment;
import io.mptcp4j.wire.IpAddress;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.List;
import java.util.Objects;

/** A stack with one device of two addresses, to which a test speaks in packets. */
final class TestHost {
    static final IpAddress IPV4 = IpAddress.parse("10.0.0.1");
    static final IpAddress IPV6 = IpAddress.parse("fd00::1");
    static final IpAddress PEER_IPV4 = IpAddress.parse("10.0.0.2");
    static final IpAddress PEER_IPV6 = IpAddress.parse("fd00::2");

    /** Tests leave their hosts to the collector; what that finds is no leak. */
    private static final UnpooledByteBufAllocator ALLOCATOR = new UnpooledByteBufAllocator(true, true);

    final MemoryDevice device = new MemoryDevice("m0");
    final Stack stack;
    long now = 1_000_000_000L;

    private final PacketBatch batch = PacketBatch.forReceiving(64, ALLOCATOR);

    TestHost() {
        this(StackSettings.DEFAULT);
    }

    TestHost(StackSettings settings) {
        this(new Stack(settings, new SeededEntropy(1), ALLOCATOR));
    }

    /** A host in a group of servers. */
    TestHost(StackSettings settings, ServerGroup group) {
        this(new Stack(settings, new SeededEntropy(1), ALLOCATOR, new RandomKeys(new SeededEntropy(2)), group));
    }

    private TestHost(Stack stack) {
        this.stack = stack;
        stack.addDevice(device, InterfaceSettings.of(IPV4 + "/24", "fd00::1/64"));
    }

    /** A segment from the peer's IPv4 address. */
    static Segment segment(int fromPort, int toPort) {
        return new Segment().addresses(PEER_IPV4, IPV4).ports(fromPort, toPort);
    }

    /** Lets packets arrive in one batch, whose checksums nobody has checked. */
    void deliver(byte[]... packets) {
        deliver(false, packets);
    }

    /** Lets packets arrive in one batch. */
    void deliver(boolean checksumTrusted, byte[]... packets) {
        batch.clear();
        for (byte[] octets : packets) {
            PacketBuffer packet = batch.next();
            packet.buffer().setBytes(PacketBatch.RECEIVE_INDEX, octets);
            packet.setBounds(PacketBatch.RECEIVE_INDEX, octets.length);
            packet.setChecksumTrusted(checksumTrusted);
        }
        stack.input(0, batch, now);
    }

    /** Lets a segment arrive that another server of the group has relayed, and the stack answer. */
    void deliverRelayed(Segment segment) {
        byte[] octets = segment.toBytes();
        batch.clear();
        PacketBuffer packet = batch.next();
        packet.buffer().setBytes(PacketBatch.RECEIVE_INDEX, octets);
        packet.setBounds(PacketBatch.RECEIVE_INDEX, octets.length);
        stack.inputRelayed(batch, now);
        stack.output(now);
    }

    /** Lets segments arrive, each in its own batch, and the stack answer. */
    void deliver(Segment... segments) {
        for (Segment segment : segments) {
            deliver(segment.toBytes());
            stack.output(now);
        }
    }

    /** The segments that the stack has sent; each is right in its checksums. */
    List<Segment> sent() {
        return device.sent.stream()
                .map(Segment::parse)
                .map(segment -> Objects.requireNonNull(segment, "a segment with right checksums"))
                .toList();
    }

    long dropped(DropReason reason) {
        return stack.counters().dropped(reason);
    }
}
