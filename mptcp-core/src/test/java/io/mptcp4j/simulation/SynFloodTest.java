package io.mptcp4j.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.device.PacketBatch;
import io.mptcp4j.device.PacketBuffer;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.mptcp.FallbackReason;
import io.mptcp4j.stack.StackSettings;
import io.mptcp4j.testing.Option;
import io.mptcp4j.testing.Segment;
import io.mptcp4j.testing.TwoHosts;
import io.mptcp4j.testing.TwoHosts.Transfer;
import io.mptcp4j.wire.IpAddress;
import io.mptcp4j.wire.TcpFlags;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** 100,000 forged SYNs a second, for 5 seconds, from everywhere (RFC 4987). */
class SynFloodTest {
    private static final int MILLIS = 5_000;
    private static final int A_MILLI = 100;
    private static final int BATCH = 50;
    private static final long OCTETS = 2_000_000;

    /** Of short life, for each SYN that is answered: its ends, and what the rules of MP_CAPABLE say. */
    private static final long MOST_ALLOCATED_A_SYN = 400;

    private static final int PATIENCE_MILLIS = 1_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Random random = new Random(8);
    private final PacketBatch batch = PacketBatch.forReceiving(BATCH, UnpooledByteBufAllocator.DEFAULT);
    private long allocated;

    @ParameterizedTest(name = "MPTCP {0}, {1} paths")
    @CsvSource({"false, 1", "true, 2"})
    void anHonestClientConnectsAndMemoryStaysFlat(boolean multipath, int paths) {
        LinkProfile profile = LinkProfile.IDEAL
                .withRate(1_000_000_000)
                .withDelay(Duration.ofMillis(10))
                .withQueueOctets(4 << 20);
        TwoHosts.Builder builder = TwoHosts.builder(1)
                .both(ConnectionSettings.builder().multipath(multipath).build())
                .maxSteps(10_000_000);
        for (int i = 0; i < paths; i++) {
            builder.path(profile);
        }
        try (TwoHosts hosts = builder.build()) {
            Transfer first = hosts.begin(OCTETS, OCTETS);
            int backlog = StackSettings.DEFAULT.maxHalfOpen();
            flood(hosts, 2 * backlog);
            assertThat(hosts.server().connectionCount()).isEqualTo(backlog);
            long entries = hosts.server().subflowCount();
            long held = hosts.server().memory().used();
            allocated = 0;
            Transfer late = null;
            for (int millis = 0; millis < MILLIS; millis++) {
                flood(hosts, A_MILLI);
                first.runFor(Duration.ofMillis(1));
                if (millis == MILLIS / 2) {
                    late = hosts.beginAgain(OCTETS, OCTETS);
                } else if (millis == PATIENCE_MILLIS) {
                    assertThat(isDone(first)).isTrue();
                } else if (millis == MILLIS / 2 + PATIENCE_MILLIS) {
                    assertThat(isDone(late)).isTrue();
                }
                // Two honest connections, of two subflows each, and no more than the backlog.
                assertThat(hosts.server().connectionCount()).isLessThanOrEqualTo(backlog + 2);
                assertThat(hosts.server().subflowCount()).isLessThanOrEqualTo((int) entries + 4);
            }
            first.finish().assertIntact();
            late.finish().assertIntact();

            assertThat(hosts.server().memory().used()).isEqualTo(held);
            assertThat(allocated / (A_MILLI * MILLIS)).isLessThanOrEqualTo(MOST_ALLOCATED_A_SYN);
            assertThat(hosts.server().counters().get(Counter.SYN_COOKIES_SENT)).isGreaterThan(A_MILLI * (MILLIS - 1));
            assertThat(hosts.server().counters().get(Counter.SYN_COOKIES_RECEIVED))
                    .isEqualTo(2);
            for (Transfer transfer : List.of(first, late)) {
                assertThat(transfer.server().fallbackReason())
                        .isEqualTo(multipath ? FallbackReason.NONE : FallbackReason.DISABLED);
                assertThat(transfer.server().mostSubflows()).isEqualTo(paths);
            }
            // When it is over nothing is left of it.
            first.runFor(Duration.ofMinutes(2));
            assertThat(hosts.server().connectionCount()).isZero();
        } finally {
            batch.release();
        }
    }

    private static boolean isDone(Transfer transfer) {
        return transfer.client().application().isDone()
                && transfer.server().application().isDone();
    }

    /** SYNs with all options from random sources; notes what the stack allocates. */
    private void flood(TwoHosts hosts, int count) {
        long now = hosts.network().clock().now();
        for (int left = count; left > 0; left -= BATCH) {
            batch.clear();
            for (int i = 0; i < Math.min(left, BATCH); i++) {
                byte[] octets = syn().toBytes();
                PacketBuffer packet = batch.next();
                packet.buffer().setBytes(PacketBatch.RECEIVE_INDEX, octets);
                packet.setBounds(PacketBatch.RECEIVE_INDEX, octets.length);
            }
            long before = threads.getCurrentThreadAllocatedBytes();
            hosts.server().input(0, batch, now);
            allocated += threads.getCurrentThreadAllocatedBytes() - before;
        }
        hosts.server().output(now);
    }

    private Segment syn() {
        return new Segment()
                .addresses(IpAddress.ofIpv4(random.nextInt(0x0b00_0000, 0x7f00_0000)), IpAddress.parse("10.0.0.2"))
                .ports(random.nextInt(1_024, 65_536), TwoHosts.PORT)
                .seq(random.nextInt())
                .with(TcpFlags.SYN)
                .options(List.of(
                        Option.mss(1460),
                        Option.sackPermitted(),
                        Option.timestamps(random.nextInt(), 0),
                        Option.windowScale(7),
                        Option.mptcp(1, 1)));
    }
}
