package io.mptcp4j.floors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code docs/rfc-compliance.md} is made from the citations; {@code -Dmptcp4j.docs.write=true} makes it again. */
class RfcComplianceTest {
    private static final Path ROOT = Path.of("..");
    private static final Path PAGE = ROOT.resolve("docs/rfc-compliance.md");

    @Test
    void thePageSaysWhatTheCitationsSay() throws IOException {
        String made = RfcCompliancePage.of(RfcCompliance.read(ROOT), RfcSections.read());
        if (Boolean.getBoolean("mptcp4j.docs.write")) {
            Files.writeString(PAGE, made);
        }

        assertThat(Files.readString(PAGE).equals(made))
                .as(
                        "docs/rfc-compliance.md is up to date; run this test with -Dmptcp4j.docs.write=true to make it again")
                .isTrue();
    }

    @Test
    void theStandardsThatAreImplementedAreCitedInCodeAndTests() throws IOException {
        RfcCompliance compliance = RfcCompliance.read(ROOT);

        for (int rfc : new int[] {8684, 6824, 9293, 8985, 5681, 6298, 7323, 5961, 6675, 6582, 6356}) {
            assertThat(compliance.rules(rfc)).as("rules of RFC " + rfc).isPositive();
            assertThat(compliance.tests(rfc)).as("tests of RFC " + rfc).isPositive();
        }
        assertThat(compliance.rules(8684)).isGreaterThan(100);
        assertThat(compliance.reasons(8684)).isPositive();
    }

    @Test
    void aCitationIsReadWithItsRule() {
        assertThat(Citation.in("RFC 8684 3.3.1: a mapping stays. It does."))
                .containsExactly(new Citation(8684, "3.3.1", "a mapping stays. It does"));
        assertThat(Citation.in("It stays as it is (RFC 8684 3.3.1, 3.7), always."))
                .containsExactly(
                        new Citation(8684, "3.3.1", "It stays as it is, always"),
                        new Citation(8684, "3.7", "It stays as it is, always"));
        assertThat(Citation.in("RFC 8985 6.2 step 2: of these. RFC 9293 appendix A.3: of those."))
                .containsExactly(new Citation(8985, "6.2", "of these"), new Citation(9293, "A.3", "of those"));
        assertThat(Citation.in("RFC 9293 3.6 (RFC 1122 4.2.2.13): closing resets."))
                .containsExactly(
                        new Citation(9293, "3.6", "closing resets"), new Citation(1122, "4.2.2.13", "closing resets"));
        assertThat(Citation.in("A key is drawn (RFC 8684 3.1: hard to guess), and kept."))
                .containsExactly(new Citation(8684, "3.1", "A key is drawn, and kept"));
        assertThat(Citation.in("RFC 9293 3.5, figure 8: both at once."))
                .containsExactly(new Citation(9293, "3.5", "both at once"));
        assertThat(Citation.in("RFC 6298 5.3.")).containsExactly(new Citation(6298, "5.3", ""));
        assertThat(Citation.in("All of it (RFC 7323).")).containsExactly(new Citation(7323, "", "All of it"));
        assertThat(Citation.in("RFC 5681 3.1: 2 segments, 10 at most")).hasSize(1);
    }

    @Test
    void aCommentBelongsToTheMethodThatItStandsInOrAbove() throws IOException {
        List<CitedSource.Comment> comments =
                CitedSource.commentsOf(Path.of("src/test/java/io/mptcp4j/floors/RfcComplianceTest.java"));

        assertThat(comments.get(0).method()).isEmpty();
        // A comment for this test.
        assertThat(comments).anySatisfy(comment -> assertThat(comment)
                .isEqualTo(new CitedSource.Comment(
                        "A comment for this test.", "aCommentBelongsToTheMethodThatItStandsInOrAbove")));
    }
}
