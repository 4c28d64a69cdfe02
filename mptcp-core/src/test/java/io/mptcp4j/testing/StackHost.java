package io.mptcp4j.testing;

import io.mptcp4j.device.PacketBatch;
import io.mptcp4j.device.PacketDevice;
import io.mptcp4j.mptcp.ServerNamedKeys;
import io.mptcp4j.stack.InterfaceSettings;
import io.mptcp4j.stack.ServerGroup;
import io.mptcp4j.stack.Stack;
import io.mptcp4j.stack.StackSettings;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** A stack in a simulated network, driven as a thread would drive it. */
public final class StackHost implements SimulatedNetwork.Host {
    private static final int BATCH = 64;

    /** What runs on the host: has its turn after packets have arrived and before others leave. */
    interface Application {
        /** Reads and writes what it can now. */
        void turn(long nowNanos);
    }

    private final Stack stack;
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
    private final PacketBatch incoming = PacketBatch.forReceiving(BATCH, allocator);
    private final List<PacketDevice> devices = new ArrayList<>();
    private final List<Application> applications = new ArrayList<>();
    private final ServerGroup group;
    private boolean groupRang;
    private boolean released;
    private long now;

    StackHost(SeededEntropy entropy) {
        this(entropy, StackSettings.DEFAULT);
    }

    /** A host with limits of its own. */
    StackHost(SeededEntropy entropy, StackSettings settings) {
        group = null;
        stack = new Stack(settings, entropy, allocator);
    }

    /** A host in a group of servers. */
    StackHost(SeededEntropy entropy, ServerGroup group) {
        this.group = group;
        group.attach(() -> groupRang = true);
        stack = new Stack(StackSettings.DEFAULT, entropy, allocator, new ServerNamedKeys(group.name(), entropy), group);
    }

    /** The stack. */
    public Stack stack() {
        return stack;
    }

    @Override
    public void turn(long nowNanos) {
        now = nowNanos;
        for (int i = 0; i < devices.size(); i++) {
            incoming.clear();
            try {
                devices.get(i).receive(incoming, nowNanos);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            stack.input(i, incoming, nowNanos);
        }
        if (group != null) {
            groupRang = false;
            incoming.clear();
            groupRang |= group.receive(incoming, nowNanos) == incoming.capacity();
            stack.inputRelayed(incoming, nowNanos);
        }
        for (int i = 0; i < applications.size(); i++) {
            applications.get(i).turn(nowNanos);
        }
        stack.advance(nowNanos);
        stack.output(nowNanos);
    }

    @Override
    public long nextDeadline() {
        long next = stack.hasOutput() || groupRang ? now : stack.nextDeadline();
        for (PacketDevice device : devices) {
            next = Math.min(next, device.nextArrival());
        }
        return next;
    }

    void addDevice(PacketDevice device, InterfaceSettings settings) {
        int index = stack.addDevice(device, settings);
        if (index != devices.size()) {
            throw new IllegalStateException("devices are numbered in order: " + index);
        }
        devices.add(device);
    }

    void add(Application application) {
        applications.add(application);
    }

    void remove(Application application) {
        applications.remove(application);
    }

    /** Gives all buffers back, also those of connections that are not over. Idempotent. */
    void release() {
        if (released) {
            return;
        }
        released = true;
        incoming.release();
        stack.release();
    }

    /** The octets of all buffers that nobody has given back. */
    long allocatedOctets() {
        return allocator.metric().usedDirectMemory();
    }
}
