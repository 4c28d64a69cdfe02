package io.mptcp4j.mptcp;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.FallbackCase.Observed;
import io.mptcp4j.testing.AlterMptcp;
import io.mptcp4j.testing.Direction;
import io.mptcp4j.testing.DropSegments;
import io.mptcp4j.testing.Middlebox;
import io.mptcp4j.testing.SegmentFilter;
import io.mptcp4j.testing.StripOptions;
import io.mptcp4j.wire.mptcp.MptcpSubtype;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each row of the table in {@code docs/fallback.md}, in both versions, is what happens (RFC 8684 3.7, RFC 6824 3.6). */
class FallbackTableTest {
    private static final Path PAGE = Path.of("../docs/fallback.md");
    private static final int UP = 400_000;
    private static final int DOWN = 150_000;

    private static final SegmentFilter TO_LISTENER = SegmentFilter.going(Direction.A_TO_B);
    private static final SegmentFilter TO_INITIATOR = SegmentFilter.going(Direction.B_TO_A);
    private static final SegmentFilter BEHIND_SYNS = SegmentFilter.SYN.not().and(SegmentFilter.SYN_ACK.not());
    private static final SegmentFilter ASKING = SegmentFilter.SYN.and(SegmentFilter.mptcp(MptcpSubtype.MP_CAPABLE));
    private static final SegmentFilter JOINING = SegmentFilter.SYN.and(SegmentFilter.mptcp(MptcpSubtype.MP_JOIN));

    /** The rows, by stage and end and the first words of what is seen. */
    private static final Map<String, FallbackCase> CASES = Map.ofEntries(
            entry("before the SYN, initiator, the destination", FallbackCase.secondConnection(v -> drop(ASKING))),
            entry("SYN, initiator, three SYNs", FallbackCase.onePath(true, UP, DOWN, v -> drop(ASKING))),
            entry("SYN, initiator, the peer's SYN", FallbackCase.scriptedPeer(FallbackCase::simultaneousOpen)),
            entry("SYN, listener, no MP_CAPABLE", FallbackCase.onePath(false, UP, DOWN, v -> strip(SegmentFilter.SYN))),
            entry(
                    "SYN, listener, MP_CAPABLE of a",
                    FallbackCase.onePath(false, UP, DOWN, v -> flagB(SegmentFilter.SYN))),
            entry(
                    "SYN, listener, MP_CAPABLE of a version",
                    FallbackCase.onePath(false, UP, DOWN, v -> alter(SegmentFilter.SYN, octets -> synOfOther(v)))),
            entry("SYN/ACK, initiator, no", FallbackCase.onePath(true, UP, DOWN, v -> strip(SegmentFilter.SYN_ACK))),
            entry(
                    "SYN/ACK, initiator, MP_CAPABLE of a",
                    FallbackCase.onePath(true, UP, DOWN, v -> flagB(SegmentFilter.SYN_ACK))),
            entry(
                    "SYN/ACK, initiator, MP_CAPABLE of another",
                    FallbackCase.onePath(true, UP, DOWN, v -> alter(SegmentFilter.SYN_ACK, octets -> flip(octets, 0)))),
            entry(
                    "third ACK, listener, no",
                    FallbackCase.onePath(false, UP, DOWN, v -> strip(TO_LISTENER.and(SegmentFilter.from(1))))),
            entry(
                    "third ACK, listener, keys",
                    FallbackCase.onePath(
                            false,
                            UP,
                            DOWN,
                            v -> alter(TO_LISTENER.and(SegmentFilter.from(1)), octets -> flip(octets, 10)))),
            entry(
                    "first data, listener, the initiator's",
                    FallbackCase.scriptedInitiator(FallbackCase::unmappedOctets)),
            entry(
                    "first data, initiator, the listener's",
                    FallbackCase.onePath(true, 0, DOWN, v -> strip(TO_INITIATOR.and(BEHIND_SYNS)))),
            entry(
                    "first data, initiator, its octets",
                    FallbackCase.onePath(true, UP, 0, v -> strip(TO_INITIATOR.and(BEHIND_SYNS)))),
            entry(
                    "first data, listener, its octets",
                    FallbackCase.onePath(false, 0, DOWN, v -> strip(TO_LISTENER.and(SegmentFilter.from(2))))),
            entry("first data, initiator, a FIN", FallbackCase.onePath(true, 0, 0, v -> strip(BEHIND_SYNS))),
            entry("first data, listener, a FIN", FallbackCase.scriptedInitiator(FallbackCase::plainFin)),
            entry(
                    "later, initiator, a mapping",
                    FallbackCase.onePath(true, 0, DOWN, v -> strip(TO_LISTENER.and(SegmentFilter.from(2))))),
            entry(
                    "later, listener, a mapping",
                    FallbackCase.onePath(false, UP, 0, v -> strip(TO_INITIATOR.and(BEHIND_SYNS)))),
            entry(
                    "later, initiator, an octet",
                    FallbackCase.altered(true, UP, UP, TO_INITIATOR.and((segment, way, index) -> index == 60))),
            entry(
                    "later, listener, an octet",
                    FallbackCase.altered(false, UP, UP, TO_LISTENER.and((segment, way, index) -> index == 60))),
            entry(
                    "later, initiator, octets",
                    FallbackCase.onePath(true, 0, 20 * UP, v -> strip(TO_INITIATOR.and(SegmentFilter.from(100))))),
            entry(
                    "later, listener, octets",
                    FallbackCase.onePath(false, 20 * UP, 0, v -> strip(TO_LISTENER.and(SegmentFilter.from(100))))),
            entry(
                    "join, SYN, opener, SYNs",
                    FallbackCase.secondPath(
                            FallbackCase.LINK.withRate(15_000), true, UP, 0, twice(() -> drop(JOINING)))),
            entry(
                    "join, SYN, opener, no",
                    FallbackCase.secondPath(true, UP, DOWN, twice(() -> strip(SegmentFilter.SYN)))),
            entry(
                    "join, SYN/ACK, opener, no",
                    FallbackCase.secondPath(true, UP, DOWN, twice(() -> strip(SegmentFilter.SYN_ACK)))),
            entry(
                    "join, third ACK, acceptor, no",
                    FallbackCase.secondPath(
                            false, UP, DOWN, twice(() -> strip(TO_LISTENER.and(SegmentFilter.from(1)))))),
            entry(
                    "join, first data, acceptor, octets",
                    FallbackCase.secondPath(
                            false, 10 * UP, 0, twice(() -> strip(TO_LISTENER.and(SegmentFilter.from(2)))))),
            entry(
                    "join, first data, opener, its",
                    FallbackCase.secondPath(true, 10 * UP, 0, twice(() -> strip(TO_INITIATOR.and(BEHIND_SYNS))))));

