package io.mptcp4j.testing;

import io.mptcp4j.wire.IpAddress;
import java.util.HashMap;
import java.util.Map;

/** Network address and port translation: the world sees host A under one outside address. */
public final class Nat implements Middlebox {
    private final IpAddress outside;
    private final Map<Endpoint, Integer> ports = new HashMap<>();
    private final Map<Integer, Endpoint> endpoints = new HashMap<>();
    private int nextPort;

    /** Host A appears as {@code outside}, its connections under ports from {@code firstPort} on. */
    public Nat(IpAddress outside, int firstPort) {
        this.outside = outside;
        this.nextPort = firstPort;
    }

    @Override
    public void forward(Segment segment, Direction direction, long nowNanos, Output output) {
        if (direction == Direction.A_TO_B) {
            int port = portOf(new Endpoint(segment.source(), segment.sourcePort()));
            output.send(
                    segment.addresses(outside, segment.destination()).ports(port, segment.destinationPort()),
                    direction);
            return;
        }
        Endpoint inside = endpoints.get(segment.destinationPort());
        if (inside != null && segment.destination().equals(outside)) {
            output.send(
                    segment.addresses(segment.source(), inside.address()).ports(segment.sourcePort(), inside.port()),
                    direction);
        }
    }

    /** Forgets all translations, as after a restart. */
    public void forget() {
        ports.clear();
        endpoints.clear();
    }

    private int portOf(Endpoint inside) {
        return ports.computeIfAbsent(inside, unknown -> {
            endpoints.put(nextPort, inside);
            return nextPort++;
        });
    }

    private record Endpoint(IpAddress address, int port) {}
}
