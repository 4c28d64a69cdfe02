package io.mptcp4j.floors;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in a text that cites an RFC.
 *
 * @param rfc the number of the RFC
 * @param section the section, or an appendix; empty when none is named
 * @param words the rule in the words of the text; empty when there are none but the citation
 */
record Citation(int rfc, String section, String words) {
    private static final String SECTION = "(?:\\d+(?:\\.\\d+)*|[A-E](?:\\.\\d+)*(?![a-z]))";
    private static final Pattern CITED = Pattern.compile(
            "RFC (\\d{3,4})(?: (?:section |appendix )?(" + SECTION
                    + ")((?:(?:,| and) (?:\\d+(?:\\.\\d+)+|[A-E]\\.\\d+))*))?(?:(?=((?: \\([^)]*\\)|,? (?!RFC)[^.:;()]{1,40})?: ))|)");
    private static final Pattern NUMBER = Pattern.compile(SECTION);
    private static final int MOST_WORDS = 260;

    /** All citations of a comment, or of a paragraph. */
    static List<Citation> in(String text) {
        List<Citation> found = new ArrayList<>();
        Matcher cited = CITED.matcher(text);
        while (cited.find()) {
            int rfc = Integer.parseInt(cited.group(1));
            boolean isRule = cited.group(4) != null && !isInParentheses(text, cited.start());
            String words = !isRule ? sentenceAround(text, cited.start()) : ruleFrom(text, cited.end(4));
            if (cited.group(2) == null) {
                found.add(new Citation(rfc, "", words));
                continue;
            }
            found.add(new Citation(rfc, cited.group(2), words));
            Matcher further = NUMBER.matcher(cited.group(3));
            while (further.find()) {
                found.add(new Citation(rfc, further.group(), words));
            }
        }
        return found;
    }

    private static boolean isInParentheses(String text, int at) {
        return text.lastIndexOf('(', at) > text.lastIndexOf(')', at);
    }

    /** What follows the colon, up to the next such rule. */
    private static String ruleFrom(String text, int from) {
        Matcher next = Pattern.compile("[.;] RFC \\d{3,4}[^:]{0,30}:").matcher(text);
        int to = next.find(from) ? next.start() : text.length();
        return shortened(text.substring(from, to).strip());
    }

    private static String sentenceAround(String text, int at) {
        int from = at;
        while (from > 0 && !isEnd(text, from - 1)) {
            from--;
        }
        int to = at;
        while (to < text.length() && !isEnd(text, to)) {
            to++;
        }
        String sentence = text.substring(from, to).strip();
        String words = sentence.replaceAll("\\s*\\((?:see )?RFC \\d[^)]*(?:\\)|$)", "")
                .replaceFirst("^RFC \\d{3,4} [^:(]{1,60}: ", "");
        return words.matches("(?:RFC [\\d., A-Z]+(?:and|step|steps|,|;)?\\s*)+") ? "" : shortened(words);
    }

    private static boolean isEnd(String text, int at) {
        char c = text.charAt(at);
        return (c == '.' || c == ';') && (at + 1 == text.length() || text.charAt(at + 1) == ' ');
    }

    private static String shortened(String all) {
        // A sentence may begin within parentheses.
        String words = all.endsWith(")") && !all.contains("(") ? all.substring(0, all.length() - 1) : all;
        if (words.length() <= MOST_WORDS) {
            return words.endsWith(".") ? words.substring(0, words.length() - 1) : words;
        }
        int end = words.lastIndexOf(". ", MOST_WORDS);
        return end > 0 ? words.substring(0, end) : words.substring(0, words.lastIndexOf(' ', MOST_WORDS)) + " ...";
    }
}
