package io.mptcp4j.mptcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.metric.DropReason;
import io.mptcp4j.stack.Route;
import io.mptcp4j.testing.Option;
import io.mptcp4j.testing.Pcap;
import io.mptcp4j.testing.ScriptedFlow;
import io.mptcp4j.testing.Segment;
import io.mptcp4j.testing.SegmentScript;
import io.mptcp4j.wire.Captures;
import io.mptcp4j.wire.IpAddress;
import io.mptcp4j.wire.TcpFlags;
import io.mptcp4j.wire.mptcp.Dss;
import io.mptcp4j.wire.mptcp.MpCapable;
import io.mptcp4j.wire.mptcp.MpJoin;
import io.mptcp4j.wire.mptcp.MptcpCrypto;
import io.mptcp4j.wire.mptcp.MptcpSubtype;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * A connection of version 0 between two foreign hosts, an ssh session over two subflows with DSS checksums and 32-bit numbers:
 * our stack takes the place of either host, draws the keys and nonces that the host drew, and gets what the other one sent.
 */
class CaptureReplayTest {
    private static final List<Pcap.Packet> PACKETS = Captures.packets("mptcp-v0");
    private static final IpAddress CLIENT = IpAddress.parse("10.2.1.2");
    private static final IpAddress SERVER = IpAddress.parse("10.1.1.2");
    private static final int FIRST_PORT = 35_961;
    private static final int SECOND_PORT = 41_221;

    /** Numbers of captured packets. */
    private static final int SYN = 1;

    private static final int SYN_ACK = 2;
    private static final int ADD_ADDR = 4;
    private static final int JOIN_SYN = 8;
    private static final int JOIN_SYN_ACK = 9;
    private static final int JOIN_ACK = 10;

    private static final ConnectionSettings V0 =
            ConnectionSettings.builder().versions(MptcpVersion.V0).build();

    @Test
    void inThePlaceOfTheServerAllOctetsOfTheClientArriveWhole() {
        try (SegmentScript script = SegmentScript.listen(V0)) {
            script.entropy().planLong(keyOf(SYN_ACK));
            script.entropy().planInt(join(JOIN_SYN_ACK).nonce());
            CaptureReplay replay = new CaptureReplay(script, PACKETS, CLIENT)
                    .flow(FIRST_PORT, script.peer(FIRST_PORT))
                    .flow(SECOND_PORT, script.peer(SECOND_PORT));

            replay.run(1, PACKETS.size());

            byte[] expected = streamOf(CLIENT, keyOf(SYN));
            assertThat(expected).hasSizeGreaterThan(3_000);
            assertThat(script.read()).isEqualTo(expected);
            assertSaid(replay, JOIN_SYN_ACK);
            assertThat(lastDataAck(replay, keyOf(SYN))).isGreaterThanOrEqualTo(expected.length);
            assertClean(script);
        }
    }

    @Test
    void inThePlaceOfTheClientAllOctetsOfTheServerArriveWhole() {
        try (SegmentScript script = SegmentScript.connect(V0, keyOf(SYN))) {
            script.stack().addRoute(0, Route.to("10.1.0.0/16"), script.now());
            script.entropy().planInt(join(JOIN_SYN).nonce());
            CaptureReplay replay = new CaptureReplay(script, PACKETS, SERVER).flow(FIRST_PORT, script.awaitSyn());

            replay.run(1, ADD_ADDR);
            ScriptedFlow joined = script.awaitSyn();
            replay.flow(SECOND_PORT, joined);
            replay.run(ADD_ADDR + 1, PACKETS.size());

            byte[] expected = streamOf(SERVER, keyOf(SYN_ACK));
            assertThat(expected).hasSizeGreaterThan(5_000);
            assertThat(script.read()).isEqualTo(expected);
            assertSaid(replay, SYN);
            assertSaid(replay, JOIN_SYN);
            assertSaid(replay, JOIN_ACK);
            assertThat(lastDataAck(replay, keyOf(SYN_ACK))).isGreaterThanOrEqualTo(expected.length);
            assertClean(script);
        }
    }

