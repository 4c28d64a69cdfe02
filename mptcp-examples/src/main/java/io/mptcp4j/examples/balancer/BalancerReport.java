package io.mptcp4j.examples.balancer;

import io.mptcp4j.examples.progress.Units;
import java.util.List;
import java.util.Locale;

/** The words and the table of the demonstration. */
public final class BalancerReport {
    private static final String ROW = "%-20s  %-18s %8s  %8s %8s  %11s %11s  %s";

    private BalancerReport() {}

    /** What is going to happen. */
    public static List<String> introduction(int connections, long octets) {
        return List.of(
                connections + " connections of " + Units.octets(octets) + " from a client with two paths to "
                        + Stage.SERVERS + " servers behind one address.",
                "The balancer chooses a server by a hash of addresses and ports, for each 4-tuple by itself.",
                "Each connection begins on path 1 and tries " + Stage.JOINS
                        + " joins from the client's other addresses;",
                "one that failed is tried again a second later at the earliest, and from another port.");
    }

    /** The head of the table. */
    public static List<String> head() {
        return List.of(
                row("", "joins", "joins", "subflows", "on path", "octets on", "path", "octets"),
                row("servers", "established", "relayed", "1", "2", "1", "2", "arrived"));
    }

    /** A line of the table. */
    public static String row(WayResult result) {
        return row(
                result.way().title(),
                result.joinsEstablished() + " of " + result.joinsTried() + " tried",
                "" + result.joinsRelayed(),
                "" + result.subflows()[0],
                "" + result.subflows()[1],
                Units.octets(result.octets()[0]),
                Units.octets(result.octets()[1]),
                result.isRight() ? "right" : "WRONG in " + (result.connections() - result.right()));
    }

    private static String row(Object... columns) {
        return String.format(Locale.ROOT, ROW, columns).stripTrailing();
    }
}
