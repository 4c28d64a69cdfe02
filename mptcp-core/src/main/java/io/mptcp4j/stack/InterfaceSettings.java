package io.mptcp4j.stack;

import java.util.ArrayList;
import java.util.List;

/**
 * What the stack has and reaches through one device. The prefix of each address is reached without a route of its own.
 *
 * @param addresses the host's addresses on the interface, IPv4 and IPv6; may be empty at first
 * @param routes what else is reached through it
 * @param backup whether subflows over the interface are used only when others fail (RFC 8684 3.3.8)
 */
public record InterfaceSettings(List<InterfaceAddress> addresses, List<Route> routes, boolean backup) {
    /** Copies the lists. */
    public InterfaceSettings {
        addresses = List.copyOf(addresses);
        routes = List.copyOf(routes);
    }

    /** Addresses with prefix lengths, such as {@code 10.0.1.2/24}, no further route, not backup. */
    public static InterfaceSettings of(String... addresses) {
        List<InterfaceAddress> parsed = new ArrayList<>();
        for (String address : addresses) {
            parsed.add(InterfaceAddress.parse(address));
        }
        return new InterfaceSettings(parsed, List.of(), false);
    }

    /** The same with one route more. */
    public InterfaceSettings withRoute(Route route) {
        List<Route> more = new ArrayList<>(routes);
        more.add(route);
        return new InterfaceSettings(addresses, more, backup);
    }

    /** The same with routes of this metric to all addresses of both families. */
    public InterfaceSettings withDefaultRoute(int metric) {
        return withRoute(new Route(Prefix.ALL_IPV4, metric)).withRoute(new Route(Prefix.ALL_IPV6, metric));
    }

    /** The same with the backup flag as given. */
    public InterfaceSettings withBackup(boolean flag) {
        return new InterfaceSettings(addresses, routes, flag);
    }
}
