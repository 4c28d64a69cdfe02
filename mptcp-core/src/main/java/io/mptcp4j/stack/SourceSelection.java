package io.mptcp4j.stack;

import io.mptcp4j.wire.IpAddress;
import java.util.List;

/**
 * Chooses the interface and the address from which a destination is reached: the route first, then an address of that
 * interface (RFC 6724 in small).
 */
final class SourceSelection {
    private final InterfaceTable interfaces;

    SourceSelection(InterfaceTable interfaces) {
        this.interfaces = interfaces;
    }

    /** The address to reach {@code remote} from; null when no interface that is up has a route and an address. */
    OwnAddress select(IpAddress remote) {
        OwnAddress selected = null;
        Route best = null;
        for (int i = 0; i < interfaces.count(); i++) {
            HostInterface candidate = interfaces.get(i);
            Route route = routeOver(candidate, remote);
            if (route != null && RouteTable.isBetter(route, best)) {
                OwnAddress address = bestAddress(candidate.addresses(), remote);
                if (address != null) {
                    selected = address;
                    best = route;
                }
            }
        }
        return selected;
    }

    /** The entry of the address {@code local} if {@code remote} is reached from it; else null. */
    OwnAddress select(IpAddress local, IpAddress remote) {
        OwnAddress own = interfaces.find(local);
        boolean reaches = own != null && local.isIpv4() == remote.isIpv4() && routeOver(own.owner(), remote) != null;
        return reaches ? own : null;
    }

    private Route routeOver(HostInterface candidate, IpAddress remote) {
        return candidate.isUp() && isPossibleDestination(remote) ? candidate.routeTo(remote) : null;
    }

    /** RFC 9293 3.9.1.1 (MUST-46): no connection to a group or to nobody; RFC 1122 3.2.1.3: nor over a wire to loopback. */
    private boolean isPossibleDestination(IpAddress remote) {
        return remote.isHost() && interfaces.find(remote) == null;
    }

    private static OwnAddress bestAddress(List<OwnAddress> addresses, IpAddress remote) {
        OwnAddress best = null;
        for (OwnAddress candidate : addresses) {
            if (candidate.address().isIpv4() == remote.isIpv4()
                    && (best == null || isBetter(candidate.address(), best.address(), remote))) {
                best = candidate;
            }
        }
        return best;
    }

    private static boolean isBetter(IpAddress a, IpAddress b, IpAddress remote) {
        int scopeA = scope(a);
        int scopeB = scope(b);
        if (scopeA != scopeB) {
            // RFC 6724 5, rule 2: the smaller scope if it still covers the destination's, else the larger.
            return scopeA < scopeB ? scopeA >= scope(remote) : scopeB < scope(remote);
        }
        // RFC 6724 5, rule 8: the longest matching prefix.
        return Prefix.commonBits(a, remote) > Prefix.commonBits(b, remote);
    }

    /** RFC 6724 3.1, 3.2: the scope of a unicast address: 2 link-local, 14 global. */
    private static int scope(IpAddress address) {
        boolean linkLocal =
                address.isIpv4() ? address.ipv4Bits() >>> 16 == 0xa9fe : address.high() >>> 54 == 0xfe80 >>> 6;
        return linkLocal ? 2 : 14;
    }
}
