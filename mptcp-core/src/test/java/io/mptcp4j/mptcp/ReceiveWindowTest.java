package io.mptcp4j.mptcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.stream.MemoryBudget;
import io.mptcp4j.stream.ReceiveStream;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.Test;

class ReceiveWindowTest {
    private static final int CAPACITY = 100_000;

    private final ReceiveStream stream =
            new ReceiveStream(UnpooledByteBufAllocator.DEFAULT, new MemoryBudget(1 << 20), CAPACITY);
    private final ReceiveWindow window = new ReceiveWindow(stream);

    @Test
    void theRightEdgeStaysWhenTheBufferShrinks() {
        assertThat(window.advertise()).isEqualTo(CAPACITY);

        stream.setCapacity(1_000);

        // RFC 8684 3.3.4: a receiver must not shrink the right edge, DATA_ACK + window
        assertThat(window.advertise()).isEqualTo(CAPACITY);
    }
}
