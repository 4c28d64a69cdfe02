package io.mptcp4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.examples.transfer.Digests;
import io.mptcp4j.tun.testing.KernelPeer;
import io.mptcp4j.tun.testing.KernelTest;
import io.mptcp4j.tun.testing.NetworkNamespace;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program's commands, as users type them, with the kernel at the other end of two TUN devices. */
@KernelTest(
        programs = {"python3", "nstat", "tc"},
        mptcp = true)
@Timeout(300)
class TransferKernelTest {
    private static final int OCTETS = 20_000_003;

    /** More than the kernel takes before somebody reads. */
    private static final int MORE_OCTETS = 50_000_003;

    private static final String[] TUNS = {
        "--tun", "mp1=10.1.0.2/24,fd00:1::2/64,kernel=10.1.0.1/24,kernel=fd00:1::1/64",
        "--tun", "mp2=10.2.0.2/24,fd00:2::2/64,kernel=10.2.0.1/24,kernel=fd00:2::1/64"
    };

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private NetworkNamespace kernel;

    @BeforeEach
    void makeNamespace() {
        kernel = NetworkNamespace.create();
        kernel.mptcpLimits(4, 4);
    }

    @AfterEach
    void removeNamespace() {
        kernel.close();
    }

    @Test
    void rawFileReachesTheKernelOverBothPaths() throws Exception {
        byte[] content = new byte[MORE_OCTETS];
        new Random(1).nextBytes(content);
        Path file = Files.write(folder.resolve("a.bin"), content);
        try (KernelPeer server = KernelPeer.server(kernel, "0.0.0.0")
                // The kernel takes no join once either end has finished.
                .answerFirst()
                .readAtSubflows(2)
                .start()) {
            int exitCode = run("send", file.toString(), "10.1.0.1:" + server.port(), "--raw", "--events", "--counters");

            assertThat(exitCode).as(err.toString()).isZero();
            assertThat(err.toString())
                    .contains("Created[connectionId=1, ")
                    .contains("SubflowEstablished[connectionId=1, ")
                    .contains("MPTcpExtMPCapableSYNTX 1")
                    .contains("MPTcpExtMPJoinSynAckRx ");
            KernelPeer.Report report = server.await();
            assertThat(report.receivedDigest()).isEqualTo(sha256(content));
            assertThat(report.isFallback()).isFalse();
            assertThat(out.toString()).contains("MPTCP: mp1").contains("mp2");
        }
    }

    @Test
    void rawFileReachesAPlainTcpPeerOverIpv6() throws Exception {
        byte[] content = new byte[OCTETS];
        new Random(2).nextBytes(content);
        Path file = Files.write(folder.resolve("a.bin"), content);
        try (KernelPeer server = KernelPeer.server(kernel, "::").plainTcp().start()) {
            int exitCode = run("send", file.toString(), "[fd00:1::1]:" + server.port(), "--raw");

            assertThat(exitCode).as(err.toString()).isZero();
            assertThat(server.await().receivedDigest()).isEqualTo(sha256(content));
            assertThat(out.toString()).contains("plain TCP (the peer, or something on the way, does not speak MPTCP)");
        }
    }

    @Test
    void rawFileComesFromTheKernel() throws Exception {
        CompletableFuture<Integer> receiving = CompletableFuture.supplyAsync(() -> {
            try {
                return run("receive", "5000", "--raw", "--name", "b.bin", "--out", folder.toString());
            } catch (Exception e) {
                throw new CompletionException(e);
            }
        });
        awaitListening(receiving);
        try (KernelPeer client =
                KernelPeer.client(kernel, "10.1.0.2", 5000).send(OCTETS, 3).start()) {
            assertThat(receiving.get()).as(err.toString()).isZero();
            assertThat(sha256(Files.readAllBytes(folder.resolve("b.bin"))))
                    .isEqualTo(client.await().sentDigest());
        }
    }

    @Test
    void nobodyListeningIsAMessage() throws Exception {
        Path file = Files.writeString(folder.resolve("a.bin"), "x");

        assertThat(run("send", file.toString(), "10.1.0.1:9")).isEqualTo(1);

        assertThat(err.toString())
                .isEqualToIgnoringNewLines("cannot connect to 10.1.0.1:9 (10.1.0.1): Connection refused");
    }

    @Test
    void demoOverTunReachesTheKernel() {
        int exitCode = execute("demo", "--tun", "--size", "3M");

        assertThat(exitCode).as(out + "" + err).isZero();
        assertThat(out.toString().lines().filter(line -> line.endsWith("right")))
                .as(out.toString())
                .hasSize(3);
    }

    private int run(String... line) throws Exception {
        String[] whole = Stream.concat(Arrays.stream(line), Arrays.stream(TUNS)).toArray(String[]::new);
        return kernel.call(() -> execute(whole));
    }

    private int execute(String... line) {
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(line);
    }

    private void awaitListening(CompletableFuture<Integer> receiving) {
        while (!out.toString().contains("listening on port 5000") && !receiving.isDone()) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static String sha256(byte[] octets) {
        return HexFormat.of().formatHex(Digests.sha256().digest(octets));
    }
}
