package io.mptcp4j.floors;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The comments of a Java file, each with the method that it stands in or above. */
final class CitedSource {
    private static final Pattern METHOD =
            Pattern.compile("^ {4}(?:[a-z]+ )*(?:<[^>]+> )?[\\w.<>\\[\\], ?]+ (\\w+)\\(.*[{(,]$");
    private static final Pattern TRAILING = Pattern.compile("\\S.*[;{}] // (.*)$");

    /**
     * A comment, as one line.
     *
     * @param method the method; empty when it is about the class
     */
    record Comment(String text, String method) {}

    private final List<Comment> comments = new ArrayList<>();
    private final StringBuilder open = new StringBuilder();
    private int indentation;
    private String method = "";

    private CitedSource() {}

    static List<Comment> commentsOf(Path file) throws IOException {
        CitedSource source = new CitedSource();
        boolean block = false;
        for (String line : Files.readAllLines(file)) {
            String text = line.strip();
            boolean starts = text.startsWith("/*");
            if (block || starts || text.startsWith("//")) {
                if (starts || source.open.isEmpty()) {
                    source.indentation = line.length() - line.stripLeading().length();
                }
                source.append(text);
                block = (block || starts) && !text.endsWith("*/");
            } else {
                source.onCode(line);
            }
        }
        source.close("");
        return source.comments;
    }

    private void append(String text) {
        String words = text.replaceAll("^(/\\*+|\\*/|\\*|//)\\s*", "").replaceAll("\\s*\\*/$", "");
        open.append(open.isEmpty() ? "" : " ").append(words);
    }

    private void onCode(String line) {
        Matcher declared = METHOD.matcher(line);
        boolean isMethod = declared.find() && !line.contains("=");
        if (isMethod) {
            method = declared.group(1);
        }
        boolean isAnnotation = line.startsWith("    @");
        // What stands above a method belongs to it.
        if (isMethod || !isAnnotation) {
            close(indentation == 0 ? "" : method);
        }
        Matcher trailing = TRAILING.matcher(line);
        if (trailing.find()) {
            comments.add(new Comment(plain(trailing.group(1)), method));
        }
    }

    private void close(String owner) {
        if (!open.isEmpty()) {
            comments.add(new Comment(plain(open.toString()), owner));
            open.setLength(0);
        }
    }

    private static String plain(String text) {
        return text.replaceAll("\\{@(?:code|link|value) #?([^}]*)}", "`$1`")
                .replaceAll("</?\\w+>", " ")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replaceAll(" @(?:param|return|throws) ", ". ")
                .replaceAll("\\s+", " ")
                .strip();
    }
}
