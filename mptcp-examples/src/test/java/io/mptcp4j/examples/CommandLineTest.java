package io.mptcp4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class CommandLineTest {
    private static final String TUN = "--tun=mptcp9=10.77.1.2/24";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource({
        "example.org:5000, example.org, 5000",
        "10.0.0.1:1, 10.0.0.1, 1",
        "[fd00::1]:65535, fd00::1, 65535",
        "[::1]:5000, ::1, 5000",
    })
    void hostsAndPortsAreUnderstood(String text, String host, int port) {
        HostAndPort parsed = HostAndPort.parse(text);

        assertThat(parsed).isEqualTo(new HostAndPort(host, port));
        assertThat(parsed).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "host", "host:", ":5000", "host:0", "host:65536", "host:x", "fd00::1", "fd00::1:80", "[h]:80"
            })
    void whatIsNoHostAndPortIsRefused(String text) {
        assertThatThrownBy(() -> HostAndPort.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not HOST:PORT");
    }

    @Test
    void pathsAreUnderstoodWithAllThatMayFollow() {
        TunPath path = TunPath.parse("mptcp0=10.1.0.2/24,fd00:1::2/64,kernel=10.1.0.1/24,route=10.0.0.0/8,backup");

        assertThat(path.device()).isEqualTo("mptcp0");
        assertThat(path.addresses())
                .extracting(address -> address.prefix().toString())
                .containsExactly("10.1.0.2/24", "fd00:1:0:0:0:0:0:2/64");
        assertThat(path.kernel()).containsExactly("10.1.0.1/24");
        assertThat(path.backup()).isTrue();
        assertThat(path.settings(3).backup()).isTrue();
        assertThat(path.settings(3).routes()).hasSize(1);
        assertThat(TunPath.parse("a=10.1.0.2/24").settings(3).routes()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mptcp0",
                "=10.1.0.2/24",
                "a=",
                "a=10.1.0.2",
                "a=10.1.0.2/33",
                "a=host/24",
                "a=kernel=10.1.0.1/24",
                "a=backup"
            })
    void whatIsNoPathIsRefused(String text) {
        assertThatThrownBy(() -> TunPath.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "17, 17", "512K, 524288", "24M, 25165824", "1g, 1073741824", "2MiB, 2097152"})
    void sizesAreUnderstood(String text, long octets) {
        assertThat(new Size().convert(text)).isEqualTo(octets);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "M", "1T", "1.5M", "9999999999"})
    void whatIsNoSizeIsRefused(String text) {
        assertThatThrownBy(() -> new Size().convert(text)).isInstanceOf(TypeConversionException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "fly",
                "send",
                "send file",
                "send file host:5000",
                "send file host " + TUN,
                "send file host:5000 --tun=mptcp9",
                "send file host:5000 --colour " + TUN,
                "receive",
                "receive 5000 " + TUN,
                "receive 70000 --out . " + TUN,
                "receive x --out . " + TUN,
                "send file host:5000 --timeout 0 " + TUN,
                "send file host:5000 --timeout 2147484 " + TUN,
                "send file host:5000 --connect-timeout -1 " + TUN,
                "send file host:5000 --connect-timeout 3000000 " + TUN,
                "receive 5000 --out . --timeout -5 " + TUN,
                "receive 5000 --out . --count 0 " + TUN,
                "receive 5000 --out . --count 2 --forever " + TUN,
                "receive 5000 --out . --scheduler nonsense " + TUN,
                "receive 5000 --out . --path-manager nonsense " + TUN,
                "receive 5000 --out . --endpoint 10.77.1.2,nonsense " + TUN,
                "receive 5000 --out . --endpoint-limits 2 " + TUN,
                "receive 5000 --out . --congestion nonsense " + TUN,
                "demo --size much",
                "balancer --connections 0",
                "balancer --connections 1001",
                "balancer --size 0",
            })
    void usageErrorsAreAMessageAndExitCode2(String line) {
        assertThat(run(line)).isEqualTo(2);
        assertThat(err.toString())
                .contains("--help")
                .doesNotContain("Exception")
                .doesNotContain("\tat ");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void missingFileIsAMessageAndExitCode1() {
        assertThat(run("send /no/such/file 10.0.0.1:5000 " + TUN)).isEqualTo(1);
        assertThat(err.toString()).isEqualToIgnoringNewLines("/no/such/file: no such file or directory");
    }

    @Test
    void directoryIsNotSent(@TempDir Path folder) {
        assertThat(run("send " + folder + " 10.0.0.1:5000 " + TUN)).isEqualTo(1);
        assertThat(err.toString()).contains("is a directory");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "send --help", "receive --help", "demo --help", "balancer --help"})
    void helpSaysWhatExitCodesMean(String line) {
        assertThat(run(line)).isZero();
        assertThat(out.toString()).contains("Exit codes:").contains("2   the command line makes no sense");
    }

    private int run(String line) {
        return Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(line.isEmpty() ? new String[0] : line.split(" "));
    }
}
