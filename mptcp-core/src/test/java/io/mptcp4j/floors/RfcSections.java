package io.mptcp4j.floors;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The titles of RFCs, and of those of their sections that hold rules. */
final class RfcSections {
    /** Sections in the order of the document, appendices behind. */
    static final Comparator<String> ORDER = RfcSections::compare;

    private final Map<Integer, String> titles = new TreeMap<>();
    private final Map<Integer, SortedMap<String, String>> sections = new TreeMap<>();

    static RfcSections read() throws IOException {
        RfcSections read = new RfcSections();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                RfcSections.class.getResourceAsStream("rfc-sections.txt"), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.startsWith("#")) {
                    String[] parts = line.split(" ", 3);
                    read.add(Integer.parseInt(parts[0]), parts[1], parts[2]);
                }
            }
        }
        return read;
    }

    private void add(int rfc, String section, String title) {
        if (section.equals("-")) {
            titles.put(rfc, title);
        } else {
            sections.computeIfAbsent(rfc, key -> new TreeMap<>(ORDER)).put(section, title);
        }
    }

    /** The title of an RFC; empty when it is not known. */
    String titleOf(int rfc) {
        return titles.getOrDefault(rfc, "");
    }

    /** The title of a section; empty when it is not known. */
    String titleOf(int rfc, String section) {
        return of(rfc).getOrDefault(section, "");
    }

    /** The sections of an RFC with their titles. */
    SortedMap<String, String> of(int rfc) {
        return sections.getOrDefault(rfc, new TreeMap<>(ORDER));
    }

    private static int compare(String a, String b) {
        String[] left = a.split("\\.");
        String[] right = b.split("\\.");
        for (int i = 0; i < Math.min(left.length, right.length); i++) {
            int order = key(left[i]) - key(right[i]);
            if (order != 0) {
                return order;
            }
        }
        return left.length - right.length;
    }

    private static int key(String part) {
        if (part.isEmpty()) {
            return -1;
        }
        return Character.isDigit(part.charAt(0)) ? Integer.parseInt(part) : 1_000 + part.charAt(0);
    }
}
