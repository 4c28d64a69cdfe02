package io.mptcp4j.mptcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DataLevelTest {
    private static final long LOCAL_IDSN = 0xffff_ffff_ffff_ff00L;
    private static final long REMOTE_IDSN = 0x1234_5678_ffff_fff0L;

    private final DataLevel data = new DataLevel();

    @BeforeEach
    void keysAreKnownAndTheWindowIsOpen() {
        data.setIdsns(LOCAL_IDSN, REMOTE_IDSN);
        data.onDataAck(0, 100_000);
    }

    @Test
    void theFirstOctetHasTheNumberAfterTheIdsn() {
        assertThat(data.dsn(0)).isEqualTo(LOCAL_IDSN + 1);
        assertThat(data.receivedPosition(REMOTE_IDSN + 1, true, 0)).isZero();
        assertThat(data.dataAck(10)).isEqualTo(REMOTE_IDSN + 11);
    }

    @Test
    void shortNumbersOnTheWireStandForTheNearestLongOnes() {
        // RFC 8684 3.3.1: 32-bit numbers are promoted, across a wrap too.
        data.onSent(50_000);

        assertThat(data.acknowledgedPosition((LOCAL_IDSN + 1 + 40_000) & 0xffffffffL, false))
                .isEqualTo(40_000);
        assertThat(data.receivedPosition((REMOTE_IDSN + 1 + 5_000) & 0xffffffffL, false, 100))
                .isEqualTo(5_000);
    }

    @Test
    void theRightEdgeOfTheWindowNeverMovesLeft() {
        // RFC 8684 3.3.5
        data.onSent(1_000);
        data.onDataAck(1_000, 10);

        assertThat(data.sndUna()).isEqualTo(1_000);
        assertThat(data.sndWndEdge()).isEqualTo(100_000);
    }

    @Test
    void aDataAckOfWhatWasNeverSentIsIgnored() {
        data.onSent(1_000);

        assertThat(data.onDataAck(1_001, 500_000)).isFalse();
        assertThat(data.onDataAck(-1, 500_000)).isFalse();
        assertThat(data.sndUna()).isZero();
        assertThat(data.sndWndEdge()).isEqualTo(100_000);
    }

    @Test
    void theDataFinTakesTheNumberBehindTheLastOctet() {
        // RFC 8684 3.3.3
        data.onSent(1_000);
        data.placeFin();

        assertThat(data.onDataAck(1_000, 0)).isTrue();
        assertThat(data.isFinAcknowledged()).isFalse();
        assertThat(data.onDataAck(1_001, 0)).isTrue();
        assertThat(data.isFinAcknowledged()).isTrue();
    }

    @Test
    void thePeersDataFinIsAcknowledgedOnlyWhenEverythingBeforeItIsHere() {
        // RFC 8684 3.3.3
        data.onRemoteFin(500, 100);

        assertThat(data.reachRemoteFin(499)).isFalse();
        assertThat(data.dataAck(499)).isEqualTo(REMOTE_IDSN + 500);
        assertThat(data.reachRemoteFin(500)).isTrue();
        assertThat(data.reachRemoteFin(500)).isFalse();
        assertThat(data.dataAck(500)).isEqualTo(REMOTE_IDSN + 502);
    }

    @Test
    void aSecondDifferentEndIsIgnored() {
        assertThat(data.onRemoteFin(500, 100)).isTrue();
        assertThat(data.onRemoteFin(600, 100)).isFalse();
    }
}
