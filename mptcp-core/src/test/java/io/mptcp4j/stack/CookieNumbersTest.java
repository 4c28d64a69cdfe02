package io.mptcp4j.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.mptcp.MptcpVersion;
import io.mptcp4j.mptcp.RandomKeys;
import io.mptcp4j.mptcp.ServerName;
import io.mptcp4j.mptcp.ServerNamedKeys;
import io.mptcp4j.mptcp.TokenTable;
import io.mptcp4j.testing.SeededEntropy;
import io.mptcp4j.wire.FourTuple;
import io.mptcp4j.wire.IpAddress;
import io.mptcp4j.wire.mptcp.MptcpCrypto;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CookieNumbersTest {
    private static final FourTuple TUPLE =
            new FourTuple(IpAddress.parse("fd00::1"), 80, IpAddress.parse("fd00::2"), 40_000);
    private static final int TRIES = 1_000;

    private final CookieNumbers cookies = new CookieNumbers(new SeededEntropy(1));

    @Test
    void aNumberBringsBackItsCode() {
        for (MptcpVersion version : new MptcpVersion[] {null, MptcpVersion.V0, MptcpVersion.V1}) {
            for (int mss : new int[] {88, 1220, 1340, 1440, 8940}) {
                int code = CookieNumbers.code(false, mss, version);
                int number = cookies.number(TUPLE, 5, 0x3f, code, 1);

                assertThat(cookies.verify(TUPLE, 5, 0x3f, number, 1)).isEqualTo(code);
                assertThat(CookieNumbers.mss(false, code)).isEqualTo(mss);
                assertThat(CookieNumbers.version(code)).isEqualTo(version);
            }
        }
    }

    @Test
    void aCodeThatDoesNotExistIsNoCookie() {
        for (int time = 0; time < TRIES; time++) {
            int number = cookies.number(TUPLE, 5, 0x3f, 15, time);
            assertThat(cookies.verify(TUPLE, 5, 0x3f, number, time)).isEqualTo(-1);
        }
    }

    @Test
    void thereIsAlwaysAKeyWhereAnyWillDo() {
        TokenTable tokens = new TokenTable(new RandomKeys(new SeededEntropy(2)));
        long key = cookies.key(TUPLE, 5, 6, MptcpVersion.V1, tokens);

        assertThat(key).isNotZero().isEqualTo(cookies.key(TUPLE, 5, 6, MptcpVersion.V1, tokens));
        assertThat(cookies.key(TUPLE, 5, 7, MptcpVersion.V1, tokens)).isNotEqualTo(key);
        assertThat(cookies.key(TUPLE, 6, 6, MptcpVersion.V1, tokens)).isNotEqualTo(key);
    }

    @ParameterizedTest(name = "{0} servers")
    @CsvSource({"2, 0", "4, 0", "16, 35", "256, 830"})
    void inAGroupAKeyNamesItsServerOrThereIsNone(int servers, int mostWithout) {
        ServerName name = ServerName.of(servers - 1, servers);
        TokenTable tokens = new TokenTable(new ServerNamedKeys(name, new SeededEntropy(2)));
        int without = 0;
        for (int i = 0; i < TRIES; i++) {
            long key = cookies.key(TUPLE, 5, i, MptcpVersion.V1, tokens);
            if (key == 0) {
                without++;
            } else {
                assertThat(name.isNamedBy(MptcpCrypto.SHA256.token(key))).isTrue();
            }
        }

        assertThat(without).isLessThanOrEqualTo(mostWithout);
    }
}
