package io.mptcp4j.simulation;

import io.mptcp4j.simulation.PathCell.Result;
import io.mptcp4j.simulation.PathGrid.Table;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Writes the tables of {@code docs/grid.md}. */
final class GridPage {
    private static final String BEGIN = "<!-- tables: written by PathGridTest -->";
    private static final String END = "<!-- end of tables -->";

    private GridPage() {}

    /** The page with the tables of these results in place of those it has. */
    static String replaceTables(String page, Map<PathCell, Map<String, Result>> results) {
        int from = page.indexOf(BEGIN) + BEGIN.length();
        int to = page.indexOf(END);
        if (from < BEGIN.length() || to < from) {
            throw new IllegalStateException("the page lacks its marks " + BEGIN + " and " + END);
        }
        return page.substring(0, from) + "\n" + tables(results) + page.substring(to);
    }

    private static String tables(Map<PathCell, Map<String, Result>> results) {
        Set<String> names = results.values().iterator().next().keySet();
        StringBuilder text = new StringBuilder();
        for (Table table : PathGrid.tables()) {
            text.append("\n### ").append(table.title()).append("\n\n| path |");
            names.forEach(name -> text.append(' ').append(name).append(" |"));
            text.append("\n|---|").append("---|".repeat(names.size())).append('\n');
            for (PathCell cell : table.cells()) {
                text.append("| ").append(cell).append(" |");
                results.get(cell)
                        .values()
                        .forEach(result -> text.append(' ').append(show(result)).append(" |"));
                text.append('\n');
            }
        }
        return text.append('\n').toString();
    }

    private static String show(Result result) {
        String text = String.format(Locale.ROOT, "%.3f, %.2f %%", result.share(), 100 * result.overhead());
        if (result.lost() > 0) {
            text += String.format(Locale.ROOT, ", %.2f", result.repetition());
        }
        return result.timeouts() == 0 ? text : text + ", " + result.timeouts();
    }
}
