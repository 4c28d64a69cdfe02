package io.mptcp4j.examples;

import io.mptcp4j.stack.InterfaceAddress;
import io.mptcp4j.stack.InterfaceSettings;
import io.mptcp4j.stack.Prefix;
import io.mptcp4j.stack.Route;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A path as the command line describes it: {@code mptcp0=10.77.1.2/24,fd00:77:1::2/64,kernel=10.77.1.1/24,backup}.
 *
 * @param device the name of the TUN device
 * @param addresses the stack's addresses on it, at least one
 * @param kernel the kernel's addresses on it that are to be set up, with their prefix lengths; none to leave it alone
 * @param routes the destinations reached through it; none for all
 * @param backup whether it is used only when others fail
 */
record TunPath(
        String device, List<InterfaceAddress> addresses, List<String> kernel, List<Prefix> routes, boolean backup) {
    private static final String KERNEL = "kernel=";
    private static final String ROUTE = "route=";
    private static final String BACKUP = "backup";

    TunPath {
        addresses = List.copyOf(addresses);
        kernel = List.copyOf(kernel);
        routes = List.copyOf(routes);
    }

    /**
     * Reads a description.
     *
     * @throws IllegalArgumentException when it is none; the message says what is wrong
     */
    static TunPath parse(String text) {
        int equals = text.indexOf('=');
        if (equals <= 0) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not DEVICE=ADDRESS/LENGTH, such as mptcp0=10.77.1.2/24");
        }
        List<InterfaceAddress> addresses = new ArrayList<>();
        List<String> kernel = new ArrayList<>();
        List<Prefix> routes = new ArrayList<>();
        boolean backup = false;
        for (String part : text.substring(equals + 1).split(",", -1)) {
            if (part.equals(BACKUP)) {
                backup = true;
            } else if (part.startsWith(KERNEL)) {
                kernel.add(withLength(part.substring(KERNEL.length())));
            } else if (part.startsWith(ROUTE)) {
                routes.add(Prefix.parse(part.substring(ROUTE.length())));
            } else {
                addresses.add(InterfaceAddress.parse(withLength(part)));
            }
        }
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("'" + text + "' gives this program no address on the device");
        }
        return new TunPath(text.substring(0, equals), addresses, kernel, routes, backup);
    }

    /** What the stack has to know. Of two paths that reach a destination, the one with the smaller metric comes first. */
    InterfaceSettings settings(int metric) {
        InterfaceSettings settings = new InterfaceSettings(addresses, List.of(), backup);
        if (routes.isEmpty()) {
            return settings.withDefaultRoute(metric);
        }
        for (Prefix route : routes) {
            settings = settings.withRoute(new Route(route, metric));
        }
        return settings;
    }

    private static String withLength(String address) {
        if (address.indexOf('/') < 0) {
            throw new IllegalArgumentException(
                    "'" + address + "' is not an address with its prefix length, such as 10.77.1.2/24");
        }
        Prefix.parse(address);
        return address;
    }

    /** For picocli. */
    static final class Converter implements ITypeConverter<TunPath> {
        @Override
        public TunPath convert(String value) {
            try {
                return parse(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
