package io.mptcp4j.simulation;

import io.mptcp4j.simulation.PathCell.Result;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The figures of a grid as lines of text, one a path and congestion control. */
final class GridSnapshot {
    private static final String SEPARATOR = " | ";
    private static final int SHOWN_DIGITS = 4;

    /** What a line says after its key: the share, octets sent, segments lost, octets sent again, timeouts. */
    private static final int FIGURES = 5;

    private final Map<String, List<String>> figures = new LinkedHashMap<>();

    private GridSnapshot() {}

    /** The figures of these results. */
    static GridSnapshot of(Map<PathCell, Map<String, Result>> results) {
        GridSnapshot snapshot = new GridSnapshot();
        results.forEach((cell, byName) -> byName.forEach((name, result) -> snapshot.figures.put(
                name + SEPARATOR + cell,
                List.of(
                        String.format(Locale.ROOT, "%." + SHOWN_DIGITS + "f", result.share()),
                        String.valueOf(result.sent()),
                        String.valueOf(result.lost()),
                        String.valueOf(result.retransmitted()),
                        String.valueOf(result.timeouts())))));
        return snapshot;
    }

    /** The figures in these lines. */
    static GridSnapshot read(List<String> lines) {
        GridSnapshot snapshot = new GridSnapshot();
        for (String line : lines) {
            List<String> parts = List.of(line.split(" *\\| *"));
            int key = parts.size() - FIGURES;
            if (key == 2 && !line.startsWith("#")) {
                snapshot.figures.put(
                        String.join(SEPARATOR, parts.subList(0, key)), List.copyOf(parts.subList(key, parts.size())));
            }
        }
        return snapshot;
    }

    /** Lines for {@link #read}. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(
                "# congestion control | path | share of the link | octets sent | segments lost | octets sent again | timeouts");
        figures.forEach((key, values) -> lines.add(key + SEPARATOR + String.join(SEPARATOR, values)));
        return lines;
    }

    /** What differs now, a line each; those that moved farthest first. */
    List<String> compare(GridSnapshot now) {
        record Difference(double distance, String text) {}
        List<Difference> all = new ArrayList<>();
        now.figures.forEach((key, values) -> {
            List<String> before = figures.get(key);
            if (before == null) {
                all.add(new Difference(2, key + ": new, share " + values.get(0)));
            } else if (!before.equals(values)) {
                double change = Double.parseDouble(values.get(0)) - Double.parseDouble(before.get(0));
                all.add(new Difference(Math.abs(change), key + ": " + difference(before, values, change)));
            }
        });
        figures.keySet().stream()
                .filter(key -> !now.figures.containsKey(key))
                .forEach(key -> all.add(new Difference(2, key + ": gone")));
        return all.stream()
                .sorted((a, b) -> Double.compare(b.distance(), a.distance()))
                .map(Difference::text)
                .toList();
    }

    private static String difference(List<String> before, List<String> now, double change) {
        return String.format(
                Locale.ROOT,
                "share %s -> %s (%+.4f), sent %s -> %s, lost %s -> %s, again %s -> %s, timeouts %s -> %s",
                before.get(0),
                now.get(0),
                change,
                before.get(1),
                now.get(1),
                before.get(2),
                now.get(2),
                before.get(3),
                now.get(3),
                before.get(4),
                now.get(4));
    }
}
