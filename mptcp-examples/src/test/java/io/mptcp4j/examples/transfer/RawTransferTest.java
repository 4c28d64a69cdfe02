package io.mptcp4j.examples.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mptcp4j.socket.MptcpStack;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class RawTransferTest {
    private static final long PATIENCE = 60_000_000_000L;

    @TempDir
    private Path arrivals;

    private final byte[] content = new byte[500_000];
    private SocketPair pair;

    @BeforeEach
    void connect() throws IOException {
        new Random(3).nextBytes(content);
        pair = new SocketPair();
    }

    @AfterEach
    void disconnect() throws IOException {
        pair.close();
    }

    @Test
    void octetsArriveUntilEndOfStream() throws Exception {
        CompletableFuture<Received> receiving = receive();

        long sent = RawTransfer.send(
                pair.sender(),
                new ByteArrayInputStream(content),
                () -> MptcpStack.info(pair.sender()).octetsAcknowledged(),
                PATIENCE,
                octets -> {});

        assertThat(sent).isEqualTo(content.length);
        assertThat(receiving.get().octets()).isEqualTo(content.length);
        assertThat(arrivals.resolve("name")).hasBinaryContent(content);
    }

    @Test
    void streamThatIsResetIsTornAndLeavesNothing() throws Exception {
        CompletableFuture<Received> receiving = receive();

        pair.sender().getOutputStream().write(content);
        pair.sender().setSoLinger(true, 0);
        pair.sender().close();

        assertThatThrownBy(receiving::get)
                .cause()
                .isInstanceOf(TransferException.class)
                .hasMessageContaining("torn after");
        assertThat(Files.list(arrivals)).isEmpty();
    }

    @Test
    void peerThatResetsIsATornTransfer() throws Exception {
        pair.receiver().setSoLinger(true, 0);
        pair.receiver().close();

        assertThatThrownBy(() -> RawTransfer.send(
                        pair.sender(),
                        new RandomOctets(1L << 40, 1),
                        () -> MptcpStack.info(pair.sender()).octetsAcknowledged(),
                        PATIENCE,
                        octets -> {}))
                .isInstanceOf(TransferException.class)
                .hasMessageContaining("torn");
    }

    private CompletableFuture<Received> receive() {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return RawTransfer.receive(
                        pair.receiver(), new DirectoryDestination(arrivals, false), "name", octets -> {});
            } catch (IOException e) {
                throw new CompletionException(e);
            }
        });
    }
}
