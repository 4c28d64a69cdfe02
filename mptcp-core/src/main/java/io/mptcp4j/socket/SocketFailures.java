package io.mptcp4j.socket;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;

/** From the reason why a connection ended to the exception, with the JDK's own words: programs look for them. */
final class SocketFailures {
    static final String CLOSED = "Socket closed";
    static final String STACK_CLOSED = "The MPTCP stack is closed";

    private SocketFailures() {}

    /** This socket was closed, by this thread or another. */
    static SocketException closed() {
        return new SocketException(CLOSED);
    }

    /** What everybody is told whose stack was closed. */
    static IOException stackClosed() {
        return new IOException(STACK_CLOSED);
    }

    /** The stack that the socket belongs to is gone. */
    static SocketException ended(Throwable cause) {
        return withCause(new SocketException(cause.getMessage()), cause);
    }

    /** The connection was not established. */
    static IOException connecting(Ending end) {
        return switch (end.cause()) {
            case REFUSED -> new ConnectException("Connection refused");
            case TIMED_OUT -> new ConnectException("Connection timed out");
            case UNREACHABLE -> new NoRouteToHostException("No route to host");
            case RESET -> new SocketException("Connection reset");
            case NORMAL, ABORTED -> closed();
            case FALLBACK_REFUSED -> new ConnectException(plainTcpRefused(end));
        };
    }

    /** The connection broke off while there was still something to be read. */
    static SocketException reading(Ending end) {
        return switch (end.cause()) {
            case TIMED_OUT -> new SocketException("Connection timed out");
            case UNREACHABLE -> new NoRouteToHostException("No route to host");
            case REFUSED, RESET, NORMAL, ABORTED -> new SocketException("Connection reset");
            case FALLBACK_REFUSED -> new SocketException(plainTcpRefused(end));
        };
    }

    /** The first write, if no read has reported it before, learns why the connection ended. */
    static SocketException writing(Ending end) {
        return switch (end.cause()) {
            case TIMED_OUT -> new SocketException("Connection timed out");
            case UNREACHABLE -> new NoRouteToHostException("No route to host");
            case REFUSED, RESET, ABORTED -> new SocketException("Connection reset by peer");
            case NORMAL -> brokenPipe();
            case FALLBACK_REFUSED -> new SocketException(plainTcpRefused(end));
        };
    }

    private static String plainTcpRefused(Ending end) {
        return "MPTCP is not to be had: " + end.fallback().words() + " (" + end.fallback()
                + "); FallbackPolicy.ALLOW would let the connection go on as plain TCP";
    }

    /** Nobody will read what is written. */
    static SocketException brokenPipe() {
        return new SocketException("Broken pipe");
    }

    static <T extends IOException> T withCause(T exception, Throwable cause) {
        exception.initCause(cause);
        return exception;
    }
}
