package io.mptcp4j.examples.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.mptcp.ConnectionState;
import io.mptcp4j.mptcp.FallbackReason;
import io.mptcp4j.mptcp.Subflow;
import io.mptcp4j.socket.ConnectionInfo;
import io.mptcp4j.socket.SubflowInfo;
import io.mptcp4j.tcp.TcpState;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PathMeterTest {
    private static final long SECOND = 1_000_000_000L;

    private PathMeter meter;

    @BeforeEach
    void nameThePaths() throws UnknownHostException {
        PathNames names = new PathNames()
                .add(InetAddress.getByName("10.0.1.2"), "wifi")
                .add(InetAddress.getByName("fd00::2"), "wifi")
                .add(InetAddress.getByName("10.0.2.2"), "lte");
        meter = new PathMeter(names, PathMeter.Direction.SENT);
    }

    @Test
    void pathCarriesWhatItsSubflowsCarry() {
        meter.sample(connection(subflow("10.0.1.2", 1, 100), subflow("fd00::2", 2, 20), subflow("10.0.2.2", 3, 3)), 0);

        assertThat(meter.octets()).containsExactly(Map.entry("wifi", 120L), Map.entry("lte", 3L));
    }

    @Test
    void subflowThatHasGoneIsRemembered() {
        meter.sample(connection(subflow("10.0.1.2", 1, 100)), 0);
        meter.sample(connection(subflow("10.0.2.2", 2, 50)), SECOND);
        meter.sample(connection(subflow("10.0.1.2", 3, 7), subflow("10.0.2.2", 2, 60)), 2 * SECOND);

        assertThat(meter.octets()).containsExactly(Map.entry("wifi", 107L), Map.entry("lte", 60L));
    }

    @Test
    void rateIsThatOfTheLastSecond() {
        meter.sample(connection(subflow("10.0.1.2", 1, 0)), 0);
        meter.sample(connection(subflow("10.0.1.2", 1, 9_000)), SECOND);
        meter.sample(connection(subflow("10.0.1.2", 1, 10_000)), 2 * SECOND);

        assertThat(meter.rates()).containsExactly(Map.entry("wifi", 1000.0), Map.entry("lte", 0.0));
    }

    @Test
    void summaryNamesSharesAndWhyItIsPlainTcp() {
        meter.sample(connection(subflow("10.0.1.2", 1, 3_000_000), subflow("10.0.2.2", 2, 1_000_000)), 0);

        assertThat(Summary.of(4_000_000, SECOND, meter))
                .isEqualTo("3.8 MiB in 1.00 s, 32.0 Mbit/s, MPTCP: wifi 75 %, lte 25 %");
        assertThat(Summary.kind(new ConnectionInfo(
                        1,
                        true,
                        ConnectionState.ESTABLISHED,
                        null,
                        false,
                        FallbackReason.NO_MP_CAPABLE_IN_SYN_ACK,
                        0,
                        0,
                        0,
                        null,
                        List.of())))
                .isEqualTo("plain TCP (the peer, or something on the way, does not speak MPTCP)");
    }

    @Test
    void progressLineTellsShareOctetsAndRates() {
        assertThat(ProgressLine.format(1 << 20, 4 << 20, Map.of("wifi", 1_250_000.0)))
                .isEqualTo(" 25 % [======>                 ] 1.0 MiB of 4.0 MiB  wifi 10.0 Mbit/s");
        assertThat(ProgressLine.format(5, 5, Map.of()))
                .isEqualTo("100 % [========================] 5 octets of 5 octets");
        assertThat(ProgressLine.format(1 << 20, -1, Map.of())).isEqualTo("1.0 MiB");
    }

    private static ConnectionInfo connection(SubflowInfo... subflows) {
        return new ConnectionInfo(
                1,
                true,
                ConnectionState.ESTABLISHED,
                null,
                true,
                FallbackReason.NONE,
                0,
                0,
                0,
                null,
                List.of(subflows));
    }

    private static SubflowInfo subflow(String local, int port, long sent) {
        return new SubflowInfo(
                0,
                true,
                0,
                0,
                new InetSocketAddress(local, port),
                new InetSocketAddress("10.0.9.1", 80),
                TcpState.ESTABLISHED,
                true,
                false,
                0,
                0,
                0,
                sent,
                0,
                0,
                0,
                Subflow.NO_REASON,
                false,
                null);
    }
}
