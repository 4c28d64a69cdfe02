package io.mptcp4j.mptcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mptcp4j.number.Entropy;
import io.mptcp4j.testing.SeededEntropy;
import io.mptcp4j.wire.mptcp.MptcpCrypto;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ServerNamedKeysTest {
    @ParameterizedTest
    @CsvSource({"1, 0", "2, 1", "3, 2", "4, 2", "5, 3", "129, 8", "256, 8"})
    void aGroupHasAsFewBitsAsWillDo(int servers, int bits) {
        assertThat(ServerName.of(0, servers)).isEqualTo(new ServerName(0, bits));
    }

    @ParameterizedTest
    @CsvSource({"00000000, 0", "3fffffff, 0", "40000000, 1", "80000001, 2", "ffffffff, 3"})
    void theTopBitsOfATokenNameTheServer(String token, int server) {
        assertThat(ServerName.of(0, 4).serverOf(Integer.parseUnsignedInt(token, 16)))
                .isEqualTo(server);
    }

    @Test
    void aGroupOfOneIsNamedByEachToken() {
        assertThat(ServerName.of(0, 1).isNamedBy(0x8000_0000)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0, 257", "4, 4", "-1, 4"})
    void namesThatCannotBeAreRefused(int index, int servers) {
        assertThatThrownBy(() -> ServerName.of(index, servers)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @EnumSource(MptcpCrypto.class)
    void eachKeyNamesItsServerAndNoneComesTwice(MptcpCrypto crypto) {
        // given
        ServerName name = ServerName.of(201, 256);
        ServerNamedKeys keys = new ServerNamedKeys(name, new SeededEntropy(7));
        Set<Long> drawn = new HashSet<>();

        // when, then: RFC 8684 3.1, the token is the most significant 32 bits of the hash
        for (int i = 0; i < 500; i++) {
            long key = keys.draw(crypto);
            assertThat(crypto.token(key) >>> 24).isEqualTo(201);
            assertThat(drawn.add(key)).isTrue();
        }
    }

    @Test
    void entropyThatNeverFitsDoesNotHoldUpTheLoop() {
        // given
        CountedZeros zeros = new CountedZeros();
        int server = (MptcpCrypto.SHA256.token(0) >>> 24) + 1 & 0xff;
        ServerNamedKeys keys = new ServerNamedKeys(ServerName.of(server, 256), zeros);

        // when
        long key = keys.draw(MptcpCrypto.SHA256);

        // then
        assertThat(key).isZero();
        assertThat(zeros.octets).isEqualTo(8L * 256 * ServerNamedKeys.MAXIMUM_EFFORT);
    }

    private static final class CountedZeros implements Entropy {
        private long octets;

        @Override
        public int nextInt() {
            throw new UnsupportedOperationException("keys come in bulk");
        }

        @Override
        public long nextLong() {
            throw new UnsupportedOperationException("keys come in bulk");
        }

        @Override
        public void nextBytes(byte[] into) {
            octets += into.length;
        }
    }
}
