package io.mptcp4j.stack;

import io.mptcp4j.mptcp.JoinRequest;
import io.mptcp4j.number.Entropy;
import io.mptcp4j.wire.TcpView;
import java.util.ArrayDeque;

/**
 * The SYNs with MP_JOIN that were answered and whose third ACK has not come, of all connections of a stack. The oldest gives
 * way to the newest, so that a flood of them costs this table and no more (RFC 4987 3.4).
 */
final class JoinRequests {
    /** RFC 9293 3.8.3: so long a peer may go on trying; longer than any handshake takes that can still succeed. */
    static final long LIFETIME_NANOS = 60_000_000_000L;

    private final int limit;
    private final FlowTable<JoinRequest> requests;
    private final ArrayDeque<JoinRequest> inOrder = new ArrayDeque<>();

    JoinRequests(int limit, Entropy entropy) {
        this.limit = limit;
        this.requests = new FlowTable<>(entropy);
    }

    /** The request of a segment's 4-tuple, or null. */
    JoinRequest find(Arrival arrival, TcpView segment, long nowNanos) {
        if (requests.size() == 0) {
            return null;
        }
        JoinRequest found = requests.find(
                arrival.destinationHigh(),
                arrival.destinationLow(),
                segment.destinationPort(),
                arrival.sourceHigh(),
                arrival.sourceLow(),
                segment.sourcePort());
        if (found != null && isPast(found, nowNanos)) {
            remove(found);
            return null;
        }
        return found;
    }

    /** Notes a request; one of the same 4-tuple gives way. */
    void add(JoinRequest request, long nowNanos) {
        remove(requests.find(request.tuple()));
        while (!inOrder.isEmpty() && (inOrder.size() >= limit || isPast(inOrder.peek(), nowNanos))) {
            remove(inOrder.poll());
        }
        requests.add(request.tuple(), request);
        inOrder.add(request);
    }

    private static boolean isPast(JoinRequest request, long nowNanos) {
        return request.isOver() || nowNanos - request.arrivedAt() > LIFETIME_NANOS;
    }

    /** Forgets a request; null is none. */
    void remove(JoinRequest request) {
        if (request != null && !request.isOver()) {
            request.end();
            requests.remove(request.tuple());
        }
    }

    /** How many there are. */
    int size() {
        return requests.size();
    }
}
