package io.mptcp4j.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A stack ends under its sockets: nobody takes for the whole stream what is not. */
@Timeout(180)
class StackEndTest {
    private static final int OCTETS = 1000;
    private static final int ROUNDS = 20;
    private static final String FAILURE = "beyond repair";

    private enum End {
        CLOSED(SocketFailures.STACK_CLOSED) {
            @Override
            void befall(MptcpStack stack) {
                stack.close();
            }
        },
        FAILED(FAILURE) {
            @Override
            void befall(MptcpStack stack) {
                stack.loop().fail(new IllegalStateException(FAILURE));
                await(stack::isClosed);
                // Waits until everybody has been told.
                stack.close();
            }
        };

        private final String words;

        End(String words) {
            this.words = words;
        }

        abstract void befall(MptcpStack stack);
    }

    @ParameterizedTest
    @EnumSource
    void aReaderWhoHasNotGotAllThatThePeerSentHearsOfTheStackAndNotOfTheEnd(End end) throws Exception {
        try (MptcpWorld world = open();
                ConnectedPair pair = sent(world, OCTETS, true)) {
            assertThat(pair.serverIn().readNBytes(OCTETS - 1)).hasSize(OCTETS - 1);

            end.befall(world.server);

            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> pair.serverIn().read())
                        .isInstanceOf(SocketException.class)
                        .hasMessageContaining(end.words);
            }
            assertThat(pair.serverIn().available()).isZero();
            assertThatThrownBy(() -> pair.serverOut().write(1))
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining(end.words);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aReaderWhosePeerHasNotFinishedHearsOfTheStack(End end) throws Exception {
        try (MptcpWorld world = open();
                ConnectedPair pair = sent(world, OCTETS, false)) {
            end.befall(world.server);

            assertThatThrownBy(() -> pair.serverIn().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining(end.words);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aReaderWhoWaitsHearsOfTheStack(End end) throws Exception {
        try (MptcpWorld world = open();
                ConnectedPair pair = sent(world, OCTETS, false)) {
            pair.serverIn().readNBytes(OCTETS);
            Transcript transcript = new Transcript();
            Transcript.Blocked read =
                    transcript.begin("read", () -> pair.serverIn().read());
            assertThat(read.staysFor(50)).isTrue();

            end.befall(world.server);

            read.outcome();
            assertThat(transcript.lines().get(0)).contains("SocketException").contains(end.words);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aReaderWhoHasGotAllFindsTheEnd(End end) throws Exception {
        try (MptcpWorld world = open();
                ConnectedPair pair = sent(world, OCTETS, true)) {
            pair.serverIn().readNBytes(OCTETS);

            end.befall(world.server);

            assertThat(pair.serverIn().read()).isNegative();
            assertThat(pair.serverIn().read()).isNegative();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatCameBeforeAnOrderlyEndStaysTheReaders(End end) throws Exception {
        try (MptcpWorld world = open();
                ConnectedPair pair = sent(world, OCTETS, true)) {
            pair.server.shutdownOutput();
            await(() -> state(pair.server).equals("CLOSED"));

            end.befall(world.server);

            assertThat(pair.serverIn().readAllBytes()).hasSize(OCTETS);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoReadsNoMoreFindsTheEnd(End end) throws Exception {
        try (MptcpWorld world = open();
                ConnectedPair pair = sent(world, OCTETS, false)) {
            InputStream in = pair.serverIn();
            pair.server.shutdownInput();

            end.befall(world.server);

            assertThat(in.read()).isNegative();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoClosedTheSocketHearsThat(End end) throws Exception {
        try (MptcpWorld world = open();
                ConnectedPair pair = sent(world, OCTETS, true)) {
            InputStream in = pair.serverIn();
            pair.server.close();

            end.befall(world.server);

            assertThatThrownBy(in::read).hasMessage("Socket closed");
        }
    }

    @Test
    void underAReaderAtWorkTheEndIsToldOnlyToWhoHasGotAll() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            try (MptcpWorld world = open();
                    ConnectedPair pair = sent(world, OCTETS, true)) {
                Transcript transcript = new Transcript();
                Transcript.Blocked read = transcript.begin("read", () -> readOneByOne(pair));
                int wanted = OCTETS / ROUNDS * round;
                await(() -> available(pair) <= OCTETS - wanted);

                world.server.close();

                read.outcome();
                assertThat(transcript.lines().get(0))
                        .isIn("read = " + OCTETS, "read ! java.net.SocketException: " + SocketFailures.STACK_CLOSED);
            }
        }
    }

    private static int readOneByOne(ConnectedPair pair) throws IOException {
        int count = 0;
        while (pair.serverIn().read() >= 0) {
            count++;
        }
        return count;
    }

    private static MptcpWorld open() throws IOException {
        return MptcpWorld.open(Duration.ofMillis(100));
    }

    /** A connection by which so much has come to the server, and perhaps the client's end. */
    private static ConnectedPair sent(MptcpWorld world, int octets, boolean finished) throws IOException {
        ConnectedPair pair = ConnectedPair.open(world);
        pair.clientOut().write(new byte[octets]);
        if (finished) {
            pair.client.shutdownOutput();
            await(() -> state(pair.server).equals("CLOSE_WAIT"));
        }
        await(() -> available(pair) == octets);
        return pair;
    }

    private static int available(ConnectedPair pair) {
        try {
            return pair.serverIn().available();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String state(Socket socket) {
        try {
            return MptcpStack.info(socket).state().name();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(100));
        }
    }
}
