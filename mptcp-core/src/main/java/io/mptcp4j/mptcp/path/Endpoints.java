package io.mptcp4j.mptcp.path;

import io.mptcp4j.wire.IpAddress;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The endpoints of a host and the limits of its connections, as {@code ip mptcp} has them. Immutable: a change makes a new
 * one.
 *
 * @param list the endpoints in the order in which they were added; each ID once
 * @param subflows the most subflows of a connection besides the first, by either end
 * @param addAddrAccepted of how many announced addresses of the peer use is made, a connection
 */
public record Endpoints(List<Endpoint> list, int subflows, int addAddrAccepted) {
    /** The most subflows besides the first that the limit can be set to. */
    public static final int MAXIMUM_SUBFLOWS = 31;

    /** The most announced addresses that the limit can be set to. */
    public static final int MAXIMUM_ADD_ADDR_ACCEPTED = 8;

    /** No endpoint, and the limits that Linux begins with: 2 subflows, 0 addresses. */
    public static final Endpoints NONE = new Endpoints(List.of(), 2, 0);

    /** Copies the list and checks the limits. */
    public Endpoints {
        list = List.copyOf(list);
        if (subflows < 0 || subflows > MAXIMUM_SUBFLOWS) {
            throw new IllegalArgumentException("subflows is 0 to " + MAXIMUM_SUBFLOWS + ": " + subflows);
        }
        if (addAddrAccepted < 0 || addAddrAccepted > MAXIMUM_ADD_ADDR_ACCEPTED) {
            throw new IllegalArgumentException(
                    "add_addr_accepted is 0 to " + MAXIMUM_ADD_ADDR_ACCEPTED + ": " + addAddrAccepted);
        }
    }

    /**
     * The same with one endpoint more, the last in the list.
     *
     * @throws IllegalArgumentException when its address with its port, or its ID, is there already, or no ID is free
     */
    public Endpoints with(Endpoint endpoint) {
        for (Endpoint other : list) {
            if (other.address().equals(endpoint.address()) && other.port() == endpoint.port()) {
                throw new IllegalArgumentException("there is such an endpoint already: " + other);
            }
            if (other.id() == endpoint.id()) {
                throw new IllegalArgumentException("there is an endpoint of this id already: " + other);
            }
        }
        List<Endpoint> more = new ArrayList<>(list);
        more.add(endpoint.id() == 0 ? endpoint.withId(freeId()) : endpoint);
        return new Endpoints(more, subflows, addAddrAccepted);
    }

    /**
     * The same without an endpoint.
     *
     * @throws IllegalArgumentException when there is none of this ID
     */
    public Endpoints without(int id) {
        List<Endpoint> fewer = new ArrayList<>(list);
        fewer.remove(require(id));
        return new Endpoints(fewer, subflows, addAddrAccepted);
    }

    /** The same without any endpoint. */
    public Endpoints flushed() {
        return new Endpoints(List.of(), subflows, addAddrAccepted);
    }

    /**
     * The same with a flag of an endpoint changed, which must be {@code backup} or {@code fullmesh}, as in
     * {@code ip mptcp endpoint change}.
     *
     * @throws IllegalArgumentException when there is none of this ID, or the flag cannot be changed
     */
    public Endpoints changed(int id, Endpoint.Flag flag, boolean on) {
        if (flag != Endpoint.Flag.BACKUP && flag != Endpoint.Flag.FULLMESH) {
            throw new IllegalArgumentException(
                    "only backup and fullmesh can be changed; remove and add it for " + flag);
        }
        List<Endpoint> changed = new ArrayList<>(list);
        changed.replaceAll(endpoint -> endpoint.id() == id ? endpoint.with(flag, on) : endpoint);
        require(id);
        return new Endpoints(changed, subflows, addAddrAccepted);
    }

    /** The same with other limits. */
    public Endpoints withLimits(int subflowLimit, int addAddrLimit) {
        return new Endpoints(list, subflowLimit, addAddrLimit);
    }

    /** The endpoint of an ID, or null. */
    public Endpoint find(int id) {
        for (Endpoint endpoint : list) {
            if (endpoint.id() == id) {
                return endpoint;
            }
        }
        return null;
    }

    /** The endpoint of an address, one without a port before one with; null when there is none. */
    public Endpoint find(IpAddress address) {
        Endpoint found = null;
        for (Endpoint endpoint : list) {
            if (endpoint.address().equals(address) && (found == null || endpoint.port() == 0)) {
                found = endpoint;
            }
        }
        return found;
    }

    private Endpoint require(int id) {
        Endpoint found = find(id);
        if (found == null) {
            throw new IllegalArgumentException("no endpoint of id " + id + "; there are " + list);
        }
        return found;
    }

    private int freeId() {
        BitSet taken = new BitSet();
        for (Endpoint endpoint : list) {
            taken.set(endpoint.id());
        }
        int free = taken.nextClearBit(1);
        if (free > Endpoint.MAXIMUM_ID) {
            throw new IllegalArgumentException("all " + Endpoint.MAXIMUM_ID + " address ids are taken");
        }
        return free;
    }
}
