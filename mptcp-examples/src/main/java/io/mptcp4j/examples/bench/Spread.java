package io.mptcp4j.examples.bench;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** The middle and the ends of some figures. */
record Spread(double median, double minimum, double maximum) {
    /** Of at least one figure; of an even number of them the median is the mean of the two in the middle. */
    static Spread of(double... figures) {
        if (figures.length == 0) {
            throw new IllegalArgumentException("no figures");
        }
        double[] sorted = figures.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }

    /** For JSON. */
    Map<String, Object> values() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("median", median);
        values.put("min", minimum);
        values.put("max", maximum);
        return values;
    }
}
