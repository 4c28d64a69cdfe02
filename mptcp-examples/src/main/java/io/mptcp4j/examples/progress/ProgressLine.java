package io.mptcp4j.examples.progress;

import java.util.Map;

/** How far a transfer is, in one line: {@code  43 % [=====>      ] 10.3 MiB of 24.0 MiB  wifi 28.9  lte 18.2 Mbit/s}. */
final class ProgressLine {
    private static final int BAR = 24;
    private static final int HUNDRED = 100;

    private ProgressLine() {}

    /**
     * The line.
     *
     * @param done octets so far
     * @param total octets in all; negative when nobody knows
     * @param rates octets a second of each path
     */
    static String format(long done, long total, Map<String, Double> rates) {
        StringBuilder line = new StringBuilder();
        if (total >= 0) {
            double share = total == 0 ? 1 : (double) done / total;
            line.append(String.format("%3d %% [", (int) (share * HUNDRED)));
            int filled = (int) (share * BAR);
            line.append("=".repeat(filled)).append(filled < BAR ? ">" : "");
            line.append(" ".repeat(Math.max(0, BAR - filled - 1))).append("] ");
        }
        line.append(Units.octets(done));
        if (total >= 0) {
            line.append(" of ").append(Units.octets(total));
        }
        rates.forEach((name, rate) -> line.append("  ").append(name).append(' ').append(Units.megabits(rate)));
        return line.append(rates.isEmpty() ? "" : " Mbit/s").toString();
    }
}
