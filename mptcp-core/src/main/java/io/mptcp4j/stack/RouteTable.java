package io.mptcp4j.stack;

import io.mptcp4j.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;

/** The routes of one interface. Asked when a subflow is opened, not for each packet. */
final class RouteTable {
    private final List<Route> routes = new ArrayList<>();

    void add(Route route) {
        if (!routes.contains(route)) {
            routes.add(route);
        }
    }

    boolean remove(Route route) {
        return routes.remove(route);
    }

    /** The route with the longest prefix that contains the destination, of several the cheapest; null when there is none. */
    Route find(IpAddress destination) {
        Route best = null;
        for (Route route : routes) {
            if (route.destination().contains(destination) && isBetter(route, best)) {
                best = route;
            }
        }
        return best;
    }

    /** Whether a route is more specific than another, or as specific and cheaper. */
    static boolean isBetter(Route route, Route other) {
        if (other == null) {
            return true;
        }
        int length = route.destination().length();
        int otherLength = other.destination().length();
        // RFC 1812 5.2.4.3: the longest match first, then the better metric.
        return length > otherLength || length == otherLength && route.metric() < other.metric();
    }
}
