package io.mptcp4j.tun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mptcp4j.tun.testing.KernelTest;
import io.mptcp4j.tun.testing.NetworkNamespace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TunErrorsTest {
    @Test
    void missingPermissionNamesThreeWaysOut() {
        TunException failure = TunAdvice.cannotOpen("/dev/net/tun", Errno.EPERM);

        assertThat(failure)
                .hasMessage(
                        "/dev/net/tun: permission denied: run as root, grant CAP_NET_ADMIN, or create the device for "
                                + "your user with `ip tuntap add mode tun user $USER`");
        assertThat(failure.errno()).isEqualTo(Errno.EPERM);
        assertThat(TunAdvice.cannotAttach("/dev/net/tun", "mt0", Errno.EPERM)).hasMessage(failure.getMessage());
    }

    @Test
    void aFileThatTheUserMayNotOpenIsToldFromADeviceThatHeMayNotUse() {
        assertThat(TunAdvice.cannotOpen("/dev/net/tun", Errno.EACCES))
                .hasMessageStartingWith(
                        "/dev/net/tun: permission denied to open the file: run as root, or let all users")
                .hasMessageContaining("`chmod 666 /dev/net/tun`");
    }

    @Test
    void changeWithoutPermissionSaysWhoMay() {
        assertThat(TunAdvice.cannotChange("mt0", "turn it on", Errno.EPERM))
                .hasMessageStartingWith("mt0: permission denied to turn it on: run as root, grant CAP_NET_ADMIN");
    }

    @Test
    void anotherSystemIsTold() {
        assertThat(TunAdvice.notLinux()).hasMessageContaining("need Linux").hasMessageContaining("virtual link");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void missingDeviceNodeSaysWhereItComesFrom() {
        assertThatThrownBy(() -> TunDevice.open("/dev/net/nosuch", "mt0", TunOptions.DEFAULT))
                .isInstanceOf(TunException.class)
                .hasMessageContaining("/dev/net/nosuch: not there")
                .hasMessageContaining("`modprobe tun`");
    }

    @ParameterizedTest
    @EnabledOnOs(OS.LINUX)
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "\"\", it is empty",
                "abcdefghijklmnop, it is longer than 15 characters",
                "a/b, \"it holds '/', ':' or a blank\"",
                "a b, \"it holds '/', ':' or a blank\"",
                "mt%s, it holds '%' other than one %d",
                "mt%d%d, it holds '%' other than one %d",
                "mté, it is not ASCII"
            })
    void impossibleNameSaysWhy(String name, String why) {
        assertThatThrownBy(() -> TunDevice.open(name))
                .isInstanceOf(TunException.class)
                .message()
                .startsWith("'" + name + "' cannot name a network interface: ")
                .contains(why, "mptcp%d");
    }

    @Test
    @KernelTest
    void busyDeviceSaysHowToFindItsUser() throws Exception {
        try (NetworkNamespace namespace = NetworkNamespace.create();
                TunDevice held = namespace.openTun("mt0", TunOptions.DEFAULT)) {
            assertThatThrownBy(() -> namespace.openTun("mt0", TunOptions.DEFAULT))
                    .isInstanceOf(TunException.class)
                    .hasMessageContaining("mt0: device busy")
                    .hasMessageContaining("fuser")
                    .hasFieldOrPropertyWithValue("errno", Errno.EBUSY);
            assertThat(held.offload()).isEqualTo(TunOffload.SEGMENTATION);
        }
    }

    @Test
    @KernelTest
    void nameOfAnotherKindOfInterfaceIsTold() throws Exception {
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            assertThatThrownBy(() -> namespace.openTun("lo", TunOptions.DEFAULT))
                    .isInstanceOf(TunException.class)
                    .hasMessageContaining("lo: an interface of this name exists and is not a single-queue TUN device");
        }
    }

    @Test
    @KernelTest
    void deviceMadeBeforehandIsTakenAndOutlivesUs() throws Exception {
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            namespace.ip("tuntap", "add", "dev", "mt0", "mode", "tun");

            namespace.openTun("mt0", TunOptions.DEFAULT).close();

            try (TunDevice again = namespace.openTun("mt0", TunOptions.DEFAULT)) {
                assertThat(again.offload()).isEqualTo(TunOffload.SEGMENTATION);
            }
            assertThat(namespace.run("ip", "link", "show", "mt0").isSuccess()).isTrue();
        }
    }

    @Test
    void addressWithoutPrefixLengthIsAMistakeOfTheProgram() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LinkSetup.of("mt0").address("10.1.0.1"))
                .withMessageContaining("10.1.0.1/24");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LinkSetup.of("mt0").address("10.1.0.1/x"))
                .withMessageContaining("not a number");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LinkSetup.of("mt0").address("10.1.0.1/33"))
                .withMessageContaining("cannot be 33");
    }
}
