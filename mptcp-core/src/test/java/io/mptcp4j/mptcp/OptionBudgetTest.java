package io.mptcp4j.mptcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.wire.TcpView;
import io.mptcp4j.wire.mptcp.AddAddr;
import io.mptcp4j.wire.mptcp.Dss;
import io.mptcp4j.wire.mptcp.MpCapable;
import io.mptcp4j.wire.mptcp.MpJoin;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** 40 octets of options, 12 of them for timestamps: whether all that one segment must carry fits (RFC 8684 appendix A). */
class OptionBudgetTest {
    private static final int BESIDE_TIMESTAMPS = TcpView.MAXIMUM_OPTIONS - 12;

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 4", "3, 4", "4, 4", "22, 24", "26, 28"})
    void lengthsAreRoundedUpToFour(int length, int padded) {
        assertThat(OptionBudget.padded(length)).isEqualTo(padded);
    }

    @Test
    void theRestIsFilledWithNoOperations() {
        ByteBuf buffer = Unpooled.buffer(8).setZero(0, 8);

        OptionBudget.pad(buffer, 2, 2);

        assertThat(buffer.getInt(0)).isEqualTo(0x0000_0101);
        assertThat(buffer.getInt(4)).isZero();
    }

    @Test
    void whatDataCarriesFitsBesideTimestamps() {
        assertThat(OptionBudget.padded(Dss.length(true, true, true, true, false)))
                .isLessThanOrEqualTo(BESIDE_TIMESTAMPS);
        assertThat(OptionBudget.padded(MpCapable.LENGTH_DATA)).isLessThanOrEqualTo(BESIDE_TIMESTAMPS);
        assertThat(MpJoin.LENGTH_ACK).isLessThanOrEqualTo(BESIDE_TIMESTAMPS);
    }

    @Test
    void anIpv4AnnouncementLeavesRoomForADataAckAndAnIpv6OneDoesNot() {
        int dataAck = OptionBudget.padded(Dss.length(true, true, false, false, false));

        assertThat(OptionBudget.padded(AddAddr.length(true, false)) + dataAck).isLessThanOrEqualTo(BESIDE_TIMESTAMPS);
        assertThat(OptionBudget.padded(AddAddr.length(false, false))).isEqualTo(BESIDE_TIMESTAMPS);
        assertThat(OptionBudget.padded(AddAddr.length(false, true))).isGreaterThan(BESIDE_TIMESTAMPS);
    }
}
