package io.mptcp4j.wire.mptcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.wire.IpAddress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an encoder writes, the view reads; every other length is refused. */
class OptionRoundTripTest {
    private static final int INDEX = 5;
    private static final int ROOM = 64;

    private final Random random = new Random(11);
    private final ByteBuf buffer = Unpooled.buffer(ROOM, ROOM);

    @ParameterizedTest
    @ValueSource(ints = {4, 12, 20, 22, 24})
    void mpCapableOfEveryLength(int length) {
        // RFC 8684 3.1
        for (int round = 0; round < 200; round++) {
            int version = 1 + random.nextInt(15);
            int flags = random.nextInt(256);
            long sender = random.nextLong();
            long receiver = random.nextLong();
            int dataLength = random.nextInt(65536);
            int checksum = random.nextInt(65536);
            int written =
                    switch (length) {
                        case 4 -> MpCapable.writeSyn(buffer, INDEX, version, flags);
                        case 12 -> MpCapable.writeKey(buffer, INDEX, version, flags, sender);
                        case 20 -> MpCapable.writeKeys(buffer, INDEX, version, flags, sender, receiver);
                        case 22 ->
                            MpCapable.writeKeysAndData(buffer, INDEX, version, flags, sender, receiver, dataLength);
                        default ->
                            MpCapable.writeKeysAndDataChecksum(
                                    buffer, INDEX, version, flags, sender, receiver, dataLength, checksum);
                    };

            MpCapable view = new MpCapable();
            assertThat(written).isEqualTo(length);
            assertThat(view.wrap(buffer, INDEX, length)).isTrue();
            assertThat(view.version()).isEqualTo(version);
            assertThat(view.flags()).isEqualTo(flags);
            assertThat(view.isChecksumRequired()).isEqualTo((flags & 0x80) != 0);
            assertThat(view.isExtensible()).isEqualTo((flags & 0x40) != 0);
            assertThat(view.isJoinForbidden()).isEqualTo((flags & 0x20) != 0);
            assertThat(view.isHmacSha256()).isEqualTo((flags & 0x01) != 0);
            assertThat(view.hasSenderKey() ? view.senderKey() : sender).isEqualTo(sender);
            assertThat(view.hasReceiverKey() ? view.receiverKey() : receiver).isEqualTo(receiver);
            assertThat(view.hasDataLength() ? view.dataLength() : dataLength).isEqualTo(dataLength);
            assertThat(view.hasChecksum() ? view.checksum() : checksum).isEqualTo(checksum);
            assertThat(view.hasSenderKey()).isEqualTo(length >= 12);
            assertThat(view.hasReceiverKey()).isEqualTo(length >= 20);
            assertThat(view.hasDataLength()).isEqualTo(length >= 22);
            assertThat(view.hasChecksum()).isEqualTo(length == 24);
        }
    }

    @ParameterizedTest
    @CsvSource({"4, false", "12, true", "20, true", "22, false", "24, false"})
    void version0OfMpCapableHasTwoLengths(int length, boolean taken) {
        // RFC 6824 3.1
        buffer.setZero(0, ROOM);
        MptcpOption.writeHeader(buffer, INDEX, length, MptcpSubtype.MP_CAPABLE, MptcpOption.VERSION_0);

        assertThat(new MpCapable().wrap(buffer, INDEX, length)).isEqualTo(taken);
    }

    @Test
    void mpJoinInItsThreeForms() {
        // RFC 8684 3.2
        MpJoin view = new MpJoin();
        for (int round = 0; round < 200; round++) {
            boolean backup = random.nextBoolean();
            int id = random.nextInt(256);
            int token = random.nextInt();
            int nonce = random.nextInt();
            long truncated = random.nextLong();
            byte[] hmac = new byte[32];
            random.nextBytes(hmac);

            assertThat(view.wrap(buffer, INDEX, MpJoin.writeSyn(buffer, INDEX, backup, id, token, nonce)))
                    .isTrue();
            assertThat(view.isSyn()).isTrue();
            assertThat(view.isBackup()).isEqualTo(backup);
            assertThat(view.addressId()).isEqualTo(id);
            assertThat(view.token()).isEqualTo(token);
            assertThat(view.nonce()).isEqualTo(nonce);

            assertThat(view.wrap(buffer, INDEX, MpJoin.writeSynAck(buffer, INDEX, backup, id, truncated, nonce)))
                    .isTrue();
            assertThat(view.isSynAck()).isTrue();
            assertThat(view.isBackup()).isEqualTo(backup);
            assertThat(view.addressId()).isEqualTo(id);
            assertThat(view.truncatedHmac()).isEqualTo(truncated);
            assertThat(view.nonce()).isEqualTo(nonce);

            assertThat(view.wrap(buffer, INDEX, MpJoin.writeAck(buffer, INDEX, hmac)))
                    .isTrue();
            assertThat(view.isAck()).isTrue();
            assertThat(MptcpCrypto.isSameHmac(hmac, view.hmac())).isTrue();
        }
    }

