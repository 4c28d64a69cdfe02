package io.mptcp4j.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mptcp4j.wire.IpAddress;
import org.junit.jupiter.api.Test;

class PrefixTest {
    @Test
    void containsTheAddressesThatAgreeInItsBits() {
        Prefix prefix = Prefix.parse("10.1.2.3/20");

        assertThat(prefix.contains(IpAddress.parse("10.1.15.255"))).isTrue();
        assertThat(prefix.contains(IpAddress.parse("10.1.16.0"))).isFalse();
        assertThat(prefix.contains(IpAddress.parse("fd00::1"))).isFalse();
    }

    @Test
    void comparesBothHalvesOfIpv6() {
        Prefix prefix = Prefix.parse("fd00::1:0:0:0/80");

        assertThat(prefix.contains(IpAddress.parse("fd00::1:0:0:9"))).isTrue();
        assertThat(prefix.contains(IpAddress.parse("fd00::2:0:0:9"))).isFalse();
        assertThat(Prefix.ALL_IPV6.contains(IpAddress.parse("2001:db8::1"))).isTrue();
        assertThat(Prefix.ALL_IPV6.contains(IpAddress.parse("10.0.0.1"))).isFalse();
    }

    @Test
    void refusesWhatIsNoPrefix() {
        assertThatThrownBy(() -> Prefix.parse("10.0.0.0/33")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Prefix.parse("10.0.0.0/x")).hasMessageContaining("write 10.0.0.0/8");
        assertThatThrownBy(() -> Prefix.parse("host/8")).isInstanceOf(IllegalArgumentException.class);
    }
}
