package io.mptcp4j.mptcp.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mptcp4j.mptcp.path.Endpoint.Flag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.1.2 id 3 signal",
                "10.0.1.2 port 8443 id 255 signal backup",
                "fd00:0:0:0:0:0:0:2 id 1 subflow backup fullmesh",
                "10.0.1.2 id 7 laminar"
            })
    void whatIsPrintedIsRead(String text) {
        assertThat(Endpoint.parse(text)).hasToString(text);
        assertThat(Endpoint.parse(text.replace(' ', ','))).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10.0.1",
                "10.0.1.2 id",
                "10.0.1.2 id x",
                "10.0.1.2 id 256",
                "10.0.1.2 port 65536 signal",
                "10.0.1.2 port 80 subflow",
                "10.0.1.2 signal fullmesh",
                "10.0.1.2 quick",
                "0.0.0.0 signal",
                "224.0.0.1 signal",
                "127.0.0.1 signal"
            })
    void nonsenseIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Endpoint.parse(text));
    }

    @Test
    void idsAreChosenAndUnique() {
        Endpoints endpoints = Endpoints.NONE
                .with(Endpoint.of("10.0.1.2", Flag.SIGNAL))
                .with(Endpoint.parse("10.0.2.2 id 3 subflow"))
                .with(Endpoint.of("10.0.3.2"))
                .with(Endpoint.parse("10.0.2.2 port 80 signal"));

        assertThat(endpoints.list()).extracting(Endpoint::id).containsExactly(1, 3, 2, 4);
        assertThatIllegalArgumentException().isThrownBy(() -> endpoints.with(Endpoint.parse("10.0.4.2 id 3")));
        assertThatIllegalArgumentException().isThrownBy(() -> endpoints.with(Endpoint.parse("10.0.2.2 id 9")));
        assertThatIllegalArgumentException().isThrownBy(() -> endpoints.without(9));
        assertThatIllegalArgumentException().isThrownBy(() -> endpoints.changed(9, Flag.BACKUP, true));
        assertThatIllegalArgumentException().isThrownBy(() -> endpoints.changed(3, Flag.SIGNAL, true));
    }

    @Test
    void thereAreNoMoreEndpointsThanIds() {
        Endpoints endpoints = Endpoints.NONE;
        for (int i = 0; i < Endpoint.MAXIMUM_ID; i++) {
            endpoints = endpoints.with(Endpoint.of("10.1." + i + ".2", Flag.SUBFLOW));
        }
        Endpoints full = endpoints;

        assertThatIllegalArgumentException().isThrownBy(() -> full.with(Endpoint.of("10.2.0.2")));
        assertThat(full.without(7).with(Endpoint.of("10.2.0.2")).list().get(254).id())
                .isEqualTo(7);
    }

    @Test
    void limitsHaveLimits() {
        assertThat(Endpoints.NONE.subflows()).isEqualTo(2);
        assertThat(Endpoints.NONE.addAddrAccepted()).isZero();
        assertThatIllegalArgumentException().isThrownBy(() -> Endpoints.NONE.withLimits(32, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> Endpoints.NONE.withLimits(-1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> Endpoints.NONE.withLimits(2, 9));
    }
}
