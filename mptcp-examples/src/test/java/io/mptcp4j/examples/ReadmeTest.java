package io.mptcp4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** README.md says what is so. */
class ReadmeTest {
    @Test
    void theExampleIsTheOneThatIsCompiled() throws IOException {
        // given
        String source = Files.readString(Path.of("src/main/java/io/mptcp4j/examples/Embedding.java"));
        String compiled =
                source.substring(source.indexOf("// readme: begin\n") + 17, source.indexOf("    // readme: end"));

        // then
        assertThat(readme()).contains("```java\n" + compiled.stripTrailing().stripIndent() + "\n```");
    }

    @Test
    void eachCommandThatItNamesExists() throws IOException {
        // given
        CommandLine program = Main.commandLine();

        // then
        assertThat(program.getSubcommands().keySet()).contains("send", "receive", "demo", "bench");
        assertThat(program.getSubcommands().keySet())
                .filteredOn(name -> !name.equals("help"))
                .allSatisfy(
                        name -> assertThat(readme().toLowerCase(Locale.ROOT)).contains("| `" + name));
    }

    @Test
    void whatToPasteIsOneLineEach() throws IOException {
        assertThat(readme()).containsPattern("## Run it\n[^#]*?\n```\n[^\n]+\n```\n");
        assertThat(readme()).containsPattern("## Test it\n\n```\n[^\n]+\n```\n");
    }

    private static String readme() throws IOException {
        return Files.readString(Path.of("../README.md"));
    }
}
