package io.mptcp4j.examples.progress;

import java.util.Locale;

/** Numbers as people read them. */
public final class Units {
    private static final String[] PREFIXES = {"", "Ki", "Mi", "Gi", "Ti", "Pi"};
    private static final int STEP = 1024;

    private Units() {}

    /** {@code 24.0 MiB}; below 1 KiB exactly, {@code 17 octets}. */
    public static String octets(long count) {
        if (count < STEP) {
            return count + (count == 1 ? " octet" : " octets");
        }
        double value = count;
        int prefix = 0;
        while (value >= STEP && prefix < PREFIXES.length - 1) {
            value /= STEP;
            prefix++;
        }
        return String.format(Locale.ROOT, "%.1f %sB", value, PREFIXES[prefix]);
    }

    /** {@code 28.7}, in Mbit/s, from octets a second. */
    public static String megabits(double octetsPerSecond) {
        return String.format(Locale.ROOT, "%.1f", octetsPerSecond * Byte.SIZE / 1e6);
    }

    /** {@code 4.31 s}. */
    public static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.2f s", nanos / 1e9);
    }
}
