package io.mptcp4j.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.mptcp.FallbackReason;
import io.mptcp4j.stack.StackSettings;
import io.mptcp4j.tcp.TcpSettings;
import io.mptcp4j.testing.Direction;
import io.mptcp4j.testing.DropSegments;
import io.mptcp4j.testing.Middlebox;
import io.mptcp4j.testing.SegmentFilter;
import io.mptcp4j.testing.StripOptions;
import io.mptcp4j.testing.TwoHosts;
import io.mptcp4j.testing.TwoHosts.Transfer;
import io.mptcp4j.wire.TcpFlags;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Fast Open at both ends (RFC 7413), by many seeds, through whatever does something to SYNs: no octet is lost, none comes twice. */
class FastOpenSeedsTest {
    private static final int FAST_OPEN = 34;
    private static final int SEEDS = 30;
    private static final int CONNECTIONS = 5;

    private enum Box {
        NONE(() -> forward()),
        STRIPS_THE_OPTION(() -> new StripOptions(FAST_OPEN, SegmentFilter.ALL)),
        STRIPS_THE_OPTION_OF_SYNS(() -> new StripOptions(FAST_OPEN, SegmentFilter.SYN)),
        DROPS_OCTETS_OF_SYNS(() -> cutSyns(0)),
        DROPS_SOME_OCTETS_OF_SYNS(() -> cutSyns(7)),
        DROPS_SYNS_WITH_OCTETS(() -> new DropSegments(SegmentFilter.SYN.and(SegmentFilter.DATA))),
        DROPS_SYNS_WITH_THE_OPTION(() -> new DropSegments(
                SegmentFilter.SYN.and((segment, direction, index) -> segment.option(FAST_OPEN) != null))),
        DROPS_SYN_ACKS_WITH_THE_OPTION(() -> new DropSegments(
                SegmentFilter.SYN_ACK.and((segment, direction, index) -> segment.option(FAST_OPEN) != null))),
        DROPS_EACH_SECOND_SYN_ACK(Box::dropEachSecondSynAck),
        STRIPS_MPTCP_OF_SYNS(() -> StripOptions.mptcp(SegmentFilter.SYN)),
        STRIPS_MPTCP_OF_SYN_ACKS(() -> StripOptions.mptcp(SegmentFilter.SYN_ACK)),
        STRIPS_MPTCP_BEHIND_THE_HANDSHAKE(
                () -> StripOptions.mptcp(SegmentFilter.SYN.not().and(SegmentFilter.SYN_ACK.not()))),
        STRIPS_MPTCP_OF_CLIENTS_BEHIND_THE_SYN(
                () -> StripOptions.mptcp(SegmentFilter.SYN.not().and(SegmentFilter.going(Direction.A_TO_B))));

        private final Supplier<Middlebox> made;

        Box(Supplier<Middlebox> made) {
            this.made = made;
        }

        private static Middlebox forward() {
            return (segment, direction, now, output) -> output.send(segment, direction);
        }

        /** Leaves so many octets on a SYN. */
        private static Middlebox cutSyns(int left) {
            return (segment, direction, now, output) -> {
                if (segment.has(TcpFlags.SYN) && segment.payloadLength() > left) {
                    segment.payload(Arrays.copyOf(segment.payload(), left));
                }
                output.send(segment, direction);
            };
        }

        private static Middlebox dropEachSecondSynAck() {
            int[] seen = {0};
            return new DropSegments(SegmentFilter.SYN_ACK.and((segment, direction, index) -> seen[0]++ % 2 == 1));
        }

        /** Whether octets of SYNs come through, at least now and then. */
        private boolean passesOctets() {
            return switch (this) {
                case STRIPS_THE_OPTION,
                        STRIPS_THE_OPTION_OF_SYNS,
                        DROPS_OCTETS_OF_SYNS,
                        DROPS_SYNS_WITH_OCTETS,
                        DROPS_SYNS_WITH_THE_OPTION,
                        DROPS_SYN_ACKS_WITH_THE_OPTION -> false;
                default -> true;
            };
        }
    }

    @ParameterizedTest
    @EnumSource(Box.class)
    void everyOctetArrivesOnceOverPlainTcp(Box box) {
        everyOctetArrivesOnce(box, ConnectionSettings.builder().multipath(false).build(), 1);
    }

    @ParameterizedTest
    @EnumSource(Box.class)
    void everyOctetArrivesOnceOverTwoSubflows(Box box) {
        everyOctetArrivesOnce(box, ConnectionSettings.DEFAULT, 2);
    }

    @ParameterizedTest
    @EnumSource(Box.class)
    void everyOctetArrivesOnceWithChecksums(Box box) {
        everyOctetArrivesOnce(box, ConnectionSettings.builder().checksums(true).build(), 2);
    }

    private static void everyOctetArrivesOnce(Box box, ConnectionSettings kind, int paths) {
        ConnectionSettings settings = kind.toBuilder()
                .tcp(TcpSettings.builder().fastOpen(true).fastOpenConnect(true).build())
                .build();
        // Each connection tries again.
        StackSettings limits =
                StackSettings.builder().fastOpenPause(Duration.ofMillis(1)).build();
        FallbackReason plain = settings.multipath() ? FallbackReason.NONE : FallbackReason.DISABLED;
        long opened = 0;
        long failed = 0;
        for (int seed = 1; seed <= SEEDS; seed++) {
            Random random = new Random(seed);
            LinkProfile profile = LinkProfile.IDEAL
                    .withRate(10_000_000)
                    .withDelay(Duration.ofMillis(1 + random.nextInt(50)))
                    .withLoss(random.nextInt(3) * 0.05)
                    .withDuplication(random.nextInt(2) * 0.1)
                    .withReordering(random.nextInt(2) * 0.1, Duration.ofMillis(20));
            TwoHosts.Builder builder = TwoHosts.builder(seed)
                    .path(profile, box.made.get())
                    .both(settings)
                    .limits(limits);
            if (paths > 1) {
                builder.path(profile.withDelay(Duration.ofMillis(1 + random.nextInt(50))));
            }
            try (TwoHosts hosts = builder.build()) {
                for (int i = 0; i < CONNECTIONS; i++) {
                    long up = octets(random);
                    long down = octets(random);
                    Transfer transfer = i == 0 ? hosts.transfer(up, down) : hosts.transferAgain(up, down);
                    transfer.assertIntact();
                    if (box == Box.NONE && profile.loss() == 0) {
                        assertThat(transfer.client().fallbackReason()).isEqualTo(plain);
                        assertThat(transfer.server().fallbackReason()).isEqualTo(plain);
                    }
                }
                opened += hosts.client().counters().get(Counter.FAST_OPEN_ACTIVE);
                failed += hosts.client().counters().get(Counter.FAST_OPEN_ACTIVE_FAILED);
                hosts.assertNothingLeft();
            }
        }
        assertThat(opened > 0).as("opened fast %s, refused %s", opened, failed).isEqualTo(box.passesOctets());
    }

    private static int octets(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> 1 + random.nextInt(100);
            case 2 -> 1_300 + random.nextInt(300);
            default -> random.nextInt(60_000);
        };
    }
}