    @Test
    void dssInEveryMixOfItsParts() {
        // RFC 8684 3.3
        for (int mix = 0; mix < 64; mix++) {
            boolean ack = (mix & 1) != 0;
            boolean ack64 = ack && (mix & 2) != 0;
            boolean mapping = (mix & 4) != 0;
            if (ack || mapping) {
                checkDss(ack, ack64, mapping, (mix & 8) != 0, (mix & 16) != 0, (mix & 32) != 0);
            }
        }
    }

    private void checkDss(boolean ack, boolean ack64, boolean mapping, boolean dsn64, boolean summed, boolean fin) {
        long dataAck = random.nextLong();
        long dsn = random.nextLong();
        int ssn = random.nextInt();
        int dataLength = random.nextInt(65536);
        int checksum = random.nextInt(65536);
        int written = mapping
                ? Dss.writeMapping(
                        buffer, INDEX, ack, dataAck, ack64, dsn, dsn64, ssn, dataLength, summed, checksum, fin)
                : Dss.writeDataAck(buffer, INDEX, dataAck, ack64);

        Dss view = new Dss();
        assertThat(written).isEqualTo(Dss.length(ack, ack64, mapping, dsn64, summed));
        assertThat(written).isLessThanOrEqualTo(Dss.MAXIMUM_LENGTH);
        assertThat(view.wrap(buffer, INDEX, written)).isTrue();
        assertThat(view.hasDataAck()).isEqualTo(ack);
        assertThat(view.hasMapping()).isEqualTo(mapping);
        assertThat(view.hasChecksum()).isEqualTo(mapping && summed);
        assertThat(view.isDataFin()).isEqualTo(mapping && fin);
        if (ack) {
            assertThat(view.isDataAck64()).isEqualTo(ack64);
            assertThat(view.dataAck()).isEqualTo(ack64 ? dataAck : dataAck & 0xffff_ffffL);
        }
        if (mapping) {
            assertThat(view.isDsn64()).isEqualTo(dsn64);
            assertThat(view.dsn()).isEqualTo(dsn64 ? dsn : dsn & 0xffff_ffffL);
            assertThat(view.ssn()).isEqualTo(ssn);
            assertThat(view.dataLength()).isEqualTo(dataLength);
            assertThat(summed ? view.checksum() : checksum).isEqualTo(checksum);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "2001:db8::1:2", "255.255.255.255", "::"})
    void addAddrInEveryForm(String literal) {
        // RFC 8684 3.4.1, RFC 6824 3.4.1
        IpAddress address = IpAddress.parse(literal);
        for (int port : new int[] {0, 1, 443, 65535}) {
            int id = random.nextInt(256);
            long hmac = random.nextLong();

            AddAddr announced = wrapped(AddAddr.write(buffer, INDEX, id, address, port, hmac));
            assertThat(announced.length()).isEqualTo(AddAddr.length(address.isIpv4(), port != 0));
            assertThat(announced.truncatedHmac()).isEqualTo(hmac);
            assertThat(announced.isEcho() || announced.isVersion0()).isFalse();
            assertSame(announced, id, address, port);

            AddAddr echo = wrapped(AddAddr.writeEcho(buffer, INDEX, id, address, port));
            assertThat(echo.isEcho()).isTrue();
            assertThat(echo.hasHmac() || echo.isVersion0()).isFalse();
            assertSame(echo, id, address, port);

            AddAddr version0 = wrapped(AddAddr.writeVersion0(buffer, INDEX, id, address, port));
            assertThat(version0.isVersion0()).isTrue();
            assertThat(version0.hasHmac() || version0.isEcho()).isFalse();
            assertSame(version0, id, address, port);
        }
    }

    private AddAddr wrapped(int length) {
        AddAddr view = new AddAddr();
        assertThat(view.wrap(buffer, INDEX, length)).isTrue();
        return view;
    }

    private static void assertSame(AddAddr view, int id, IpAddress address, int port) {
        assertThat(view.addressId()).isEqualTo(id);
        assertThat(view.address()).isEqualTo(address);
        assertThat(view.hasPort()).isEqualTo(port != 0);
        assertThat(view.port()).isEqualTo(port);
    }

