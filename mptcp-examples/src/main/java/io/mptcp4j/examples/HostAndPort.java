package io.mptcp4j.examples;

import java.net.InetAddress;
import java.net.UnknownHostException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Whom to connect to: {@code example.org:5000}, {@code 10.0.0.1:5000}, {@code [fd00::1]:5000}.
 *
 * @param host a name or an address literal, without brackets
 * @param port 1 to 65535
 */
record HostAndPort(String host, int port) {
    private static final int HIGHEST_PORT = 65_535;

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException when it is none; the message says what is wrong
     */
    static HostAndPort parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (bracketed) {
            host = host.substring(1, host.length() - 1);
        }
        if (host.isEmpty()) {
            throw new IllegalArgumentException("'" + text + "' is not HOST:PORT");
        }
        if (host.indexOf(':') >= 0 != bracketed) {
            throw new IllegalArgumentException("'" + text
                    + "' is not HOST:PORT: IPv6 addresses, and only they, stand in brackets, as in [fd00::1]:5000");
        }
        return new HostAndPort(host, port(text, text.substring(colon + 1)));
    }

    /** The addresses that the name has, in the resolver's order. */
    InetAddress[] resolve() throws UnknownHostException {
        return InetAddress.getAllByName(host);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    private static int port(String text, String digits) {
        try {
            int port = Integer.parseInt(digits);
            if (port >= 1 && port <= HIGHEST_PORT) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new IllegalArgumentException("'" + text + "' is not HOST:PORT: a port is 1 to 65535");
    }

    /** For picocli. */
    static final class Converter implements ITypeConverter<HostAndPort> {
        @Override
        public HostAndPort convert(String value) {
            try {
                return parse(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
