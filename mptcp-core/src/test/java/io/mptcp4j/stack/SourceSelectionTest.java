package io.mptcp4j.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.StackCounters;
import io.mptcp4j.wire.IpAddress;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.Test;

class SourceSelectionTest {
    private final InterfaceTable interfaces = new InterfaceTable();
    private final SourceSelection sources = new SourceSelection(interfaces);

    @Test
    void takesTheInterfaceWithTheBestRouteFirst() {
        add(InterfaceSettings.of("10.0.1.2/24").withDefaultRoute(10));
        add(InterfaceSettings.of("10.0.2.2/24").withDefaultRoute(20).withRoute(Route.to("192.168.0.0/16")));

        assertThat(selected("8.8.8.8")).isEqualTo("10.0.1.2");
        assertThat(selected("192.168.7.7")).isEqualTo("10.0.2.2");
        assertThat(selected("10.0.2.9")).isEqualTo("10.0.2.2");
    }

    @Test
    void passesOverInterfacesThatAreDownOrLackTheFamily() {
        HostInterface first = add(InterfaceSettings.of("10.0.1.2/24").withDefaultRoute(10));
        add(InterfaceSettings.of("10.0.2.2/24", "fd00:2::2/64").withDefaultRoute(20));

        assertThat(selected("2001:db8::1")).isEqualTo("fd00:2:0:0:0:0:0:2");
        first.setUp(false);
        assertThat(selected("8.8.8.8")).isEqualTo("10.0.2.2");
    }

    @Test
    void takesOfSeveralAddressesTheOneOfTheRightScopeAndLongestMatch() {
        // RFC 6724 5, rules 2 and 8.
        add(InterfaceSettings.of("fe80::2/64", "2001:db8:1::2/64", "2001:db8:2::2/64")
                .withDefaultRoute(0));

        assertThat(selected("fe80::9")).startsWith("fe80:");
        assertThat(selected("2001:db8:2:7::1")).startsWith("2001:db8:2:");
        assertThat(selected("2001:db8:1:7::1")).startsWith("2001:db8:1:");
    }

    @Test
    void keepsToTheAddressAskedForIfItsInterfaceReachesTheDestination() {
        add(InterfaceSettings.of("10.0.1.2/24").withDefaultRoute(10));
        add(InterfaceSettings.of("10.0.2.2/24"));
        IpAddress second = IpAddress.parse("10.0.2.2");

        assertThat(sources.select(second, IpAddress.parse("10.0.2.9")).address())
                .isEqualTo(second);
        assertThat(sources.select(second, IpAddress.parse("8.8.8.8"))).isNull();
        assertThat(sources.select(IpAddress.parse("10.0.3.2"), IpAddress.parse("8.8.8.8")))
                .isNull();
        assertThat(sources.select(second, IpAddress.parse("fd00::1"))).isNull();
    }

    @Test
    void reachesNeitherItselfNorAGroupNorNobody() {
        add(InterfaceSettings.of("10.0.1.2/24", "fd00::2/64").withDefaultRoute(0));

        for (String address : new String[] {
            "10.0.1.2", "224.0.0.1", "0.0.0.0", "255.255.255.255", "127.0.0.1", "240.0.0.1", "ff02::1", "::", "::1"
        }) {
            assertThat(sources.select(IpAddress.parse(address))).as(address).isNull();
        }
    }

    private String selected(String remote) {
        return sources.select(IpAddress.parse(remote)).address().toString();
    }

    private HostInterface add(InterfaceSettings settings) {
        MemoryDevice device = new MemoryDevice("d" + interfaces.count());
        Egress egress = new Egress(device, new StackCounters(), null, UnpooledByteBufAllocator.DEFAULT, 8, 64);
        HostInterface added = new HostInterface(interfaces.count(), device, settings.backup(), egress);
        interfaces.add(added);
        settings.addresses().forEach(address -> interfaces.addAddress(added, address));
        settings.routes().forEach(added.routes()::add);
        return added;
    }
}
