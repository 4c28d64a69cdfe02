package io.mptcp4j.floors;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the sources, and the page of limits, say of each section of each RFC. */
final class RfcCompliance {
    private static final List<String> MODULES = List.of("mptcp-core", "mptcp-tun", "mptcp-examples");

    /** The classes that read citations have some that are none. */
    private static final String READERS = "/floors/";

    /** What is said of one section. */
    static final class Section {
        /** By rule, where it stands in the code. */
        final Map<String, Set<Path>> rules = new LinkedHashMap<>();

        /** By test class, the methods that cite the section. */
        final SortedMap<Path, Set<String>> tests = new TreeMap<>();

        /** Why a rule of it is not met. */
        final Set<String> reasons = new LinkedHashSet<>();
    }

    private final Path root;
    private final SortedMap<Integer, SortedMap<String, Section>> byRfc = new TreeMap<>();

    private RfcCompliance(Path root) {
        this.root = root;
    }

    /** Reads all sources below the root of the project, and its page of limits. */
    static RfcCompliance read(Path root) throws IOException {
        RfcCompliance read = new RfcCompliance(root);
        for (String module : MODULES) {
            for (Path file : sourcesIn(root.resolve(module).resolve("src/main/java"))) {
                read.addRules(file);
            }
            for (Path file : sourcesIn(root.resolve(module).resolve("src/test/java"))) {
                read.addTests(file);
            }
        }
        read.addReasons(Files.readString(root.resolve("docs/limits.md")));
        return read;
    }

    private static List<Path> sourcesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.toString().replace('\\', '/').contains(READERS))
                    .sorted()
                    .toList();
        }
    }

    private void addRules(Path file) throws IOException {
        for (CitedSource.Comment comment : CitedSource.commentsOf(file)) {
            for (Citation citation : Citation.in(comment.text())) {
                section(citation)
                        .rules
                        .computeIfAbsent(citation.words(), words -> new LinkedHashSet<>())
                        .add(root.relativize(file));
            }
        }
    }

    private void addTests(Path file) throws IOException {
        for (CitedSource.Comment comment : CitedSource.commentsOf(file)) {
            for (Citation citation : Citation.in(comment.text())) {
                Set<String> methods =
                        section(citation).tests.computeIfAbsent(root.relativize(file), path -> new LinkedHashSet<>());
                if (!comment.method().isEmpty()) {
                    methods.add(comment.method());
                }
            }
        }
    }

    private void addReasons(String limits) {
        String notDone = limits.substring(limits.indexOf("## Not done"));
        for (String item : notDone.split("\n- ")) {
            String text = item.replaceAll("\\s+", " ")
                    .replaceAll("]\\(adr/", "](adr/")
                    .strip();
            for (Citation citation : Citation.in(text)) {
                section(citation).reasons.add(text);
            }
        }
    }

    private Section section(Citation citation) {
        return byRfc.computeIfAbsent(citation.rfc(), rfc -> new TreeMap<>(RfcSections.ORDER))
                .computeIfAbsent(citation.section(), section -> new Section());
    }

    /** Everything, by RFC and section; the section is empty where none is named. */
    SortedMap<Integer, SortedMap<String, Section>> byRfc() {
        return byRfc;
    }

    /** The sections of which neither they nor one below them is cited, with their titles. */
    List<String> uncited(int rfc, RfcSections known) {
        Set<String> cited =
                byRfc.getOrDefault(rfc, new TreeMap<>(RfcSections.ORDER)).keySet();
        List<String> uncited = new ArrayList<>();
        for (Map.Entry<String, String> section : known.of(rfc).entrySet()) {
            String number = section.getKey();
            boolean isCited = cited.stream().anyMatch(one -> one.equals(number) || one.startsWith(number + "."));
            if (!isCited) {
                uncited.add(number + " " + section.getValue());
            }
        }
        return uncited;
    }

    /** How many rules of an RFC stand in the code. */
    long rules(int rfc) {
        return sections(rfc).mapToLong(section -> section.rules.size()).sum();
    }

    /** How many of them are of sections that no test cites. */
    long rulesWithoutTest(int rfc) {
        return sections(rfc)
                .filter(section -> section.tests.isEmpty())
                .mapToLong(section -> section.rules.size())
                .sum();
    }

    /** How many tests cite an RFC. */
    long tests(int rfc) {
        return sections(rfc)
                .flatMap(section -> section.tests.entrySet().stream())
                .flatMap(entry -> Stream.concat(
                        entry.getValue().stream().map(method -> entry.getKey() + method),
                        entry.getValue().isEmpty() ? Stream.of(entry.getKey().toString()) : Stream.empty()))
                .collect(Collectors.toSet())
                .size();
    }

    /** How many reasons there are for what is not met. */
    long reasons(int rfc) {
        return sections(rfc)
                .flatMap(section -> section.reasons.stream())
                .distinct()
                .count();
    }

    private Stream<Section> sections(int rfc) {
        return byRfc.getOrDefault(rfc, new TreeMap<>(RfcSections.ORDER)).values().stream();
    }
}
