package io.mptcp4j.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TcpOptionsTest {
    private final TcpOptions options = new TcpOptions();
    private final ByteBuf buffer = Unpooled.buffer(64, 64);

    @Test
    void allOptionsAreReadInOnePass() {
        int at = TcpOptionsWriter.writeMaximumSegmentSize(buffer, 0, 1460);
        at += TcpOptionsWriter.writeSackPermitted(buffer, at);
        at += TcpOptionsWriter.writeTimestamps(buffer, at, 7, -5);
        at += TcpOptionsWriter.pad(buffer, at, 1);
        at += TcpOptionsWriter.writeWindowScale(buffer, at, 9);
        at += TcpOptionsWriter.writeSackHeader(buffer, at, 2);
        at += TcpOptionsWriter.writeSackBlock(buffer, at, 10, 20);
        at += TcpOptionsWriter.writeSackBlock(buffer, at, -30, -20);
        at += TcpOptionsWriter.pad(buffer, at, TcpOptionsWriter.padding(at));

        assertThat(at % 4).isZero();
        assertThat(options.parse(buffer, 0, at)).isTrue();
        assertThat(options.maximumSegmentSize()).isEqualTo(1460);
        assertThat(options.isSackPermitted()).isTrue();
        assertThat(options.hasTimestamps()).isTrue();
        assertThat(options.tsVal()).isEqualTo(7);
        assertThat(options.tsEcr()).isEqualTo(-5);
        assertThat(options.windowScale()).isEqualTo(9);
        assertThat(options.sackCount()).isEqualTo(2);
        assertThat(options.sackLeft(1)).isEqualTo(-30);
        assertThat(options.sackRight(1)).isEqualTo(-20);
    }

    @Test
    void nothingOfTheLastSegmentStays() {
        parse("020405b4 04020303 0701011e 03500101");
        parse("");

        assertThat(options.maximumSegmentSize()).isEqualTo(TcpOptions.NONE);
        assertThat(options.windowScale()).isEqualTo(TcpOptions.NONE);
        assertThat(options.isSackPermitted()).isFalse();
        assertThat(options.mptcpCount()).isZero();
    }

    @Test
    void whatFollowsTheEndOfOptionsIsLeftAside() {
        // RFC 9293 3.1
        assertThat(parse("020405b4 00030307")).isTrue();
        assertThat(options.maximumSegmentSize()).isEqualTo(1460);
        assertThat(options.windowScale()).isEqualTo(TcpOptions.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0204 05b4 08 00", "020405b4 08", "020405b4 0801", "020405b4 080a00", "020405b4 1eff"})
    void aLengthThatDoesNotAddUpEndsTheReadingAndKeepsWhatCameBefore(String octets) {
        assertThat(parse(octets)).isFalse();
        assertThat(options.maximumSegmentSize()).isEqualTo(1460);
        assertThat(options.hasTimestamps()).isFalse();
    }

    @Test
    void anUnknownOptionIsSkippedByItsLength() {
        // RFC 9293 3.2
        assertThat(parse("fd06010203040303 07")).isTrue();
        assertThat(options.windowScale()).isEqualTo(7);
    }

    @Test
    void moreMptcpOptionsThanAreKeptAreLeftAside() {
        assertThat(parse("1e0350 1e0351 1e0350 1e0351 1e0350 1e0351")).isTrue();
        assertThat(options.mptcpCount()).isEqualTo(TcpOptions.MAXIMUM_MPTCP_OPTIONS);
        assertThat(options.mptcpIndex(1)).isEqualTo(3);
        assertThat(options.mptcpLength(1)).isEqualTo(3);
        assertThat(options.mptcpSubtype(1)).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 15, 17, 18})
    void aCookieOfALengthThatCannotBeIsNone(int octets) {
        // RFC 7413 4.1.1: 4 to 16, always even.
        String option = "22" + HexFormat.of().toHexDigits((byte) (octets + 2)) + "07".repeat(octets);
        assertThat(parse(option)).isTrue();
        assertThat(options.fastOpenLength()).isEqualTo(TcpOptions.NONE);
    }

    @Test
    void whatASynAgreesOnMeansNothingOnAnyOtherSegment() {
        // RFC 9293 3.7.1 (MUST-65), RFC 7323 2.2, RFC 2018 2, RFC 7413 4.1.1
        String offers = "020405b4 0402 030307 220601020304 080a0000000700000005 010101";
        byte[] header = new byte[20 + 28];
        System.arraycopy(HexFormat.of().parseHex(offers.replace(" ", "")), 0, header, 20, 28);
        header[12] = (byte) (header.length << 2);
        TcpView segment = new TcpView();
        for (int flags : new int[] {TcpFlags.SYN, TcpFlags.SYN | TcpFlags.ACK, TcpFlags.ACK, TcpFlags.RST, 0}) {
            header[13] = (byte) flags;
            assertThat(segment.wrap(Unpooled.wrappedBuffer(header), 0, header.length))
                    .isNull();

            assertThat(options.parse(segment)).isTrue();

            boolean syn = segment.isSyn();
            assertThat(options.maximumSegmentSize()).isEqualTo(syn ? 1460 : TcpOptions.NONE);
            assertThat(options.windowScale()).isEqualTo(syn ? 7 : TcpOptions.NONE);
            assertThat(options.isSackPermitted()).isEqualTo(syn);
            assertThat(options.fastOpenLength()).isEqualTo(syn ? 4 : TcpOptions.NONE);
            assertThat(options.tsVal()).isEqualTo(7);
        }
    }

    private boolean parse(String hex) {
        byte[] octets = HexFormat.of().parseHex(hex.replace(" ", ""));
        return options.parse(Unpooled.wrappedBuffer(octets), 0, octets.length);
    }
}
