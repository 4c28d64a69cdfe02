package io.mptcp4j.floors;

/** Java source without what is not code: comments, strings and characters become blanks, lines stay where they are. */
final class SourceText {
    private final String source;
    private final StringBuilder code = new StringBuilder();
    private int at;

    private SourceText(String source) {
        this.source = source;
    }

    static String codeOf(String source) {
        return new SourceText(source).strip();
    }

    private String strip() {
        while (at < source.length()) {
            if (source.startsWith("//", at)) {
                blankUntil("\n", 2, false);
            } else if (source.startsWith("/*", at)) {
                blankUntil("*/", 2, true);
            } else if (source.startsWith("\"\"\"", at)) {
                blankUntil("\"\"\"", 3, true);
            } else if (source.charAt(at) == '"') {
                blankUntil("\"", 1, true);
            } else if (source.charAt(at) == '\'') {
                blankUntil("'", 1, true);
            } else {
                code.append(source.charAt(at++));
            }
        }
        return code.toString();
    }

    /** Blanks what opens here up to what closes it; an escaped character closes nothing. */
    private void blankUntil(String closing, int openingLength, boolean closingToo) {
        boolean escapes = closing.startsWith("\"") || closing.equals("'");
        int end = at + openingLength;
        while (end < source.length() && !source.startsWith(closing, end)) {
            end += escapes && source.charAt(end) == '\\' ? 2 : 1;
        }
        end = Math.min(source.length(), closingToo ? end + closing.length() : end);
        for (; at < end; at++) {
            code.append(source.charAt(at) == '\n' ? '\n' : ' ');
        }
    }
}
