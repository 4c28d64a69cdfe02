package io.mptcp4j.examples.progress;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What paths are called: by the device that has a subflow's local address. Immutable after it is filled. */
public final class PathNames {
    private final Map<InetAddress, String> names = new LinkedHashMap<>();

    /** Says that an address belongs to a path. */
    public PathNames add(InetAddress address, String name) {
        names.put(address, name);
        return this;
    }

    /** The path of an address; an address that nobody has named is its own name. */
    public String of(InetAddress address) {
        String name = names.get(address);
        return name != null ? name : address.getHostAddress();
    }

    /** All paths, in the order in which they were added. */
    public List<String> all() {
        return names.values().stream().distinct().toList();
    }
}
