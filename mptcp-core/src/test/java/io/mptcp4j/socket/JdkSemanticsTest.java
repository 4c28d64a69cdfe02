package io.mptcp4j.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs each scenario with the JDK's own sockets and with ours: results, exceptions and messages are the same. */
@Timeout(180)
class JdkSemanticsTest {
    static Stream<Arguments> scenarios() {
        return Stream.of(
                scenario("echo", StreamScenarios::echo),
                scenario("megabytes both ways", StreamScenarios::megabytesBothWays),
                scenario("read times out", StreamScenarios::readTimesOutAndSocketGoesOn),
                scenario("close ends blocked read", StreamScenarios::closeEndsBlockedRead),
                scenario("close ends blocked timed read", StreamScenarios::closeEndsBlockedTimedRead),
                scenario("close ends blocked write", StreamScenarios::closeEndsBlockedWrite),
                scenario("two readers and close", StreamScenarios::twoReadersAndClose),
                scenario("half-close", StreamScenarios::halfClose),
                scenario("shutdownOutput ends blocked write", StreamScenarios::shutdownOutputEndsBlockedWrite),
                scenario("shutdownInput", StreamScenarios::shutdownInput),
                scenario("shutdownInput ends blocked read", StreamScenarios::shutdownInputEndsBlockedRead),
                scenario("linger 0 resets", StreamScenarios::lingerZeroResets),
                scenario("linger 0 ends the peer's read", StreamScenarios::lingerZeroEndsBlockedRead),
                scenario("linger 0 ends the peer's write", StreamScenarios::lingerZeroEndsBlockedWrite),
                scenario("reset, then writes", StreamScenarios::resetThenWrites),
                scenario("octets before the end are read", StreamScenarios::octetsBeforeTheEndAreRead),
                scenario("octets before a reset are read", StreamScenarios::octetsBeforeAResetAreRead),
                scenario("a reset after the end takes nothing", StreamScenarios::aResetAfterTheEndTakesNothing),
                scenario("shutdownInput hides a reset", StreamScenarios::shutdownInputHidesAReset),
                scenario("write after the peer closed", StreamScenarios::writeAfterPeerClosed),
                scenario("lingering close delivers", StreamScenarios::lingeringCloseDelivers),
                scenario("available", StreamScenarios::available),
                scenario("arguments of read and write", StreamScenarios::argumentsOfReadAndWrite),
                scenario("interrupt of a platform thread", StreamScenarios::interruptOfPlatformThreadDoesNotEndRead),
                scenario("the end is remembered after close", StreamScenarios::endIsRememberedAfterClose),
                scenario("closing a stream closes the socket", StreamScenarios::closingAStreamClosesTheSocket),
                scenario("connect refused", ConnectionScenarios::connectRefused),
                scenario("connect times out", ConnectionScenarios::connectTimesOut),
                scenario("close ends blocked connect", ConnectionScenarios::closeEndsBlockedConnect),
                scenario("accept times out", ConnectionScenarios::acceptTimesOutAndGoesOn),
                scenario("close ends blocked accept", ConnectionScenarios::closeEndsBlockedAccept),
                scenario("two acceptors and close", ConnectionScenarios::twoAcceptorsAndClose),
                scenario("connections wait to be accepted", ConnectionScenarios::connectionsWaitToBeAccepted),
                scenario("closing a listener", ConnectionScenarios::closingListenerResetsThoseWhoWait),
                scenario("accepted outlive the listener", ConnectionScenarios::acceptedConnectionsOutliveTheListener),
                scenario("bind conflicts", ConnectionScenarios::bindConflicts),
                scenario("bind to a foreign address", ConnectionScenarios::bindToForeignAddress),
                scenario("client binds", ConnectionScenarios::clientBinds),
                scenario("bound port is free after close", ConnectionScenarios::boundPortIsFreeAfterClose),
                scenario("server addresses", ConnectionScenarios::serverAddresses),
                scenario("client addresses", ConnectionScenarios::clientAddresses),
                scenario("listener on any address", ConnectionScenarios::listenerOnAnyAddressTakesConnections),
                scenario("wrong use", ConnectionScenarios::wrongUse),
                scenario("options: defaults", OptionScenarios::defaults),
                scenario("options: round trips", OptionScenarios::roundTrips),
                scenario("options: by SocketOption", OptionScenarios::roundTripsBySocketOption),
                scenario("options: refusals", OptionScenarios::refusals));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void mptcpBehavesLikeTheJdk(String name, SocketScenario scenario) throws Exception {
        compare(scenario, MptcpWorld.open());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void plainTcpBehavesLikeTheJdk(String name, SocketScenario scenario) throws Exception {
        compare(scenario, MptcpWorld.openPlain());
    }

    private static void compare(SocketScenario scenario, MptcpWorld ours) throws Exception {
        Transcript expected = new Transcript();
        try (SocketWorld kernel = new KernelWorld()) {
            scenario.run(kernel, expected);
        }
        Transcript actual = new Transcript();
        try (MptcpWorld world = ours) {
            scenario.run(world, actual);
            assertThat(actual.lines()).isEqualTo(expected.lines());
            assertThat(world.client.faults() + world.server.faults()).isZero();
        }
    }

    private static Arguments scenario(String name, SocketScenario scenario) {
        return Arguments.of(name, scenario);
    }
}
