package io.mptcp4j.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.wire.IpAddress;
import org.junit.jupiter.api.Test;

class RouteTableTest {
    private final RouteTable routes = new RouteTable();

    @Test
    void takesTheLongestPrefixFirst() {
        Route specific = new Route(Prefix.parse("10.1.0.0/16"), 100);
        routes.add(new Route(Prefix.ALL_IPV4, 0));
        routes.add(specific);

        assertThat(routes.find(IpAddress.parse("10.1.2.3"))).isEqualTo(specific);
        assertThat(routes.find(IpAddress.parse("10.2.2.3")).destination()).isEqualTo(Prefix.ALL_IPV4);
    }

    @Test
    void takesTheCheaperOfTwoEqualPrefixes() {
        routes.add(new Route(Prefix.ALL_IPV4, 20));
        routes.add(new Route(Prefix.ALL_IPV4, 10));

        assertThat(routes.find(IpAddress.parse("10.2.2.3")).metric()).isEqualTo(10);
    }

    @Test
    void hasNoRouteForTheOtherFamilyOrAfterRemoval() {
        Route route = Route.to("0.0.0.0/0");
        routes.add(route);

        assertThat(routes.find(IpAddress.parse("fd00::1"))).isNull();
        assertThat(routes.remove(route)).isTrue();
        assertThat(routes.find(IpAddress.parse("10.0.0.1"))).isNull();
    }
}
