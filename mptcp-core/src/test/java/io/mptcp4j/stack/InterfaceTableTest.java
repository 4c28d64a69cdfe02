package io.mptcp4j.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mptcp4j.metric.StackCounters;
import io.mptcp4j.wire.IpAddress;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.Test;

class InterfaceTableTest {
    private final InterfaceTable interfaces = new InterfaceTable();
    private final HostInterface wifi = add(0, "wifi", false);
    private final HostInterface lte = add(1, "lte", true);

    @Test
    void givesEachAddressAFreeIdUnlessOneIsAsked() {
        interfaces.addAddress(wifi, InterfaceAddress.parse("10.0.1.2/24"));
        interfaces.addAddress(wifi, new InterfaceAddress(Prefix.parse("fd00::2/64"), 2));
        interfaces.addAddress(lte, InterfaceAddress.parse("10.0.2.2/24"));

        assertThat(interfaces.find(IpAddress.parse("10.0.1.2")).id()).isEqualTo(1);
        assertThat(interfaces.find(IpAddress.parse("fd00::2")).id()).isEqualTo(2);
        assertThat(interfaces.find(IpAddress.parse("10.0.2.2")).id()).isEqualTo(3);
        assertThat(interfaces.find(IpAddress.parse("10.0.2.3"))).isNull();
    }

    @Test
    void refusesAnAddressOrAnIdThatItHas() {
        interfaces.addAddress(wifi, InterfaceAddress.parse("10.0.1.2/24"));

        assertThatThrownBy(() -> interfaces.addAddress(lte, InterfaceAddress.parse("10.0.1.2/16")))
                .hasMessageContaining("this address already");
        assertThatThrownBy(() -> interfaces.addAddress(lte, new InterfaceAddress(Prefix.parse("10.0.2.2/24"), 1)))
                .hasMessageContaining("this id already");
    }

    @Test
    void offersTheAddressesOfInterfacesThatAreUp() {
        interfaces.addAddress(wifi, InterfaceAddress.parse("10.0.1.2/24"));
        interfaces.addAddress(lte, InterfaceAddress.parse("10.0.2.2/24"));

        wifi.setUp(false);
        interfaces.onInterfaceChanged();

        assertThat(interfaces.usableCount()).isEqualTo(1);
        assertThat(interfaces.usable(0).deviceName()).isEqualTo("lte");
        assertThat(interfaces.usable(0).backup()).isTrue();
    }

    @Test
    void forgetsAnAddressThatWasRemoved() {
        interfaces.addAddress(wifi, InterfaceAddress.parse("10.0.1.2/24"));

        assertThat(interfaces.removeAddress(IpAddress.parse("10.0.1.2"))).isTrue();
        assertThat(interfaces.removeAddress(IpAddress.parse("10.0.1.2"))).isFalse();

        assertThat(interfaces.find(IpAddress.parse("10.0.1.2"))).isNull();
        assertThat(interfaces.usableCount()).isZero();
    }

    @Test
    void knowsTheBroadcastAddressesOfItsPrefixes() {
        interfaces.addAddress(wifi, InterfaceAddress.parse("10.0.1.2/24"));
        interfaces.addAddress(lte, InterfaceAddress.parse("10.0.2.2/31"));

        assertThat(interfaces.isDirectedBroadcast(bits("10.0.1.255"))).isTrue();
        assertThat(interfaces.isDirectedBroadcast(bits("10.0.1.3"))).isFalse();
        assertThat(interfaces.isDirectedBroadcast(bits("10.0.2.3"))).isFalse();
    }

    private static int bits(String address) {
        return IpAddress.parse(address).ipv4Bits();
    }

    private HostInterface add(int index, String name, boolean backup) {
        MemoryDevice device = new MemoryDevice(name);
        Egress egress = new Egress(device, new StackCounters(), null, UnpooledByteBufAllocator.DEFAULT, 8, 64);
        HostInterface added = new HostInterface(index, device, backup, egress);
        interfaces.add(added);
        return added;
    }
}
