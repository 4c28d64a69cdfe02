package io.mptcp4j.tun;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.mptcp.path.PathManager;
import io.mptcp4j.mptcp.path.PathRequests;
import io.mptcp4j.mptcp.path.SubflowEnding;
import io.mptcp4j.mptcp.path.SubflowSnapshot;
import io.mptcp4j.socket.MptcpSocket;
import io.mptcp4j.socket.SubflowInfo;
import io.mptcp4j.tun.testing.KernelConversation;
import io.mptcp4j.tun.testing.KernelConversation.Role;
import io.mptcp4j.tun.testing.KernelCounters;
import io.mptcp4j.tun.testing.KernelTest;
import io.mptcp4j.tun.testing.PathFault;
import io.mptcp4j.tun.testing.TunWorld;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses announced and removed, priorities and limits, between us and the kernel in both roles, judged by its counters. */
@KernelTest(
        programs = {"python3", "nstat", "nft"},
        mptcp = true)
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KernelSignallingTest {
    private static final int PORT = 9_999;

    // ---- announced addresses

    @ParameterizedTest(name = "we are the {0}, IPv6 {1}, port {2}")
    @CsvSource({
        "CLIENT, false, 0",
        "CLIENT, true, 0",
        "CLIENT, false, 9999",
        "CLIENT, true, 9999",
        "SERVER, false, 0",
        "SERVER, false, 9999"
    })
    void theKernelAnnouncesAnAddress(Role role, boolean ipv6, int port) throws Exception {
        try (TunWorld world = TunWorld.create(2, ipv6)) {
            endpoint(world, port == 0 ? new String[] {"signal"} : new String[] {"signal", "port", "" + port});
            if (ipv6 && port != 0) {
                // Linux announces IPv6 with a port only where there are no timestamps in the way.
                world.namespace().sysctl("net.ipv4.tcp_timestamps", "0");
            }
            try (KernelConversation it = KernelConversation.open(world, role)) {
                it.awaitKernel("EchoAdd", 1);
                if (role == Role.CLIENT) {
                    it.awaitSubflows(2);
                    assertThat(it.subflowTo(world.kernelAddress(2)).remote().getPort())
                            .isEqualTo(port != 0 ? port : it.socket().getPort());
                }
                it.finish();
            }
            KernelCounters counters = world.namespace().counters();
            // What is not echoed soon Linux announces again (6.18: after an RTO); each may be echoed.
            assertThat(counters.get("MPTcpExtEchoAdd")).isBetween(1L, counters.get("MPTcpExtAddAddrTx"));
            Map<String, Long> ours = world.stack().kernelCounters();
            assertThat(ours.get("MPTcpExtAddAddr")).isBetween(1L, counters.get("MPTcpExtAddAddrTx"));
            assertThat(ours.get("MPTcpExtEchoAddTx"))
                    .isBetween(counters.get("MPTcpExtEchoAdd"), ours.get("MPTcpExtAddAddr"));
            assertThat(counters.get("MPTcpExtMPJoinAckRx")).isEqualTo(role == Role.CLIENT ? 1 : 0);
            assertThat(counters.get("MPTcpExtMPJoinPortAckRx")).isEqualTo(role == Role.CLIENT && port != 0 ? 1 : 0);
            assertThat(world.stack().kernelCounters().get("MPTcpExtMPJoinPortSynAckRx"))
                    .isEqualTo(counters.get("MPTcpExtMPJoinPortAckRx"));
        }
    }

    @ParameterizedTest(name = "we are the {0}, IPv6 {1}, port {2}")
    @CsvSource({
        "SERVER, false, 0",
        "SERVER, true, 0",
        "SERVER, false, 9999",
        "SERVER, true, 9999",
        "CLIENT, false, 0",
        "CLIENT, true, 9999"
    })
    void weAnnounceAnAddress(Role role, boolean ipv6, int port) throws Exception {
        // With IPv6 and a port the announcement leaves without timestamps (RFC 8684 3.4.1, RFC 7323 3.2).
        try (TunWorld world = TunWorld.create(2, ipv6)) {
            world.namespace().ip("mptcp", "endpoint", "flush");
            try (KernelConversation it = KernelConversation.open(world, role, announcing(world, port))) {
                it.awaitSubflows(2);
                assertThat(it.subflowTo(world.kernelAddress(2)).local().getPort())
                        .isEqualTo(port != 0 ? port : it.socket().getLocalPort());
                it.finish();
            }
            KernelCounters counters = world.namespace().counters();
            // What is not echoed within a second we announce again: Linux does so when its worker has its turn.
            long announced = world.stack().kernelCounters().get("MPTcpExtAddAddrTx");
            long heard = counters.get("MPTcpExtAddAddr");
            assertThat(heard).isBetween(1L, announced);
            assertThat(counters.get("MPTcpExtPortAdd")).isEqualTo(port != 0 ? heard : 0);
            assertThat(counters.get("MPTcpExtEchoAddTx")).isBetween(1L, heard);
            assertThat(counters.get("MPTcpExtAddAddrDrop")).isLessThan(heard);
            assertThat(counters.get("MPTcpExtMPJoinSynAckRx")).isEqualTo(1);
            assertThat(counters.get("MPTcpExtMPJoinSynAckHMacFailure")).isZero();
            assertThat(counters.get("MPTcpExtMPJoinPortSynAckRx")).isEqualTo(port != 0 ? 1 : 0);
            // A SYN that comes again, because our answer was late, counts again.
            long joinsToPort = counters.get("MPTcpExtMPJoinPortSynAckRx");
            assertThat(world.stack().kernelCounters().get("MPTcpExtMPJoinPortSynRx"))
                    .isBetween(joinsToPort, joinsToPort == 0 ? 0 : joinsToPort + counters.get("TcpExtTCPSynRetrans"));
            assertThat(world.stack().kernelCounters().get("MPTcpExtMPJoinPortAckRx"))
                    .isEqualTo(counters.get("MPTcpExtMPJoinPortSynAckRx"));
        }
    }

    // ---- flag C

    @ParameterizedTest(name = "flag C {0}")
    @ValueSource(booleans = {true, false})
    void weJoinTheFirstAddressOnlyWhereTheKernelAllowsIt(boolean isForbidden) throws Exception {
        // Our second address has a route to the kernel's first one.
        try (TunWorld world = TunWorld.meshed(2)) {
            world.namespace().ip("mptcp", "endpoint", "flush");
            world.namespace().sysctl("net.mptcp.allow_join_initial_addr_port", isForbidden ? "0" : "1");
            try (KernelConversation it = KernelConversation.open(world, Role.CLIENT)) {
                it.await("first octets", () -> it.info().octetsReceived() > 0);
                if (isForbidden) {
                    it.pause(1_500);
                } else {
                    it.awaitSubflows(2);
                }
                assertThat(it.usable()).isEqualTo(isForbidden ? 1 : 2);
                it.finish();
            }
            assertThat(world.namespace().counters().get("MPTcpExtMPJoinSynRx"))
                    .isBetween(isForbidden ? 0L : 1L, isForbidden ? 0L : 1 + world.repeatedSyns());
        }
    }

    @Test
    void weJoinWhatAKernelAnnouncesThatForbidsItsFirstAddress() throws Exception {
        try (TunWorld world = TunWorld.meshed(2)) {
            endpoint(world, "signal", "port", "" + PORT);
            world.namespace().sysctl("net.mptcp.allow_join_initial_addr_port", "0");
            try (KernelConversation it = KernelConversation.open(world, Role.CLIENT)) {
                // From both of our addresses.
                it.awaitSubflows(3);
                it.finish();
            }
            KernelCounters counters = world.namespace().counters();
            assertThat(counters.get("MPTcpExtMPJoinPortAckRx")).isEqualTo(2);
            assertThat(counters.get("MPTcpExtMPJoinSynRx")).isBetween(2L, 2 + world.repeatedSyns());
        }
    }

    @ParameterizedTest(name = "flag C {0}")
    @ValueSource(booleans = {true, false})
    void theKernelJoinsOurFirstAddressOnlyWhereWeAllowIt(boolean isForbidden) throws Exception {
        try (TunWorld world = TunWorld.create(2, false)) {
            endpoint(world, "subflow");
            ConnectionSettings settings = silent(world, Role.SERVER).toBuilder()
                    .joinsToInitialAddress(!isForbidden)
                    .build();
            try (KernelConversation it = KernelConversation.open(world, Role.SERVER, settings)) {
                it.await("first octets", () -> it.info().octetsReceived() > 0);
                if (isForbidden) {
                    it.pause(1_500);
                } else {
                    it.awaitSubflows(2);
                }
                it.finish();
            }
            assertThat(world.namespace().counters().get("MPTcpExtMPJoinSynTx")).isEqualTo(isForbidden ? 0 : 1);
        }
    }

    // ---- limits

    @Test
    void aKernelThatTakesNoMoreSubflowsIsNotPestered() throws Exception {
        try (TunWorld world = TunWorld.create(4, false)) {
            world.namespace().mptcpLimits(1, 8);
            try (KernelConversation it = KernelConversation.open(world, Role.CLIENT)) {
                it.awaitSubflows(2);
                it.pause(4_000);
                assertThat(it.usable()).isEqualTo(2);
                KernelCounters counters = world.namespace().counters();
                assertThat(counters.get("MPTcpExtMPJoinAckRx")).isEqualTo(1);
                // Each of the two others is tried at once, and not again as long as we looked.
                long joins = world.stack().counters().get(Counter.JOIN_SYN_TX);
                assertThat(joins).isBetween(1L, 3L);
                // A SYN whose answer was late comes again.
                assertThat(counters.get("MPTcpExtMPJoinSynRx")).isBetween(1L, joins + world.repeatedSyns());
                it.finish();
            }
        }
    }

    @Test
    void aKernelThatWantsMoreSubflowsThanWeTakeIsRefused() throws Exception {
        try (TunWorld world = TunWorld.create(4, false)) {
            ConnectionSettings two =
                    announcing(world, 0).toBuilder().maxSubflows(2).build();
            world.namespace().ip("mptcp", "endpoint", "flush");
            try (KernelConversation it = KernelConversation.open(world, Role.SERVER, two)) {
                // One after the other, each when the last was echoed, and again when that took long.
                it.awaitKernel("AddAddr", 3);
                it.awaitKernel("MPJoinSynTx", 3);
                it.await("two refusals", () -> world.stack().kernelCounters().get("MPTcpExtMPJoinRejected") >= 2);
                it.awaitSubflows(2);
                it.pause(2_000);
                assertThat(it.usable()).isEqualTo(2);
                it.finish();
            }
            // One was taken, the others were refused. None was tried again but where we said of an address again that
            // it is there,
            // because Linux echoes when its worker has its turn: what was refused it does not remember.
            KernelCounters kernels = world.namespace().counters();
            long joins = kernels.get("MPTcpExtMPJoinSynTx");
            assertThat(joins).isBetween(3L, kernels.get("MPTcpExtAddAddr"));
            Map<String, Long> ours = world.stack().kernelCounters();
            // A SYN/ACK holds no place: whoever asks before the first one's third ACK has one, and is refused
            // at his own. Whoever repeats his SYN, because our answer was late, is refused as often.
            long most = joins - 1 + kernels.get("TcpExtTCPSynRetrans");
            assertThat(ours.get("MPTcpExtMPJoinAckRx")).isEqualTo(1);
            assertThat(ours.get("MPTcpExtMPJoinRejected")).isBetween(joins - 1, most);
            assertThat(ours.get("MPTcpExtMPRstTx")).isBetween(joins - 1, most);
        }
    }

    // ---- removal

    @ParameterizedTest
    @EnumSource(Role.class)
    void theKernelRemovesAnAddress(Role role) throws Exception {
        try (TunWorld world = TunWorld.create(2, false)) {
            endpoint(world, "id", "7", role == Role.CLIENT ? "signal" : "subflow");
            try (KernelConversation it = KernelConversation.open(world, role, silent(world, role))) {
                it.awaitSubflows(2);
                world.namespace().ip("mptcp", "endpoint", "delete", "id", "7");
                it.awaitSubflows(1);
                assertThat(it.subflowTo(world.kernelAddress(1)).usable()).isTrue();
                it.finish();
            }
            KernelCounters counters = world.namespace().counters();
            assertThat(counters.get("MPTcpExtRmAddrTx")).isEqualTo(1);
            assertThat(world.stack().kernelCounters().get("MPTcpExtRmAddr")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void weRemoveAnAddress(Role role) throws Exception {
        removeOwn(role, 2);
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void theKernelRemovesTheAddressOfTheFirstSubflow(Role role) throws Exception {
        try (TunWorld world = TunWorld.create(2, false)) {
            try (KernelConversation it = KernelConversation.open(world, role)) {
                it.awaitSubflows(2);
                world.namespace().ip("mptcp", "endpoint", "delete", "id", "0", world.kernelAddress(1));
                it.awaitSubflows(1);
                assertThat(it.subflowTo(world.kernelAddress(2)).usable()).isTrue();
                it.finish();
            }
            assertThat(world.namespace().counters().get("MPTcpExtRmAddrTx")).isEqualTo(1);
            assertThat(world.stack().kernelCounters().get("MPTcpExtRmAddr")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void weRemoveTheAddressOfTheFirstSubflow(Role role) throws Exception {
        removeOwn(role, 1);
    }

    private static void removeOwn(Role role, int path) throws Exception {
        try (TunWorld world = TunWorld.create(2, false)) {
            try (KernelConversation it = KernelConversation.open(world, role)) {
                it.awaitSubflows(2);
                world.stack().removeAddress(InetAddress.getByName(world.ownAddress(path)));
                it.awaitKernel("RmAddr", 1);
                it.awaitSubflows(1);
                it.finish();
            }
            assertThat(world.namespace().counters().get("MPTcpExtRmAddr")).isEqualTo(1);
        }
    }

    // ---- backup

    @ParameterizedTest
    @EnumSource(Role.class)
    void theKernelChangesAPriority(Role role) throws Exception {
        try (TunWorld world = TunWorld.create(2, false)) {
            endpoint(world, "id", "7", role == Role.CLIENT ? "signal" : "subflow");
            try (KernelConversation it = KernelConversation.open(world, role, silent(world, role))) {
                it.awaitSubflows(2);
                world.namespace().ip("mptcp", "endpoint", "change", "id", "7", "backup");
                it.await("backup", () -> it.subflowTo(world.kernelAddress(2)).backup());
                assertThat(it.subflowTo(world.kernelAddress(1)).backup()).isFalse();
                world.namespace().ip("mptcp", "endpoint", "change", "id", "7", "nobackup");
                it.await("regular", () -> !it.subflowTo(world.kernelAddress(2)).backup());
                it.finish();
            }
            assertThat(world.namespace().counters().get("MPTcpExtMPPrioTx")).isEqualTo(2);
        }
    }

    @Test
    void theKernelJoinsAsBackup() throws Exception {
        try (TunWorld world = TunWorld.create(2, false)) {
            endpoint(world, "subflow", "backup");
            try (KernelConversation it = KernelConversation.open(world, Role.SERVER, silent(world, Role.SERVER))) {
                it.awaitSubflows(2);
                assertThat(it.subflowTo(world.kernelAddress(2)).backup()).isTrue();
                it.finish();
            }
            assertThat(world.stack().kernelCounters().get("MPTcpExtMPJoinSynBackupRx"))
                    .isBetween(1L, 1 + world.namespace().counters().get("TcpExtTCPSynRetrans"));
        }
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void weChangeAPriority(Role role) throws Exception {
        try (TunWorld world = TunWorld.create(2, false)) {
            try (KernelConversation it = KernelConversation.open(world, role)) {
                it.awaitSubflows(2);
                world.stack().setBackup(TunWorld.interfaceName(2), true);
                it.awaitKernel("MPPrioRx", 1);
                assertThat(it.subflowTo(world.kernelAddress(2)).backup()).isTrue();
                // One subflow of one connection.
                SubflowInfo second = it.subflowTo(world.kernelAddress(2));
                assertThat(((MptcpSocket) it.socket()).paths().setBackup(second.local(), second.remote(), false))
                        .isTrue();
                it.awaitKernel("MPPrioRx", 2);
                it.finish();
            }
            assertThat(world.namespace().counters().get("MPTcpExtMPPrioRx")).isEqualTo(2);
        }
    }

    @Test
    void weJoinAsBackup() throws Exception {
        try (TunWorld world = TunWorld.create(2, false)) {
            world.stack().setBackup(TunWorld.interfaceName(2), true);
            try (KernelConversation it = KernelConversation.open(world, Role.CLIENT)) {
                it.awaitSubflows(2);
                it.finish();
            }
            assertThat(world.namespace().counters().get("MPTcpExtMPJoinSynBackupRx"))
                    .isBetween(1L, 1 + world.repeatedSyns());
        }
    }

    /** MP_CAPABLE has no flag B (RFC 8684 3.3.8). */
    @ParameterizedTest
    @EnumSource(Role.class)
    void weSayThatTheFirstSubflowIsABackup(Role role) throws Exception {
        try (TunWorld world = TunWorld.create(2, false)) {
            world.stack().setBackup(TunWorld.interfaceName(1), true);
            try (KernelConversation it = KernelConversation.open(world, role)) {
                it.awaitSubflows(2);
                it.awaitKernel("MPPrioRx", 1);
                assertThat(it.subflowTo(world.kernelAddress(1)).backup()).isTrue();
                assertThat(it.subflowTo(world.kernelAddress(2)).backup()).isFalse();
                it.finish();
            }
            assertThat(world.namespace().counters().get("MPTcpExtMPPrioRx")).isEqualTo(1);
        }
    }

    // ---- two families

    @ParameterizedTest
    @EnumSource(Role.class)
    void aConnectionHasSubflowsOfBothFamilies(Role role) throws Exception {
        try (TunWorld world = TunWorld.mixed()) {
            try (KernelConversation it = KernelConversation.open(world, role)) {
                it.awaitSubflows(2);
                assertThat(it.subflowTo(world.kernelAddress(1)).local().getAddress())
                        .isInstanceOf(Inet4Address.class);
                assertThat(it.subflowTo(world.kernelAddress(2)).local().getAddress())
                        .isInstanceOf(Inet6Address.class);
                it.finish();
            }
            KernelCounters counters = world.namespace().counters();
            assertThat(counters.get(role == Role.CLIENT ? "MPTcpExtMPJoinAckRx" : "MPTcpExtMPJoinSynAckRx"))
                    .isEqualTo(1);
        }
    }

    // ---- joins in hard times

    @ParameterizedTest(name = "IPv6 {0}")
    @CsvSource({"false", "true"})
    void weJoinAKernelThatAnswersWithSynCookies(boolean ipv6) throws Exception {
        try (TunWorld world = TunWorld.create(3, ipv6)) {
            world.namespace().sysctl("net.ipv4.tcp_syncookies", "2");
            try (KernelConversation it = KernelConversation.open(world, Role.CLIENT)) {
                it.awaitSubflows(3);
                it.finish();
            }
            KernelCounters counters = world.namespace().counters();
            assertThat(counters.get("MPTcpExtMPJoinAckRx")).isEqualTo(2);
            assertThat(counters.get("TcpExtSyncookiesRecv")).isGreaterThanOrEqualTo(3);
            assertThat(counters.sum("MPTcpExtMPCapableFallback.*")).isZero();
        }
    }

    @ParameterizedTest(name = "the SYN/ACK {0}, else the third ACK")
    @ValueSource(booleans = {true, false})
    void aKernelJoinsThoughAPartOfItsHandshakeIsLost(boolean synAck) throws Exception {
        // We repeat no SYN/ACK by ourselves: the kernel repeats what was lost, and is answered.
        try (TunWorld world = TunWorld.create(2, false)) {
            world.namespace().ip("mptcp", "endpoint", "flush");
            String second = TunWorld.interfaceName(2);
            try (PathFault lost = synAck
                            ? PathFault.firstSynAckIn(world.namespace(), second)
                            : PathFault.firstAckOut(world.namespace(), second);
                    KernelConversation it = KernelConversation.open(world, Role.SERVER, announcing(world, 0))) {
                it.awaitSubflows(2);
                it.finish();
            }
            KernelCounters kernels = world.namespace().counters();
            assertThat(kernels.get("MPTcpExtMPJoinSynTx")).isEqualTo(1);
            // The SYN comes again for the SYN/ACK, and for nothing else but an answer of ours that was late.
            assertThat(world.stack().kernelCounters().get("MPTcpExtMPJoinSynRx"))
                    .isBetween(synAck ? 2L : 1L, 1 + kernels.get("TcpExtTCPSynRetrans"));
            assertThat(world.stack().kernelCounters().get("MPTcpExtMPJoinAckRx"))
                    .isEqualTo(1);
            assertThat(world.stack().kernelCounters().get("MPTcpExtMPRstTx")).isZero();
        }
    }

    @Test
    void aKernelJoinsThoughOurServerSocketIsClosedAndThePortAnothers() throws Exception {
        try (TunWorld world = TunWorld.create(2, false)) {
            world.namespace().ip("mptcp", "endpoint", "flush");
            try (KernelConversation it = KernelConversation.open(world, Role.SERVER, silent(world, Role.SERVER))) {
                int port = it.server().getLocalPort();
                it.server().close();
                try (var another = world.stack().createServerSocket(port)) {
                    // The kernel joins connections that exist when it gets an endpoint.
                    endpoint(world, "subflow");
                    it.awaitSubflows(2);
                    assertThat(another.getLocalPort()).isEqualTo(port);
                    it.finish();
                }
            }
            assertThat(world.namespace().counters().get("MPTcpExtMPJoinSynAckRx"))
                    .isEqualTo(1);
        }
    }

    /** Gives the kernel this one endpoint, its address on path 2. */
    private static void endpoint(TunWorld world, String... rest) {
        world.namespace().ip("mptcp", "endpoint", "flush");
        List<String> arguments = new ArrayList<>(List.of("mptcp", "endpoint", "add", world.kernelAddress(2)));
        arguments.addAll(List.of(rest));
        world.namespace().ip(arguments.toArray(new String[0]));
    }

    /** As server we announce nothing, so that what the kernel does is of its own accord. */
    private static ConnectionSettings silent(TunWorld world, Role role) {
        ConnectionSettings settings = world.stack().connectionSettings();
        return role == Role.CLIENT
                ? settings
                : settings.toBuilder().pathManager(() -> new Announcing(-1)).build();
    }

    private static ConnectionSettings announcing(TunWorld world, int port) {
        return world.stack().connectionSettings().toBuilder()
                .pathManager(() -> new Announcing(port))
                .build();
    }

    /** Announces all addresses but the first subflow's with a port; a negative one: none. Joins nothing. */
    private record Announcing(int port) implements PathManager {
        @Override
        public void onEstablished(PathRequests requests, long nowNanos) {
            for (int i = 0; port >= 0 && i < requests.localAddressCount(); i++) {
                if (!requests.localAddress(i).address().equals(requests.initialAddress())) {
                    requests.announce(requests.localAddress(i), port);
                }
            }
        }

        @Override
        public void onSubflowClosed(
                PathRequests requests, SubflowSnapshot subflow, SubflowEnding ending, long nowNanos) {
            // It stays closed.
        }
    }
}
