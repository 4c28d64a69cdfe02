package io.mptcp4j.socket;

import io.mptcp4j.mptcp.path.Endpoint;
import io.mptcp4j.mptcp.path.Endpoint.Flag;
import io.mptcp4j.mptcp.path.Endpoints;
import io.mptcp4j.wire.IpAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/**
 * The endpoints and limits of a stack, as {@code ip mptcp} has those of the kernel. Connections whose path manager is
 * {@code endpoints} follow each change at once. All methods are safe for all threads; they throw {@code IOException} when
 * the stack is closed.
 *
 * <pre>{@code
 * stack.endpoints().limits(4, 2);
 * int id = stack.endpoints().add("10.0.2.2 subflow backup");
 * stack.endpoints().change(id, Endpoint.Flag.BACKUP, false);
 * stack.endpoints().remove(id);
 * }</pre>
 */
public final class StackEndpoints {
    private final StackThread loop;

    StackEndpoints(StackThread loop) {
        this.loop = loop;
    }

    /**
     * Adds an endpoint: {@code ip mptcp endpoint add}.
     *
     * @return its ID
     * @throws IllegalArgumentException when there is such an endpoint already, or no ID is free
     */
    public int add(Endpoint endpoint) throws IOException {
        return loop.call(now -> {
            List<Endpoint> list = change(loop.stack().endpoints().with(endpoint), now);
            return list.get(list.size() - 1).id();
        });
    }

    /** Adds an endpoint that {@link Endpoint#parse} can read: {@code 10.0.2.2 id 3 signal}. Returns its ID. */
    public int add(String endpoint) throws IOException {
        return add(Endpoint.parse(endpoint));
    }

    /**
     * Removes an endpoint: {@code ip mptcp endpoint delete id}. It is withdrawn from the peers of all connections, and
     * subflows that have it are closed, that of the first address included.
     *
     * @throws IllegalArgumentException when there is none of this ID
     */
    public void remove(int id) throws IOException {
        loop.call(now -> change(loop.stack().endpoints().without(id), now));
    }

    /**
     * Takes the address of the first subflow away from the connections that began there: {@code ip mptcp endpoint delete id 0
     * ADDRESS}.
     *
     * @return how many connections it was
     */
    public int removeInitial(InetAddress address) throws IOException {
        IpAddress removed = IpAddress.of(address);
        return loop.call(now -> loop.stack().removeInitialEndpoint(removed, now));
    }

    /**
     * Changes the flag {@code backup} or {@code fullmesh} of an endpoint: {@code ip mptcp endpoint change}.
     *
     * @throws IllegalArgumentException when there is none of this ID, or it is another flag
     */
    public void change(int id, Flag flag, boolean on) throws IOException {
        loop.call(now -> change(loop.stack().endpoints().changed(id, flag, on), now));
    }

    /** Removes all endpoints: {@code ip mptcp endpoint flush}. */
    public void flush() throws IOException {
        loop.call(now -> change(loop.stack().endpoints().flushed(), now));
    }

    /**
     * Sets the limits of each connection: {@code ip mptcp limits set}.
     *
     * @param subflows subflows besides the first, by either end, 0 to 31. Begins as 2
     * @param addAddrAccepted announced addresses of the peer of which use is made, 0 to 8. Begins as 0
     */
    public void limits(int subflows, int addAddrAccepted) throws IOException {
        loop.call(now -> change(loop.stack().endpoints().withLimits(subflows, addAddrAccepted), now));
    }

    /** All endpoints and limits as they are now: {@code ip mptcp endpoint show}, {@code ip mptcp limits show}. */
    public Endpoints show() throws IOException {
        return loop.call(now -> loop.stack().endpoints());
    }

    private List<Endpoint> change(Endpoints changed, long nowNanos) {
        loop.stack().changeEndpoints(changed, nowNanos);
        return changed.list();
    }
}
