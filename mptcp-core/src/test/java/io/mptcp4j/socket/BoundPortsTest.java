package io.mptcp4j.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mptcp4j.wire.IpAddress;
import java.net.BindException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BoundPortsTest {
    private static final IpAddress ONE = IpAddress.parse("10.0.0.1");
    private static final IpAddress OTHER = IpAddress.parse("10.0.0.2");

    private final BoundPorts ports = new BoundPorts(40_000, 40_009, new SecureEntropy());

    @Test
    void aPortOfOneAddressIsTakenOnce() throws Exception {
        ports.take(ONE, 80);

        assertThatThrownBy(() -> ports.take(ONE, 80))
                .isInstanceOf(BindException.class)
                .hasMessage("Address already in use");
        assertThat(ports.take(OTHER, 80).port()).isEqualTo(80);
    }

    @Test
    void aPortOfAnyAddressCollidesWithThatOfEach() throws Exception {
        ports.take(null, 80);

        assertThatThrownBy(() -> ports.take(ONE, 80)).isInstanceOf(BindException.class);
    }

    @Test
    void aReleasedPortIsFree() throws Exception {
        BoundPort port = ports.take(ONE, 80);

        port.release();
        port.release();

        assertThat(ports.take(null, 80).port()).isEqualTo(80);
    }

    @Test
    void choosesPortsOfItsRangeUntilAllAreTaken() throws Exception {
        Set<Integer> chosen = new HashSet<>();
        for (int i = 0; i < 10; i++) {
            chosen.add(ports.take(null, 0).port());
        }

        assertThat(chosen).hasSize(10).allMatch(port -> port >= 40_000 && port <= 40_009);
        assertThatThrownBy(() -> ports.take(null, 0)).isInstanceOf(BindException.class);
    }
}