    /** A row of the table. */
    record Row(String stage, String end, String seen, String follows, String reason, String counter) {
        FallbackCase bringAbout() {
            String name = this.toString();
            String key = CASES.keySet().stream()
                    .filter(name::startsWith)
                    .max((a, b) -> a.length() - b.length())
                    .orElseThrow(() -> new AssertionError("no case for: " + name));
            return CASES.get(key);
        }

        @Override
        public String toString() {
            return stage + ", " + end + ", " + seen;
        }
    }

    @ParameterizedTest(name = "{1}: {0}")
    @MethodSource("rows")
    void whatTheTableSaysHappens(Row row, MptcpVersion version) {
        Observed observed = row.bringAbout().run(version);

        assertThat(observed.reason()).isEqualTo(FallbackReason.valueOf(row.reason()));
        assertThat(observed.counters().get(Counter.valueOf(row.counter()))).isPositive();
        if (row.follows().startsWith("plain TCP")) {
            assertThat(observed.reason().counter()).contains(Counter.valueOf(row.counter()));
            assertThat(observed.isMptcp()).isFalse();
            assertThat(observed.isWhole()).isTrue();
            assertThat(observed.counters().get(Counter.MPTCP_FALLBACKS)).isPositive();
        } else {
            // A connection with one subflow ends with it; with two it goes on.
            assertThat(observed.isMptcp()).isTrue();
            assertThat(observed.isWhole()).isEqualTo(row.stage().startsWith("join"));
        }
    }

    static List<Arguments> rows() throws IOException {
        List<Arguments> rows = new ArrayList<>();
        for (Row row : table()) {
            for (MptcpVersion version : MptcpVersion.values()) {
                rows.add(Arguments.of(row, version));
            }
        }
        return rows;
    }

    @Test
    void theTableHasEachReasonAndEachCaseItsRow() throws IOException {
        Set<FallbackReason> missing = EnumSet.allOf(FallbackReason.class);
        Set<FallbackCase> unused = new HashSet<>(CASES.values());
        for (Row row : table()) {
            missing.remove(FallbackReason.valueOf(row.reason()));
            unused.remove(row.bringAbout());
        }

        assertThat(missing).containsExactly(FallbackReason.DISABLED);
        assertThat(unused).isEmpty();
        assertThat(CASES).hasSameSizeAs(table());
    }

    private static List<Row> table() throws IOException {
        return Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| stage"))
                .map(line -> Arrays.stream(line.substring(2).split("\\s*\\|\\s*"))
                        .map(cell -> cell.replace("`", ""))
                        .toArray(String[]::new))
                .map(cells -> new Row(cells[0], cells[1], cells[2], cells[3], cells[4], cells[5]))
                .toList();
    }

    // ---- middleboxes

    private static Middlebox drop(SegmentFilter filter) {
        return new DropSegments(filter);
    }

    private static Middlebox strip(SegmentFilter filter) {
        return StripOptions.mptcp(filter);
    }

    private static Middlebox alter(SegmentFilter filter, UnaryOperator<byte[]> change) {
        return new AlterMptcp(MptcpSubtype.MP_CAPABLE, filter, change);
    }

    private static Middlebox flagB(SegmentFilter filter) {
        return alter(filter, octets -> {
            octets[1] |= 0x40;
            return octets;
        });
    }

    private static byte[] flip(byte[] octets, int index) {
        octets[index] ^= 1;
        return octets;
    }

    /** The MP_CAPABLE of a SYN of the version that is not this one. */
    private static byte[] synOfOther(MptcpVersion version) {
        return version == MptcpVersion.V1 ? new byte[] {0, 1, 1, 2, 3, 4, 5, 6, 7, 8} : new byte[] {1, 1};
    }

    private static Middlebox[] twice(Supplier<Middlebox> box) {
        return new Middlebox[] {box.get(), box.get()};
    }
}
