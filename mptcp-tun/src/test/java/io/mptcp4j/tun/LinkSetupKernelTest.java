package io.mptcp4j.tun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mptcp4j.tun.testing.KernelTest;
import io.mptcp4j.tun.testing.NetworkNamespace;
import io.mptcp4j.wire.IpAddress;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@KernelTest
@Timeout(120)
class LinkSetupKernelTest {
    private NetworkNamespace namespace;
    private TunDevice device;

    @BeforeEach
    void openDevice() throws Exception {
        namespace = NetworkNamespace.create();
        device = namespace.call(() -> TunDevice.open("mt0"));
    }

    @AfterEach
    void closeAll() {
        device.close();
        namespace.close();
    }

    @Test
    void addressesOfBothFamiliesAreTheKernels() throws Exception {
        inNamespace(() -> device.link()
                .address("10.1.0.1/24")
                .address("10.1.7.1/16")
                .address("fd00:1::1/64")
                .up());

        String addresses = namespace.ip("address", "show", "dev", "mt0");
        assertThat(addresses).contains("inet 10.1.0.1/24", "inet 10.1.7.1/16", "inet6 fd00:1::1/64");
        assertThat(addresses).doesNotContain("tentative");
        assertThat(namespace.ip("route")).contains("10.1.0.0/24 dev mt0");
    }

    @Test
    void addressThatIsThereStays() throws Exception {
        inNamespace(() -> device.link().address("10.1.0.1/24").address("10.1.0.1/24"));

        assertThat(namespace.ip("address", "show", "dev", "mt0")).containsOnlyOnce("10.1.0.1");
    }

    @Test
    void removedAddressIsGone() throws Exception {
        inNamespace(() -> device.link()
                .address("10.1.0.1/24")
                .address("fd00:1::1/64")
                .removeAddress(IpAddress.parse("10.1.0.1"), 24)
                .removeAddress(IpAddress.parse("fd00:1::1"), 64));

        assertThat(namespace.ip("address", "show", "dev", "mt0")).doesNotContain("10.1.0.1", "fd00:1::1");
    }

    @Test
    void mtuIsSetAndTheDeviceKnowsIt() throws Exception {
        inNamespace(() -> device.link().mtu(1380));

        assertThat(device.mtu()).isEqualTo(1380);
        assertThat(namespace.ip("link", "show", "mt0")).contains("mtu 1380");
    }

    @Test
    void interfaceGoesUpAndDown() throws Exception {
        LinkSetup link = inNamespace(() -> device.link().up());
        boolean isUpBefore = inNamespace(link::isUp);

        inNamespace(link::down);

        boolean isUpAfter = inNamespace(link::isUp);
        assertThat(isUpBefore).isTrue();
        assertThat(isUpAfter).isFalse();
    }

    @Test
    void queueIsLongWhereNoSuperSegmentsArrive() throws Exception {
        try (TunDevice plain =
                namespace.call(() -> TunDevice.open("mt1", TunOptions.DEFAULT.withOffload(TunOffload.NONE)))) {
            assertThat(queueLength(plain)).isEqualTo(TunOptions.LONG_QUEUE);
            assertThat(queueLength(device)).isEqualTo(500);
        }
    }

    @Test
    void queueIsAsLongAsItIsWished() throws Exception {
        try (TunDevice wide = namespace.call(() -> TunDevice.open("mt1", TunOptions.DEFAULT.withTxQueueLength(7000)))) {
            assertThat(queueLength(wide)).isEqualTo(7000);
        }
    }

    @Test
    void ipv6AddressWhereIpv6IsDisabledSaysHowToEnableIt() {
        namespace.sysctl("net.ipv6.conf.mt0.disable_ipv6", "1");

        assertThatThrownBy(() -> inNamespace(() -> device.link().address("fd00:1::1/64")))
                .isInstanceOf(TunException.class)
                .hasMessageContaining("mt0: IPv6 is disabled")
                .hasMessageContaining("`sysctl -w net.ipv6.conf.mt0.disable_ipv6=0`");
    }

    @Test
    void unknownInterfaceIsNamed() {
        assertThatThrownBy(() -> inNamespace(() -> LinkSetup.of("nosuch0").up()))
                .isInstanceOf(TunException.class)
                .hasMessageContaining("nosuch0: no such interface");
        assertThatThrownBy(() -> inNamespace(() -> LinkSetup.of("nosuch0").mtu()))
                .isInstanceOf(TunException.class);
    }

    @Test
    void impossibleMtuIsRefused() {
        assertThatThrownBy(() -> inNamespace(() -> device.link().mtu(20)))
                .isInstanceOf(TunException.class)
                .hasMessageContaining("refuses to set the MTU 20");
        assertThat(device.mtu()).isEqualTo(1500);
    }

    private int queueLength(TunDevice of) throws Exception {
        return namespace.call(() -> of.link().txQueueLength());
    }

    private <T> T inNamespace(Callable<T> task) throws Exception {
        return namespace.call(task);
    }
}