    @Test
    void removeAddrOfEveryCount() {
        // RFC 8684 3.4.2
        RemoveAddr view = new RemoveAddr();
        for (int count = 1; count <= 37; count++) {
            int[] ids = random.ints(count, 0, 256).toArray();

            assertThat(view.wrap(buffer, INDEX, RemoveAddr.write(buffer, INDEX, ids, count)))
                    .isTrue();
            assertThat(view.count()).isEqualTo(count);
            for (int i = 0; i < count; i++) {
                assertThat(view.addressId(i)).isEqualTo(ids[i]);
            }
        }
        assertThat(view.wrap(buffer, INDEX, RemoveAddr.write(buffer, INDEX, 7))).isTrue();
        assertThat(view.addressId(0)).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void mpPrioWithAndWithoutAddressId(boolean backup) {
        // RFC 8684 3.3.8, RFC 6824 3.3.8
        MpPrio view = new MpPrio();

        assertThat(view.wrap(buffer, INDEX, MpPrio.write(buffer, INDEX, backup)))
                .isTrue();
        assertThat(view.isBackup()).isEqualTo(backup);
        assertThat(view.hasAddressId()).isFalse();

        assertThat(view.wrap(buffer, INDEX, MpPrio.writeVersion0(buffer, INDEX, backup, 200)))
                .isTrue();
        assertThat(view.isBackup()).isEqualTo(backup);
        assertThat(view.addressId()).isEqualTo(200);
    }

    @Test
    void mpFailMpFastcloseAndMpTcprst() {
        // RFC 8684 3.5 to 3.7
        MpFail fail = new MpFail();
        MpFastclose fastclose = new MpFastclose();
        MpTcprst tcprst = new MpTcprst();
        for (int round = 0; round < 256; round++) {
            long number = random.nextLong();

            assertThat(fail.wrap(buffer, INDEX, MpFail.write(buffer, INDEX, number)))
                    .isTrue();
            assertThat(fail.dsn()).isEqualTo(number);
            assertThat(fastclose.wrap(buffer, INDEX, MpFastclose.write(buffer, INDEX, number)))
                    .isTrue();
            assertThat(fastclose.receiverKey()).isEqualTo(number);
            assertThat(tcprst.wrap(buffer, INDEX, MpTcprst.write(buffer, INDEX, number < 0, round)))
                    .isTrue();
            assertThat(tcprst.reason()).isEqualTo(round);
            assertThat(tcprst.isTransient()).isEqualTo(number < 0);
            assertThat(tcprst.flagU() || tcprst.flagV() || tcprst.flagW()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24})
    void whateverAViewTakesItsGettersTellWhole(long seed) {
        Random octets = new Random(seed);
        MptcpReencoder reencoder = new MptcpReencoder();
        ByteBuf written = Unpooled.buffer(ROOM, ROOM);
        ByteBuf again = Unpooled.buffer(ROOM, ROOM);
        for (int round = 0; round < 50_000; round++) {
            int length = 3 + octets.nextInt(38);
            int subtype = octets.nextInt(16);
            for (int i = 0; i < length; i++) {
                buffer.setByte(i, octets.nextInt());
            }
            MptcpOption.writeHeader(buffer, 0, length, subtype, octets.nextInt(16));

            int first = reencoder.reencode(subtype, buffer, 0, length, written);
            if (first != MptcpReencoder.MALFORMED) {
                // Reserved bits are lost the first time, nothing the second time.
                assertThat(reencoder.reencode(subtype, written, 0, first, again))
                        .isEqualTo(first);
                assertThat(ByteBufUtil.hexDump(again, 0, first)).isEqualTo(ByteBufUtil.hexDump(written, 0, first));
                assertThat(first).isEqualTo(length);
            }
        }
    }

    @Test
    void anOptionWhoseLengthFieldDisagreesIsRefused() {
        int length = MpFail.write(buffer, INDEX, 1);
        buffer.setByte(INDEX + 1, length + 1);

        assertThat(new MpFail().wrap(buffer, INDEX, length)).isFalse();
    }

    @Test
    void addAddrThatClaimsBothEchoAndHmacIsRefused() {
        // RFC 8684 3.4.1: the echo carries no HMAC, the announcement does.
        int length = AddAddr.write(buffer, INDEX, 1, IpAddress.parse("192.0.2.1"), 0, 1);
        buffer.setByte(INDEX + 2, MptcpSubtype.ADD_ADDR << 4 | 1);
        assertThat(new AddAddr().wrap(buffer, INDEX, length)).isFalse();

        length = AddAddr.writeEcho(buffer, INDEX, 1, IpAddress.parse("192.0.2.1"), 0);
        buffer.setByte(INDEX + 2, MptcpSubtype.ADD_ADDR << 4);
        assertThat(new AddAddr().wrap(buffer, INDEX, length)).isFalse();
    }
}
