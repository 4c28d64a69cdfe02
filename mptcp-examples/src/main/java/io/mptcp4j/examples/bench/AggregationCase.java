package io.mptcp4j.examples.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * One thing that is measured over two paths with rates.
 *
 * @param kind what is measured
 * @param ends who sends and who receives
 * @param paths over which
 */
record AggregationCase(Kind kind, BenchCase.Ends ends, PathPair paths) {
    /** What {@code --case} takes for all of them. */
    static final String GROUP = "aggregation";

    /** Octets of the long way of a transfer. */
    static final long MANY = 16L << 20;

    /** Octets of the other way. */
    static final long FEW = 80L << 10;

    // The bound of Linux's own test, simult_flows.sh: a tenth for headers, and 0.45 s.
    private static final double HEADERS = 10.0 / 9;
    private static final double START_SECONDS = 0.45;
    private static final double LEAST_SHARE = 0.95;
    private static final double LONGEST_GAP_MILLIS = 200;
    private static final int CUTS = 5;

    /** What is measured. */
    enum Kind {
        /** How long a transfer takes. */
        SLOW("slow", "seconds", "s", "%.2f", false, List.of("secondsFromConnect")),
        /** What both paths carry, as a share of what each carries alone. */
        FAST("fast", "share", "", "%.3f", true, List.of("togetherMbps", "firstAloneMbps", "secondAloneMbps")),
        /** How long nothing arrives when a path is cut. */
        CUT("cut", "gapMillis", "ms", "%.0f", false, List.of("gapBeforeCutMillis"));

        private final String word;
        private final String judged;
        private final String unit;
        private final String format;
        private final boolean least;
        private final List<String> beside;

        Kind(String word, String judged, String unit, String format, boolean least, List<String> beside) {
            this.word = word;
            this.judged = judged;
            this.unit = unit;
            this.format = format;
            this.least = least;
            this.beside = beside;
        }

        /** The name of the figure that has a bound. */
        String judged() {
            return judged;
        }

        /** The unit of that figure; empty when it has none. */
        String unit() {
            return unit;
        }

        /** How that figure is written. */
        String format() {
            return format;
        }

        /** Whether the bound is the least that the figure is to be, and not the most. */
        boolean isLeast() {
            return least;
        }

        /** The names of the figures beside it. */
        List<String> beside() {
            return beside;
        }
    }

    private static final List<AggregationCase> ALL = build();

    /** All cases, in the order of the table. */
    static List<AggregationCase> all() {
        return ALL;
    }

    /** The cases of a name: the group's, that of a kind, or the beginning of a case's up to a dash. */
    static List<AggregationCase> named(String name) {
        return ALL.stream()
                .filter(each -> each.name().equals(name) || each.name().startsWith(name + "-"))
                .toList();
    }

    String name() {
        String way =
                switch (ends) {
                    case OURS_TO_KERNEL -> "send";
                    case KERNEL_TO_OURS -> "receive";
                    default -> "kernel";
                };
        return GROUP + "-" + kind.word + "-" + paths.name() + "-" + way;
    }

    /** What it is, in a line. */
    String description() {
        return ends.sender() + " -> " + ends.receiver() + ", " + paths.description();
    }

    /** The most, or the least, that the figure is to be; NaN for the kernel alone, which is there to compare with. */
    double bound() {
        if (!ends.isOurs()) {
            return Double.NaN;
        }
        return switch (kind) {
            case SLOW -> MANY * 8 * HEADERS / paths.bitsPerSecond() + START_SECONDS;
            case FAST -> LEAST_SHARE;
            case CUT -> LONGEST_GAP_MILLIS;
        };
    }

    /** Whether a figure keeps to the bound. */
    boolean passes(double figure) {
        return kind.least ? figure >= bound() : figure <= bound();
    }

    /** How often it is run when nobody says how often: a cut shows little when there is only one. */
    int usualRuns() {
        return kind == Kind.CUT ? CUTS : 1;
    }

    private static List<AggregationCase> build() {
        List<AggregationCase> cases = new ArrayList<>();
        for (PathPair pair : List.of(
                new PathPair(10, 10, 0, 0),
                new PathPair(10, 10, 1, 25),
                new PathPair(10, 3, 0, 0),
                new PathPair(10, 3, 1, 25),
                new PathPair(10, 3, 25, 1))) {
            cases.add(new AggregationCase(Kind.SLOW, BenchCase.Ends.OURS_TO_KERNEL, pair));
            cases.add(new AggregationCase(Kind.SLOW, BenchCase.Ends.KERNEL_TO_OURS, pair));
        }
        for (PathPair pair : List.of(new PathPair(100, 100, 0, 0), new PathPair(100, 30, 0, 0))) {
            cases.add(new AggregationCase(Kind.FAST, BenchCase.Ends.OURS_TO_KERNEL, pair));
            cases.add(new AggregationCase(Kind.FAST, BenchCase.Ends.KERNEL_TO_OURS, pair));
            cases.add(new AggregationCase(Kind.FAST, BenchCase.Ends.KERNEL_MPTCP, pair));
        }
        cases.add(new AggregationCase(Kind.CUT, BenchCase.Ends.OURS_TO_KERNEL, new PathPair(100, 100, 1, 1)));
        return List.copyOf(cases);
    }
}
