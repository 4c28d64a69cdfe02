package io.mptcp4j.examples.progress;

import io.mptcp4j.mptcp.FallbackReason;
import io.mptcp4j.socket.ConnectionInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What is to be said when a transfer is over. */
public final class Summary {
    private static final double HUNDRED = 100;

    private Summary() {}

    /** {@code 24.0 MiB in 4.31 s, 46.7 Mbit/s, MPTCP: wifi 60 %, lte 40 %}. */
    public static String of(long octets, long nanos, PathMeter meter) {
        return Units.octets(octets) + " in " + Units.seconds(nanos) + ", "
                + Units.megabits(octets / (Math.max(1, nanos) / 1e9)) + " Mbit/s, " + kind(meter.last()) + ": "
                + String.join(", ", shares(meter.octets()));
    }

    /** {@code MPTCP}, or that it is plain TCP, and why. */
    public static String kind(ConnectionInfo info) {
        if (info == null) {
            return "connection unseen";
        }
        return info.mptcp() ? "MPTCP" : "plain TCP (" + why(info.fallback()) + ")";
    }

    /** The share of each path, in percent. */
    public static List<String> shares(Map<String, Long> octets) {
        long sum = octets.values().stream().mapToLong(Long::longValue).sum();
        List<String> shares = new ArrayList<>();
        octets.forEach((name, count) ->
                shares.add(name + String.format(Locale.ROOT, " %.0f %%", HUNDRED * count / Math.max(1, sum))));
        return shares;
    }

    private static String why(FallbackReason reason) {
        return switch (reason) {
            case NONE -> "no reason given";
            case DISABLED -> "MPTCP is switched off here";
            case NO_MP_CAPABLE_IN_SYN, NO_MP_CAPABLE_IN_SYN_ACK ->
                "the peer, or something on the way, does not speak MPTCP";
            case SYN_LOST -> "the SYN did not get through with MPTCP";
            default -> reason.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        };
    }
}
