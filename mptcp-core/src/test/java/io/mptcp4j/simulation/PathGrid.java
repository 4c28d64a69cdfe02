package io.mptcp4j.simulation;

import java.util.ArrayList;
import java.util.List;

/** The paths over which the sender is measured, in tables. */
final class PathGrid {
    private static final int[] DELAYS = {1, 10, 50, 100, 300};
    private static final double[] LOSSES = {0.001, 0.005, 0.01, 0.02, 0.05, 0.1};
    private static final double[] QUEUES = {0.1, 0.25, 0.5, 1, 2, 4};
    private static final double[] REORDERINGS = {0.01, 0.05, 0.1, 0.2};
    private static final double[] HELD_BACK = {0.1, 0.5};
    private static final int BURST = 4;

    private PathGrid() {}

    /** All tables. */
    static List<Table> tables() {
        return List.of(
                new Table("Rate and delay", ratesAndDelays()),
                new Table("Queue", queues()),
                new Table("Random loss", losses(1)),
                new Table("Loss in bursts", losses(BURST)),
                new Table("Reordering", reorderings()));
    }

    private static List<PathCell> ratesAndDelays() {
        List<PathCell> cells = new ArrayList<>();
        for (int megabits : new int[] {1, 10, 100, 1_000}) {
            for (int delay : DELAYS) {
                cells.add(PathCell.clean(megabits, delay, 1));
            }
        }
        return cells;
    }

    private static List<PathCell> queues() {
        List<PathCell> cells = new ArrayList<>();
        for (int delay : new int[] {10, 50, 200}) {
            for (double queue : QUEUES) {
                cells.add(PathCell.clean(100, delay, queue));
            }
        }
        return cells;
    }

    private static List<PathCell> losses(int burst) {
        List<PathCell> cells = new ArrayList<>();
        for (int delay : new int[] {10, 50, 200}) {
            for (double loss : LOSSES) {
                cells.add(PathCell.clean(100, delay, 1).losing(loss, burst));
            }
        }
        return cells;
    }

    private static List<PathCell> reorderings() {
        List<PathCell> cells = new ArrayList<>();
        for (double heldBack : HELD_BACK) {
            for (double share : REORDERINGS) {
                cells.add(PathCell.clean(100, 50, 1).reordering(share, heldBack));
            }
        }
        return cells;
    }

    /** Cells that show one thing. */
    record Table(String title, List<PathCell> cells) {}
}
