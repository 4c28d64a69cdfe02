package io.mptcp4j.floors;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.mptcp.MptcpInfo;
import io.mptcp4j.socket.ConnectionInfo;
import io.mptcp4j.socket.SubflowInfo;
import io.mptcp4j.tcp.TcpInfo;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/information.md} names each component of the records, and what it names is one. */
class InformationPageTest {
    private static final Path PAGE = Path.of("../docs/information.md");
    private static final Pattern NAME = Pattern.compile("`([a-z][A-Za-z]*)`");

    /** Which records a section of the page speaks of. */
    private static final Map<String, List<Class<?>>> SECTIONS = Map.of(
            "## `MPTCP_INFO`",
            List.of(ConnectionInfo.class, MptcpInfo.class),
            "## `MPTCP_SUBFLOW_ADDRS`",
            List.of(SubflowInfo.class, ConnectionInfo.class),
            "## `MPTCP_TCPINFO`",
            List.of(TcpInfo.class, ConnectionInfo.class, MptcpInfo.class));

    @Test
    void whatThePageNamesIsThere() throws IOException {
        List<String> unknown = new ArrayList<>();
        for (Map.Entry<String, List<Class<?>>> section : SECTIONS.entrySet()) {
            Set<String> known = components(section.getValue());
            for (String line : text(section.getKey()).split("\n")) {
                String[] cells = line.split("\\|");
                Matcher matcher = NAME.matcher(cells.length > 2 ? cells[2] : "");
                while (matcher.find()) {
                    if (!known.contains(matcher.group(1))) {
                        unknown.add(section.getKey() + ": " + matcher.group(1));
                    }
                }
            }
        }

        assertThat(unknown).isEmpty();
    }

    @Test
    void whatIsThereIsNamed() throws IOException {
        assertNamed("## `MPTCP_INFO`", MptcpInfo.class, Set.of());
        assertNamed("## `MPTCP_INFO`", ConnectionInfo.class, Set.of());
        assertNamed("## `MPTCP_TCPINFO`", TcpInfo.class, Set.of());
        // The most asked for of a subflow's TCP stand beside it, too.
        assertNamed("## `MPTCP_SUBFLOW_ADDRS`", SubflowInfo.class, components(List.of(TcpInfo.class)));
    }

    private static void assertNamed(String section, Class<?> type, Set<String> elsewhere) throws IOException {
        String text = text(section);
        Set<String> missing = new TreeSet<>();
        for (String name : components(List.of(type))) {
            if (!elsewhere.contains(name) && !text.contains("`" + name + "`")) {
                missing.add(name);
            }
        }

        assertThat(missing).as(type.getSimpleName()).isEmpty();
    }

    private static Set<String> components(List<Class<?>> types) {
        Set<String> names = new TreeSet<>();
        for (Class<?> type : types) {
            Stream.of(type.getRecordComponents()).map(RecordComponent::getName).forEach(names::add);
        }
        return names;
    }

    private static String text(String heading) throws IOException {
        String page = Files.readString(PAGE);
        int begin = page.indexOf(heading);
        assertThat(begin).as(heading).isPositive();
        int end = page.indexOf("\n## ", begin);
        return page.substring(begin, end < 0 ? page.length() : end);
    }
}
