package io.mptcp4j.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.StackCounters;
import io.mptcp4j.wire.FourTuple;
import io.mptcp4j.wire.IpAddress;
import org.junit.jupiter.api.Test;

/** What a client keeps of Fast Open, by address and by port (RFC 7413 4.1.3). */
class FastOpenMemoryTest {
    private static final byte[] COOKIE = {1, 2, 3, 4};
    private static final long SECOND = 1_000_000_000L;

    private final FastOpenMemory memory = new FastOpenMemory(10, 60 * SECOND, new StackCounters());

    private static FourTuple tuple(String local, int localPort, String remote, int remotePort) {
        return new FourTuple(IpAddress.parse(local), localPort, IpAddress.parse(remote), remotePort);
    }

    @Test
    void aCookieIsGoodForAllPortsOfItsGiverAndForOneAddressOfOurs() {
        memory.remember(tuple("10.0.0.1", 1_000, "10.0.0.2", 80), COOKIE, 1_400, 0);

        FourTuple other = tuple("10.0.0.1", 2_000, "10.0.0.2", 443);
        assertThat(memory.cookie(other, SECOND)).isEqualTo(COOKIE);
        assertThat(memory.maximumSegmentSize(other)).isEqualTo(1_400);
        assertThat(memory.cookie(tuple("10.0.0.3", 1_000, "10.0.0.2", 80), SECOND))
                .isNull();
        assertThat(memory.cookie(tuple("10.0.0.1", 1_000, "10.0.0.4", 80), SECOND))
                .isNull();
    }

    @Test
    void aFailureSparesThePortThatFailedAndNoOther() {
        // RFC 7413 4.1.3.1
        memory.onFailed(tuple("10.0.0.1", 1_000, "10.0.0.2", 80), 0);

        assertThat(memory.isSpared(tuple("10.0.0.1", 2_000, "10.0.0.2", 80), SECOND))
                .isTrue();
        assertThat(memory.isSpared(tuple("10.0.0.1", 1_000, "10.0.0.2", 443), SECOND))
                .isFalse();
    }

    @Test
    void asMuchGoesWithASynAsFitsIntoAnEthernetFrame() {
        // RFC 7413 4.1.3
        memory.remember(tuple("10.0.0.1", 1_000, "10.0.0.2", 80), COOKIE, 8_960, 0);
        memory.remember(tuple("fd00::1", 1_000, "fd00::2", 80), COOKIE, 8_940, 0);

        assertThat(memory.maximumSegmentSize(tuple("10.0.0.1", 1_000, "10.0.0.2", 80)))
                .isEqualTo(1_460);
        assertThat(memory.maximumSegmentSize(tuple("fd00::1", 1_000, "fd00::2", 80)))
                .isEqualTo(1_440);
    }
}
