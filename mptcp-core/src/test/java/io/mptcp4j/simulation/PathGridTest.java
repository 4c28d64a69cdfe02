package io.mptcp4j.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.congestion.CongestionControllers;
import io.mptcp4j.simulation.PathCell.Result;
import io.mptcp4j.tcp.TcpSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * How much of a path TCP gets, with each congestion control, in virtual time: held against what it was when somebody last looked. A
 * change of the sender that was meant to move these figures writes them anew, together with {@code docs/grid.md}:
 *
 * <pre>mvn -pl mptcp-core test -Dtest=PathGridTest -Dmptcp4j.snapshot=write</pre>
 */
class PathGridTest {
    private static final Path SNAPSHOT = Path.of("src/test/resources/path-grid.txt");
    private static final Path PAGE = Path.of("../docs/grid.md");
    private static final boolean WRITE = "write".equals(System.getProperty("mptcp4j.snapshot"));
    private static final long SEED = 1;
    private static final double LEAST_SHARE = 0.95;

    /** BBR goes down to four segments in flight for 200 ms of each 10 s, and drains its queue after each probe. */
    private static final double LEAST_SHARE_OF_BBR = 0.93;

    private static final long MANY = 100;
    private static final double MOST_REPETITION = 1.25;

    private static final Map<PathCell, Map<String, Result>> RESULTS = new LinkedHashMap<>();

    @BeforeAll
    static void sendOverAllPaths() throws IOException {
        // Each run is a world of its own, so they may run side by side.
        List<PathCell> cells = PathGrid.tables().stream()
                .flatMap(table -> table.cells().stream())
                .distinct()
                .toList();
        List<Map<String, Result>> results =
                cells.parallelStream().map(PathGridTest::results).toList();
        for (int i = 0; i < cells.size(); i++) {
            RESULTS.put(cells.get(i), results.get(i));
        }
        if (WRITE) {
            Files.write(SNAPSHOT, GridSnapshot.of(RESULTS).lines());
            Files.writeString(PAGE, GridPage.replaceTables(Files.readString(PAGE), RESULTS));
        }
    }

    private static Map<String, Result> results(PathCell cell) {
        Map<String, Result> results = new LinkedHashMap<>();
        for (String congestion : CongestionControllers.names()) {
            results.put(congestion, cell.run(congestion, TcpSettings.DEFAULT, SEED));
        }
        return results;
    }

    @Test
    void everyCellIsAsItWas() throws IOException {
        List<String> moved = GridSnapshot.read(Files.readAllLines(SNAPSHOT)).compare(GridSnapshot.of(RESULTS));
        assertThat(moved)
                .withFailMessage(
                        () -> "of " + RESULTS.size() + " paths these have moved; if that was meant, say so with "
                                + "-Dmptcp4j.snapshot=write:\n  " + String.join("\n  ", moved))
                .isEmpty();
    }

    @Test
    void thePageShowsTheFigures() throws IOException {
        String page = Files.readString(PAGE);
        assertThat(page).isEqualTo(GridPage.replaceTables(page, RESULTS));
    }

    @Test
    void aPathThatLosesNothingIsFilledWhenItsQueueHoldsAProduct() {
        List<String> tooLittle = new ArrayList<>();
        RESULTS.forEach((cell, results) -> results.forEach((congestion, result) -> {
            boolean isClean = cell.loss() == 0 && cell.reordering() == 0 && cell.queue() >= 1;
            double least = "bbr".equals(congestion) ? LEAST_SHARE_OF_BBR : LEAST_SHARE;
            if (isClean && result.share() < least) {
                tooLittle.add(congestion + ", " + cell + ": " + result);
            }
        }));
        assertThat(tooLittle).isEmpty();
    }

    /**
     * A tenth of a product. CUBIC's window is never below 0.77 of what fits, and soon above; New Reno's is between 0.55 and 1.1 products, which
     * makes a mean of 0.82, but for a measurement that is shorter than that sawtooth.
     */
    @Test
    void aShortQueueCostsLittle() {
        int seen = 0;
        for (Map.Entry<PathCell, Map<String, Result>> entry : RESULTS.entrySet()) {
            PathCell cell = entry.getKey();
            if (cell.queue() < 0.2 && cell.loss() == 0 && cell.reordering() == 0) {
                seen++;
                assertThat(entry.getValue().get("cubic").share())
                        .as(cell.toString())
                        .isGreaterThan(0.9);
                assertThat(entry.getValue().get("reno").share())
                        .as(cell.toString())
                        .isGreaterThan(0.76);
            }
        }
        assertThat(seen).isPositive();
    }

    @Test
    void whatIsLostIsSentAgainOnce() {
        List<String> tooMuch = new ArrayList<>();
        RESULTS.forEach((cell, results) -> results.forEach((congestion, result) -> {
            if (cell.reordering() == 0 && result.lost() > MANY && result.repetition() > MOST_REPETITION) {
                tooMuch.add(congestion + ", " + cell + ": " + result);
            }
        }));
        assertThat(tooMuch).isEmpty();
    }
}
