package io.mptcp4j.examples.demo;

import io.mptcp4j.examples.progress.Units;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The words and the table of a demonstration. */
public final class DemoReport {
    private static final String ROW = "%-26s %8s %8s  %-19s %-19s %s";
    private static final double HUNDRED = 100;

    private DemoReport() {}

    /** What is going to happen. */
    public static List<String> introduction(long octets, boolean overTun) {
        return overTun
                ? List.of(
                        Units.octets(octets)
                                + " of random octets to the kernel's own MPTCP, over two TUN devices and a "
                                + "network of namespaces:",
                        rate(DemoPath.WIFI) + ", " + queue(DemoPath.WIFI),
                        rate(DemoPath.LTE) + ", " + queue(DemoPath.LTE),
                        "Rates are made by tc tbf. There is no delay but the queues': this needs no netem.")
                : List.of(
                        Units.octets(octets)
                                + " of random octets from one stack to another, over emulated links in this "
                                + "process:",
                        rate(DemoPath.WIFI) + ", " + delay(DemoPath.WIFI) + ", " + queue(DemoPath.WIFI),
                        rate(DemoPath.LTE) + ", " + delay(DemoPath.LTE) + ", " + queue(DemoPath.LTE));
    }

    /** The head of the table. */
    public static String head() {
        return row("run", "time", "Mbit/s", "Wi-Fi carried", "LTE carried", "digest");
    }

    /** A line of the table. */
    public static String row(DemoResult result) {
        String remark = result.isDigestRight() ? "right" : "WRONG";
        if (!result.isMptcp()) {
            remark += ", but plain TCP";
        }
        if (result.run() == DemoRun.WIFI_CUT && !result.wasCut()) {
            remark += ", over before the cut";
        }
        return row(
                result.run().title(),
                Units.seconds(result.nanos()),
                Units.megabits(result.octets() / (result.nanos() / 1e9)),
                share(result.carried(), DemoPath.WIFI),
                share(result.carried(), DemoPath.LTE),
                remark);
    }

    private static String row(String run, String time, String rate, String wifi, String lte, String digest) {
        return String.format(Locale.ROOT, ROW, run, time, rate, wifi, lte, digest);
    }

    private static String share(Map<String, Long> carried, DemoPath path) {
        long octets = carried.getOrDefault(path.title(), 0L);
        long sum = carried.values().stream().mapToLong(Long::longValue).sum();
        return octets == 0
                ? "-"
                : String.format(Locale.ROOT, "%s (%.0f %%)", Units.octets(octets), HUNDRED * octets / Math.max(1, sum));
    }

    private static String rate(DemoPath path) {
        return String.format(Locale.ROOT, "  %-6s %d Mbit/s", path.title(), path.megabits());
    }

    private static String delay(DemoPath path) {
        return path.roundTripMillis() + " ms round trip";
    }

    private static String queue(DemoPath path) {
        return "queue " + path.queueOctets() / 1000 + " kB";
    }
}
