package io.mptcp4j.floors;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** {@code docs/rfc-compliance.md}: a table for each RFC. */
final class RfcCompliancePage {
    private static final int MOST_METHODS = 4;

    private final RfcCompliance compliance;
    private final RfcSections sections;
    private final StringBuilder page = new StringBuilder();

    private RfcCompliancePage(RfcCompliance compliance, RfcSections sections) {
        this.compliance = compliance;
        this.sections = sections;
    }

    static String of(RfcCompliance compliance, RfcSections sections) {
        RfcCompliancePage page = new RfcCompliancePage(compliance, sections);
        page.writeHead();
        for (Map.Entry<Integer, SortedMap<String, RfcCompliance.Section>> rfc :
                compliance.byRfc().entrySet()) {
            page.writeRfc(rfc.getKey(), rfc.getValue());
        }
        return page.page.toString();
    }

    private void writeHead() {
        line("# What is done of the RFCs");
        line("");
        line("Made from the citations in the code, in the tests, and in [limits.md](limits.md); not written by hand.");
        line("`RfcComplianceTest` fails when it is not up to date. To make it again:");
        line("");
        line("    mvn -pl mptcp-core test -Dtest=RfcComplianceTest -Dmptcp4j.docs.write=true");
        line("");
        line(
                "A rule is given in the words of the code, beside the files that keep it. The tests are those that cite the");
        line(
                "same section; `-`: none does, which is not to say that nothing tests the rule. *Not met* gives the reason.");
        line(
                "Below each table are the sections that nothing cites: what is only described there, or what has no place here.");
        line("");
        line("| RFC | | rules in the code | of sections that no test cites | tests that cite it | not met |");
        line("|---|---|---|---|---|---|");
        for (int rfc : compliance.byRfc().keySet()) {
            line("| [" + rfc + "](#rfc-" + rfc + ") | " + sections.titleOf(rfc) + " | " + compliance.rules(rfc) + " | "
                    + compliance.rulesWithoutTest(rfc) + " | " + compliance.tests(rfc) + " | "
                    + compliance.reasons(rfc) + " |");
        }
        line("");
    }

    private void writeRfc(int rfc, SortedMap<String, RfcCompliance.Section> cited) {
        line("## RFC " + rfc);
        line("");
        if (!sections.titleOf(rfc).isEmpty()) {
            line(sections.titleOf(rfc) + ".");
            line("");
        }
        line("| section | rule | where | tests |");
        line("|---|---|---|---|");
        cited.forEach((number, section) -> writeSection(rfc, number, section));
        line("");
        List<String> uncited = compliance.uncited(rfc, sections);
        if (!uncited.isEmpty()) {
            line("Cited nowhere: " + String.join("; ", uncited) + ".");
            line("");
        }
    }

    private void writeSection(int rfc, String number, RfcCompliance.Section section) {
        String title = sections.titleOf(rfc, number);
        String name = number.isEmpty() ? "as a whole" : title.isEmpty() ? number : number + " " + title;
        String tests = section.tests.entrySet().stream()
                .map(test -> link(test.getKey()) + methods(test.getValue()))
                .collect(Collectors.joining("; "));
        List<String[]> rows = new ArrayList<>();
        section.rules.forEach((words, files) -> rows.add(new String[] {
            words.isEmpty() ? "" : words,
            new TreeSet<>(files).stream().map(RfcCompliancePage::link).collect(Collectors.joining(", "))
        }));
        section.reasons.forEach(
                reason -> rows.add(new String[] {"*Not met.* " + reason, "[limits](limits.md#not-done)"}));
        if (rows.isEmpty()) {
            rows.add(new String[] {"", "-"});
        }
        String first = tests.isEmpty() ? "-" : tests;
        for (int i = 0; i < rows.size(); i++) {
            String inTests = i == 0 || tests.isEmpty() ? first : "as above";
            line("| " + (i == 0 ? name : "") + " | " + cell(rows.get(i)[0]) + " | " + rows.get(i)[1] + " | " + inTests
                    + " |");
        }
    }

    private static String methods(Set<String> methods) {
        if (methods.isEmpty()) {
            return "";
        }
        return methods.size() > MOST_METHODS
                ? " (" + methods.size() + " tests)"
                : methods.stream().map(method -> "`" + method + "`").collect(Collectors.joining(", ", ": ", ""));
    }

    private static String link(Path file) {
        String name = file.getFileName().toString().replace(".java", "");
        return "[" + name + "](../" + file.toString().replace('\\', '/') + ")";
    }

    private static String cell(String words) {
        return words.replace("|", "\\|").replace("<", "&lt;");
    }

    private void line(String text) {
        page.append(text).append('\n');
    }
}