    private static void assertClean(SegmentScript script) {
        assertThat(script.connection().version()).isEqualTo(MptcpVersion.V0);
        assertThat(script.connection().fallbackReason()).isEqualTo(FallbackReason.NONE);
        assertThat(script.stack().counters().get(Counter.JOINS_ESTABLISHED)).isEqualTo(1);
        assertThat(script.stack().counters().get(Counter.DATA_CHECKSUM_ERRORS)).isZero();
        assertThat(script.stack().counters().get(Counter.SUBFLOWS_RESET)).isZero();
        assertThat(script.stack().counters().dropped(DropReason.BAD_MPTCP_OPTION))
                .isZero();
    }

    /** The stack has said an MPTCP option as the host in the capture said it, octet by octet, but for its address id. */
    private static void assertSaid(CaptureReplay replay, int number) {
        Option captured = CaptureReplay.captured(PACKETS, number).option(Option.MPTCP);
        byte[] wanted = withoutId(captured);
        assertThat(replay.answers().stream()
                        .map(Segment::options)
                        .flatMap(List::stream)
                        .filter(option -> option.kind() == Option.MPTCP && option.length() == captured.length())
                        .map(CaptureReplayTest::withoutId))
                .as("%s", captured)
                .anyMatch(said -> Arrays.equals(said, wanted));
    }

    private static byte[] withoutId(Option option) {
        byte[] octets = option.data().clone();
        if (option.mptcpSubtype() == MptcpSubtype.MP_JOIN) {
            octets[1] = 0;
        } else if (option.mptcpSubtype() == MptcpSubtype.MP_CAPABLE) {
            // Whether checksums are required is each host's own wish.
            octets[1] &= 0x7f;
        }
        return octets;
    }

    private static long keyOf(int number) {
        MpCapable view = new MpCapable();
        ByteBuf octets = octets(number, MptcpSubtype.MP_CAPABLE);
        assertThat(view.wrap(octets, 0, octets.capacity())).isTrue();
        return view.senderKey();
    }

    private static MpJoin join(int number) {
        MpJoin view = new MpJoin();
        ByteBuf octets = octets(number, MptcpSubtype.MP_JOIN);
        assertThat(view.wrap(octets, 0, octets.capacity())).isTrue();
        return view;
    }

    private static ByteBuf octets(int number, int subtype) {
        return octets(CaptureReplay.captured(PACKETS, number).mptcpOption(subtype));
    }

    private static ByteBuf octets(Option option) {
        return Unpooled.wrappedBuffer(new byte[] {(byte) option.kind(), (byte) option.length()}, option.data());
    }

    /** What one end of the capture sent, put together by its data sequence numbers. */
    private static byte[] streamOf(IpAddress host, long key) {
        int first = (int) MptcpCrypto.SHA1.idsn(key) + 1;
        TreeMap<Integer, byte[]> pieces = new TreeMap<>();
        Dss dss = new Dss();
        for (int number = 1; number <= PACKETS.size(); number++) {
            Segment segment = CaptureReplay.captured(PACKETS, number);
            boolean ofServer = segment.sourcePort() == 22;
            Option option = segment.mptcpOption(MptcpSubtype.DSS);
            if (ofServer == host.equals(SERVER) && segment.payloadLength() > 0 && option != null) {
                ByteBuf octets = octets(option);
                assertThat(dss.wrap(octets, 0, octets.capacity()) && dss.hasMapping())
                        .isTrue();
                pieces.put((int) dss.dsn() - first, segment.payload());
            }
        }
        byte[] stream = new byte[pieces.lastKey() + pieces.lastEntry().getValue().length];
        int end = 0;
        for (Map.Entry<Integer, byte[]> piece : pieces.entrySet()) {
            assertThat(piece.getKey()).as("no gap").isLessThanOrEqualTo(end);
            System.arraycopy(piece.getValue(), 0, stream, piece.getKey(), piece.getValue().length);
            end = Math.max(end, piece.getKey() + piece.getValue().length);
        }
        return stream;
    }

    private static int lastDataAck(CaptureReplay replay, long peerKey) {
        int first = (int) MptcpCrypto.SHA1.idsn(peerKey) + 1;
        Dss dss = new Dss();
        int last = -1;
        for (Segment segment : replay.answers()) {
            Option option = segment.mptcpOption(MptcpSubtype.DSS);
            if (option != null && !segment.has(TcpFlags.RST)) {
                ByteBuf octets = octets(option);
                assertThat(dss.wrap(octets, 0, octets.capacity())).isTrue();
                last = dss.hasDataAck() ? (int) dss.dataAck() - first : last;
            }
        }
        return last;
    }
}
