package io.mptcp4j.socket;

import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketOptions;
import java.net.StandardSocketOptions;

/** The options of {@link SocketOptions}, numbers with values of any type, by which {@code Socket}'s own setters speak. */
final class LegacyOptions {
    private LegacyOptions() {}

    static void set(OptionValues options, int number, Object value) throws SocketException {
        SocketOption<?> option = option(number);
        Object wanted = value;
        if (number == SocketOptions.SO_LINGER && Boolean.FALSE.equals(value)) {
            wanted = -1;
        }
        if (!option.type().isInstance(wanted)) {
            throw new SocketException("Bad value for " + option.name());
        }
        try {
            options.set(option, wanted);
        } catch (IllegalArgumentException e) {
            throw SocketFailures.withCause(new SocketException(e.getMessage()), e);
        }
    }

    static Object get(OptionValues options, int number) throws SocketException {
        Object value = options.get(option(number));
        return number == SocketOptions.SO_LINGER && (int) value < 0 ? Boolean.FALSE : value;
    }

    static int timeout(Object value) throws SocketException {
        if (!(value instanceof Integer millis)) {
            throw new SocketException("Bad value for SO_TIMEOUT");
        }
        if (millis < 0) {
            throw new SocketException("timeout < 0");
        }
        return millis;
    }

    private static SocketOption<?> option(int number) throws SocketException {
        return switch (number) {
            case SocketOptions.SO_LINGER -> StandardSocketOptions.SO_LINGER;
            case SocketOptions.IP_TOS -> StandardSocketOptions.IP_TOS;
            case SocketOptions.TCP_NODELAY -> StandardSocketOptions.TCP_NODELAY;
            case SocketOptions.SO_SNDBUF -> StandardSocketOptions.SO_SNDBUF;
            case SocketOptions.SO_RCVBUF -> StandardSocketOptions.SO_RCVBUF;
            case SocketOptions.SO_KEEPALIVE -> StandardSocketOptions.SO_KEEPALIVE;
            case SocketOptions.SO_REUSEADDR -> StandardSocketOptions.SO_REUSEADDR;
            default -> throw new SocketException("Unknown option " + number);
        };
    }
}
