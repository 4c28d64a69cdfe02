package io.mptcp4j.floors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/limits.md} names bounds by source file and constant; they must be there, with the value it gives. */
class LimitsTest {
    private static final Path PAGE = Path.of("../docs/limits.md");
    private static final Path ROOT = Path.of("src/main/java/io/mptcp4j");
    private static final Pattern NAMED = Pattern.compile("`([a-z/]+/[A-Z]\\w+)\\.(\\w+)(?: = ([^`]+))?`");

    @Test
    void eachLimitThatIsWrittenDownIsTheCodes() throws IOException {
        // given
        Matcher named = NAMED.matcher(Files.readString(PAGE));
        List<String> wrong = new ArrayList<>();
        int count = 0;

        // when
        while (named.find()) {
            count++;
            if (!isInCode(named.group(1), named.group(2), named.group(3))) {
                wrong.add(named.group());
            }
        }

        // then
        assertThat(wrong).isEmpty();
        assertThat(count).isGreaterThan(20);
    }

    private static boolean isInCode(String file, String name, String value) throws IOException {
        Path source = ROOT.resolve(file + ".java");
        if (!Files.exists(source)) {
            return false;
        }
        String wanted = "\\b" + name + "\\b" + (value == null ? "" : "\\s*=\\s*" + Pattern.quote(value) + ";");
        return Pattern.compile(wanted)
                .matcher(SourceText.codeOf(Files.readString(source)))
                .find();
    }
}
