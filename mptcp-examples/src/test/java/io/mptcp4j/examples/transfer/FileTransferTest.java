package io.mptcp4j.examples.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(180)
class FileTransferTest {
    private static final int HEADER = 21;
    private static final byte[] CONTENT = content();

    @TempDir
    private Path arrivals;

    private SocketPair pair;

    @BeforeEach
    void connect() throws IOException {
        pair = new SocketPair();
    }

    @AfterEach
    void disconnect() throws IOException {
        pair.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 700_000})
    void fileArrivesWholeUnderItsName(int size) throws Exception {
        CompletableFuture<Received> receiving = receive(false);

        byte[] digest = send("a.bin", size);

        assertThat(receiving.get().digest()).isEqualTo(digest);
        assertThat(arrivals.resolve("a.bin")).hasBinaryContent(Arrays.copyOf(CONTENT, size));
        assertThat(names()).containsExactly("a.bin");
    }

    @ParameterizedTest
    @ValueSource(
            ints = {0, 3, 16, HEADER - 1, HEADER, HEADER + 1, HEADER + 350_000, HEADER + 700_000, HEADER + 700_031})
    void transferThatIsTornAnywhereIsAnErrorAndLeavesNothing(int length) throws Exception {
        CompletableFuture<Received> receiving = receive(false);

        pair.sender().getOutputStream().write(wholeTransfer(CONTENT, CONTENT), 0, length);
        pair.sender().shutdownOutput();

        assertThatThrownBy(receiving::get)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(TransferException.class)
                .message()
                .contains(length < HEADER ? "before" : "torn after " + Math.min(length - HEADER, 700_000) + " octet");
        assertThat(names()).isEmpty();
    }

    @Test
    void wrongDigestIsAnErrorAtBothEndsAndLeavesNothing() throws Exception {
        CompletableFuture<Received> receiving = receive(false);
        byte[] damaged = CONTENT.clone();
        damaged[400_000] ^= 1;

        pair.sender().getOutputStream().write(wholeTransfer(damaged, CONTENT));
        pair.sender().shutdownOutput();

        assertThat(Reply.readFrom(pair.sender().getInputStream()).code()).isEqualTo(Reply.Code.READY);
        assertThat(Reply.readFrom(pair.sender().getInputStream()).code()).isEqualTo(Reply.Code.DAMAGED);
        assertThatThrownBy(receiving::get).hasMessageContaining("wrong SHA-256");
        assertThat(names()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "../a.bin, another directory",
        "/etc/a.bin, another directory",
        "sub/a.bin, another directory",
        "..\\a.bin, another directory",
        ".., names no file",
        "., names no file",
        "'a\u0007.bin', control characters",
    })
    void nameThatLeadsElsewhereIsRefused(String name, String reason) throws Exception {
        CompletableFuture<Received> receiving = receive(true);

        assertThatThrownBy(() -> send(name, 10))
                .isInstanceOf(TransferException.class)
                .hasMessageContaining("refuses")
                .hasMessageContaining(reason);

        assertThatThrownBy(receiving::get).cause().isInstanceOf(StorageException.class);
        assertThat(names()).isEmpty();
        assertThat(arrivals.getParent().resolve("a.bin")).doesNotExist();
    }

    @Test
    void fileThatExistsIsKept() throws Exception {
        Files.writeString(arrivals.resolve("a.bin"), "old");
        CompletableFuture<Received> receiving = receive(false);

        assertThatThrownBy(() -> send("a.bin", 10)).hasMessageContaining("exists already");

        assertThatThrownBy(receiving::get).hasMessageContaining("exists already");
        assertThat(arrivals.resolve("a.bin")).hasContent("old");
    }

    @Test
    void fileThatExistsIsReplacedByForce() throws Exception {
        Files.writeString(arrivals.resolve("a.bin"), "old");
        CompletableFuture<Received> receiving = receive(true);

        send("a.bin", 10);

        assertThat(receiving.get().octets()).isEqualTo(10);
        assertThat(arrivals.resolve("a.bin")).hasSize(10);
    }

    @Test
    void directoryOfTheSameNameIsNotReplacedEvenByForce() throws Exception {
        Files.createDirectory(arrivals.resolve("a.bin"));
        receive(true);

        assertThatThrownBy(() -> send("a.bin", 10)).hasMessageContaining("is a directory");
    }

    @Test
    void fileThatAppearsMeanwhileIsKept() throws Exception {
        DirectoryDestination directory = new DirectoryDestination(arrivals, false);
        CompletableFuture<Received> receiving = receive((name, size) -> {
            Delivery delivery = directory.begin(name, size);
            writeOld();
            return delivery;
        });

        assertThatThrownBy(() -> send("a.bin", 10)).hasMessageContaining("appeared meanwhile");

        assertThatThrownBy(receiving::get).hasMessageContaining("appeared meanwhile");
        assertThat(arrivals.resolve("a.bin")).hasContent("old");
        assertThat(names()).containsExactly("a.bin");
    }

    @Test
    void sizeBeyondTheFreeSpaceIsRefused() throws Exception {
        receive(false);

        assertThatThrownBy(() -> FileSender.send(
                        pair.sender(),
                        new ByteArrayInputStream(CONTENT),
                        new TransferHeader("a.bin", Long.MAX_VALUE),
                        sent -> {}))
                .hasMessageContaining("are free");
        assertThat(names()).isEmpty();
    }

    @Test
    void diskThatFailsIsSaidToTheSenderAtOnce() throws Exception {
        receive((name, size) -> new FullDisk(300_000));

        assertThatThrownBy(() -> FileSender.send(
                        pair.sender(),
                        new RandomOctets(1L << 40, 1),
                        new TransferHeader("a.bin", 1L << 40),
                        sent -> {}))
                .isInstanceOf(TransferException.class)
                .hasMessageContaining("cannot keep a.bin")
                .hasMessageContaining("No space left on device");
    }

    @ParameterizedTest
    @CsvSource({"5, became longer", "15, became shorter"})
    void fileThatChangesWhileItIsSentIsTorn(long claimed, String reason) throws Exception {
        CompletableFuture<Received> receiving = receive(false);

        assertThatThrownBy(() -> FileSender.send(
                        pair.sender(), new RandomOctets(10, 1), new TransferHeader("a.bin", claimed), sent -> {}))
                .hasMessageContaining(reason);
        pair.sender().close();

        assertThatThrownBy(receiving::get).hasMessageContaining("torn");
        assertThat(names()).isEmpty();
    }

    @Test
    void peerThatSpeaksSomethingElseIsToldFromATransfer() throws Exception {
        CompletableFuture<Received> receiving = receive(false);

        pair.sender().getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes());

        assertThatThrownBy(receiving::get).hasMessageContaining("--raw");
    }

    @Test
    void senderTellsAReceiverThatSpeaksSomethingElse() throws Exception {
        pair.receiver().getOutputStream().write("220 mail.example ESMTP\r\n".getBytes());

        assertThatThrownBy(() -> send("a.bin", 10)).hasMessageContaining("--raw");
    }

    @Test
    void receiverThatGoesAwayIsATornTransfer() throws Exception {
        new Reply(Reply.Code.READY, "").writeTo(pair.receiver().getOutputStream());
        pair.receiver().close();

        assertThatThrownBy(() -> send("a.bin", 700_000)).isInstanceOf(TransferException.class);
    }

    private CompletableFuture<Received> receive(boolean force) {
        return receive(new DirectoryDestination(arrivals, force));
    }

    private CompletableFuture<Received> receive(Destination destination) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return FileReceiver.receive(pair.receiver(), destination, octets -> {});
            } catch (IOException e) {
                closeReceiver();
                throw new CompletionException(e);
            }
        });
    }

    /** As programs do: a sender that is still at work, however slow, does not wait for somebody who reads no more. */
    private void closeReceiver() {
        try {
            pair.receiver().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] send(String name, int size) throws IOException {
        try {
            return FileSender.send(
                    pair.sender(),
                    new ByteArrayInputStream(CONTENT, 0, size),
                    new TransferHeader(name, size),
                    sent -> {});
        } catch (IOException e) {
            // Otherwise the receiver, having said no, listens to what may still come.
            pair.sender().close();
            throw e;
        }
    }

    private void writeOld() {
        try {
            Files.writeString(arrivals.resolve("a.bin"), "old");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Stream<String> names() throws IOException {
        try (Stream<Path> files = Files.list(arrivals)) {
            return files.map(file -> file.getFileName().toString()).toList().stream();
        }
    }

    private static byte[] content() {
        byte[] content = new byte[700_000];
        new Random(7).nextBytes(content);
        return content;
    }

    /** All that a sender says: these octets, and the digest of those. */
    private static byte[] wholeTransfer(byte[] octets, byte[] digested) throws IOException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        new TransferHeader("a.bin", octets.length).writeTo(whole);
        whole.write(octets);
        whole.write(Digests.sha256().digest(digested));
        return whole.toByteArray();
    }

    /** Takes so many octets. */
    private static final class FullDisk implements Delivery {
        private int room;

        FullDisk(int room) {
            this.room = room;
        }

        @Override
        public void write(byte[] octets, int offset, int length) throws IOException {
            room -= length;
            if (room < 0) {
                throw new IOException("No space left on device");
            }
        }

        @Override
        public String commit() {
            throw new AssertionError("not all is written");
        }

        @Override
        public void close() {}
    }
}
