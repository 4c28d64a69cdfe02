package io.mptcp4j.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.wire.IpAddress;
import io.mptcp4j.wire.TcpFlags;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class MiddleboxTest {
    private static final long MILLISECOND = 1_000_000;
    private static final Option DSS = Option.mptcp(0x20, 1, 0, 0, 0, 5);

    private final List<Segment> toB = new ArrayList<>();
    private final List<Segment> toA = new ArrayList<>();

    @Test
    void stripsOptionsFromTheSegmentsMeantOnly() {
        Middlebox box = StripOptions.mptcp(SegmentFilter.THIRD_ACK);

        pass(box, fromA().flags(TcpFlags.SYN).option(DSS));
        pass(box, fromA().option(DSS).option(Option.timestamps(1, 2)));
        pass(box, fromA().option(DSS));

        assertThat(toB)
                .extracting(Segment::options)
                .containsExactly(List.of(DSS), List.of(Option.timestamps(1, 2)), List.of(DSS));
    }

    @Test
    void filtersKnowTheHandshake() {
        Segment syn = fromA().flags(TcpFlags.SYN);
        Segment synAck = fromB().flags(TcpFlags.SYN | TcpFlags.ACK);

        assertThat(SegmentFilter.SYN.matches(syn, Direction.A_TO_B, 0)).isTrue();
        assertThat(SegmentFilter.SYN.matches(synAck, Direction.B_TO_A, 0)).isFalse();
        assertThat(SegmentFilter.SYN_ACK.matches(synAck, Direction.B_TO_A, 0)).isTrue();
        assertThat(SegmentFilter.mptcp(2).matches(fromA().option(DSS), Direction.A_TO_B, 1))
                .isTrue();
        assertThat(SegmentFilter.mptcp(3).matches(fromA().option(DSS), Direction.A_TO_B, 1))
                .isFalse();
    }

    @Test
    void dropsTheNthSegmentMeant() {
        Middlebox box = new DropSegments(SegmentFilter.DATA.nth(1));

        pass(box, fromA().payload(new byte[1]));
        pass(box, fromA());
        pass(box, fromA().payload(new byte[2]));
        pass(box, fromA().payload(new byte[3]));

        assertThat(toB).extracting(Segment::payloadLength).containsExactly(1, 0, 3);
    }

    @Test
    void corruptsOneOctetWithOrWithoutRepairOfTheChecksum() {
        pass(new CorruptPayload(SegmentFilter.ALL, true), fromA().payload(new byte[5]));
        pass(new CorruptPayload(SegmentFilter.ALL, false), fromA().payload(new byte[5]));

        Segment repaired = Segment.parse(toB.get(0).toBytes());
        assertThat(repaired.payload()).containsExactly(0, 0, 0x20, 0, 0);
        assertThat(Segment.parse(toB.get(1).toBytes())).isNull();
    }

    @Test
    void resetsBothEndsAtTheSequenceNumbersTheyExpect() {
        pass(new InjectReset(SegmentFilter.DATA), fromA().seq(100).ack(500).payload(new byte[10]));

        assertThat(toB).singleElement().satisfies(reset -> {
            assertThat(reset.flags()).isEqualTo(TcpFlags.RST | TcpFlags.ACK);
            assertThat(reset.seq()).isEqualTo(100);
            assertThat(reset.payloadLength()).isZero();
        });
        assertThat(toA).singleElement().satisfies(reset -> {
            assertThat(reset.flow()).isEqualTo(fromB().flow());
            assertThat(reset.seq()).isEqualTo(500);
            assertThat(reset.ack()).isEqualTo(110);
        });
    }

    @Test
    void shiftsSequenceNumbersConsistently() {
        Middlebox box = new ShiftSequenceNumbers(1_000, -5);

        pass(box, fromA().flags(TcpFlags.SYN).seq(1));
        pass(box, fromA().seq(2).ack(60).option(Option.sack(70, 80)));
        pass(box, fromB().seq(61).ack(1_003).option(Option.sack(1_010, 1_020)));

        assertThat(toB).extracting(Segment::seq).containsExactly(1_001, 1_002);
        assertThat(toB).extracting(Segment::ack).containsExactly(0, 65);
        assertThat(toB.get(1).option(Option.SACK)).isEqualTo(Option.sack(75, 85));
        assertThat(toA.get(0).seq()).isEqualTo(56);
        assertThat(toA.get(0).ack()).isEqualTo(3);
        assertThat(toA.get(0).option(Option.SACK)).isEqualTo(Option.sack(10, 20));
    }

    @Test
    void splitsPayloadAndLeavesTheFinToTheLastPiece() {
        Segment whole = fromA().seq(100).with(TcpFlags.FIN).option(DSS).payload(octets(0, 25));

        pass(new SplitSegments(10, true), whole.copy());
        pass(new SplitSegments(10, false), whole.copy());

        assertThat(toB).extracting(Segment::seq).containsExactly(100, 110, 120, 100, 110, 120);
        assertThat(toB).extracting(Segment::payloadLength).containsExactly(10, 10, 5, 10, 10, 5);
        assertThat(toB)
                .extracting(segment -> segment.has(TcpFlags.FIN))
                .containsExactly(false, false, true, false, false, true);
        assertThat(toB).extracting(segment -> segment.options().size()).containsExactly(1, 1, 1, 1, 0, 0);
        assertThat(toB.get(2).payload()).isEqualTo(octets(20, 5));
    }

    @Test
    void coalescesNeighbours() {
        CoalesceSegments box = new CoalesceSegments(30, Duration.ofMillis(1));

        pass(box, fromA().seq(100).option(DSS).payload(octets(0, 10)));
        pass(box, fromA().seq(110).payload(octets(10, 10)));
        pass(box, fromA().seq(130).payload(octets(30, 10)));
        assertThat(toB).singleElement().satisfies(joined -> {
            assertThat(joined.payload()).isEqualTo(octets(0, 20));
            assertThat(joined.options()).containsExactly(DSS);
        });

        assertThat(box.nextDeadline()).isEqualTo(MILLISECOND);
        box.advance(MILLISECOND, this::collect);
        assertThat(toB).hasSize(2);
        assertThat(toB.get(1).payload()).isEqualTo(octets(30, 10));
        assertThat(box.nextDeadline()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void pureAcksAndFinsDoNotWaitBehindWhatIsHeld() {
        Middlebox box = new CoalesceSegments(30, Duration.ofMillis(1));

        pass(box, fromA().seq(100).payload(octets(0, 10)));
        pass(box, fromA().seq(110).with(TcpFlags.FIN).payload(octets(10, 10)));
        pass(box, fromA().seq(121));

        assertThat(toB).extracting(Segment::payloadLength).containsExactly(20, 0);
        assertThat(toB.get(0).has(TcpFlags.FIN)).isTrue();
    }

    @Test
    void translatesAddressesAndPortsBothWays() {
        IpAddress outside = IpAddress.parse("192.0.2.1");
        Nat nat = new Nat(outside, 40_000);
        IpAddress server = fromA().destination();

        pass(nat, fromA());
        pass(nat, new Segment().addresses(server, outside).ports(2, 40_000));
        pass(nat, new Segment().addresses(server, outside).ports(2, 40_001));

        assertThat(toB).singleElement().extracting(Segment::flow).isEqualTo("192.0.2.1 40000 > 10.0.0.2 2");
        assertThat(toA).singleElement().extracting(Segment::flow).isEqualTo("10.0.0.2 2 > 10.0.0.1 1");
    }

    private void pass(Middlebox box, Segment segment) {
        Direction direction = segment.source().equals(fromA().source()) ? Direction.A_TO_B : Direction.B_TO_A;
        box.forward(segment, direction, 0, this::collect);
    }

    private void collect(Segment segment, Direction direction) {
        (direction == Direction.A_TO_B ? toB : toA).add(segment);
    }

    private static Segment fromA() {
        return new Segment().with(TcpFlags.ACK);
    }

    private static Segment fromB() {
        Segment segment = fromA();
        return segment.addresses(segment.destination(), segment.source()).ports(2, 1);
    }

    private static byte[] octets(int first, int count) {
        byte[] all = new byte[first + count];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        return Arrays.copyOfRange(all, first, first + count);
    }
}
