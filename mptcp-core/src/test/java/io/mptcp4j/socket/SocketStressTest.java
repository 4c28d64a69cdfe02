package io.mptcp4j.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many threads at once. */
@Timeout(180)
class SocketStressTest {
    private static final int PORT = 4000;

    @Test
    void manyConnectionsEchoAtOnce() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try (MptcpWorld world = MptcpWorld.open()) {
            echoAll(world, threads, 100, 20_000);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void virtualThreadsEchoAtOnce() throws Exception {
        ExecutorService threads = virtualThreads();
        Assumptions.assumeTrue(threads != null, "no virtual threads before JDK 21");
        try (MptcpWorld world = MptcpWorld.open()) {
            echoAll(world, threads, 500, 2_000);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void anInterruptedVirtualThreadClosesItsSocket() throws Exception {
        ThreadFactory factory = virtualThreadFactory();
        Assumptions.assumeTrue(factory != null, "no virtual threads before JDK 21");
        try (MptcpWorld world = MptcpWorld.open();
                ConnectedPair pair = ConnectedPair.open(world)) {
            CountDownLatch done = new CountDownLatch(1);
            Queue<String> outcome = new ConcurrentLinkedQueue<>();
            Thread reader = factory.newThread(() -> {
                try {
                    outcome.add("read " + pair.clientIn().read());
                } catch (IOException e) {
                    outcome.add(e.getMessage() + " " + Thread.currentThread().isInterrupted());
                }
                done.countDown();
            });
            reader.start();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));

            reader.interrupt();

            assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(outcome).containsExactly("Closed by interrupt true");
            assertThat(pair.client.isClosed()).isTrue();
        }
    }

    @Test
    void closesRaceWithReadsAndWrites() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try (MptcpWorld world = MptcpWorld.open()) {
            for (int i = 0; i < 150; i++) {
                raceOnce(world, threads, new Random(i));
            }
            assertThat(world.client.faults() + world.server.faults()).isZero();
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void closesRaceWithConnects() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try (MptcpWorld world = MptcpWorld.open();
                ServerSocket listener = world.serverSocket()) {
            listener.bind(new InetSocketAddress(PORT), 1000);
            for (int i = 0; i < 150; i++) {
                Socket socket = world.socket();
                Future<?> connect = threads.submit(
                        () -> tolerate(() -> socket.connect(new InetSocketAddress(world.serverAddress(), PORT))));
                LockSupport.parkNanos(new Random(i).nextInt(1_000_000));
                socket.close();
                connect.get(20, TimeUnit.SECONDS);
            }
            assertThat(world.client.faults() + world.server.faults()).isZero();
        } finally {
            threads.shutdownNow();
        }
    }

    private static void raceOnce(MptcpWorld world, ExecutorService threads, Random random) throws Exception {
        ConnectedPair pair = ConnectedPair.open(world);
        List<Future<?>> all = new ArrayList<>();
        for (Socket socket : List.of(pair.client, pair.server)) {
            all.add(threads.submit(() -> tolerate(() -> {
                byte[] block = new byte[10_000];
                while (true) {
                    socket.getOutputStream().write(block);
                }
            })));
            all.add(threads.submit(() -> tolerate(() -> {
                InputStream in = socket.getInputStream();
                byte[] block = new byte[3_000];
                while (in.read(block) >= 0) {}
            })));
        }
        LockSupport.parkNanos(random.nextInt(4_000_000));
        Socket one = random.nextBoolean() ? pair.client : pair.server;
        if (random.nextBoolean()) {
            tolerate(() -> one.setSoLinger(true, 0));
        }
        one.close();
        LockSupport.parkNanos(random.nextInt(2_000_000));
        pair.close();
        for (Future<?> future : all) {
            future.get(20, TimeUnit.SECONDS);
        }
    }

    private static void echoAll(MptcpWorld world, ExecutorService threads, int connections, int octets)
            throws Exception {
        try (ServerSocket listener = world.serverSocket()) {
            listener.bind(new InetSocketAddress(PORT), connections);
            threads.submit(() -> {
                for (int i = 0; i < connections; i++) {
                    Socket accepted = listener.accept();
                    threads.submit(() -> accepted.getInputStream().transferTo(accepted.getOutputStream()));
                }
                return null;
            });
            List<Future<Boolean>> clients = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                int seed = i;
                clients.add(threads.submit(echo(world, threads, seed, octets)));
            }
            for (Future<Boolean> client : clients) {
                assertThat(client.get(60, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(world.client.faults() + world.server.faults()).isZero();
        }
    }

    private static Callable<Boolean> echo(MptcpWorld world, ExecutorService threads, int seed, int octets) {
        return () -> {
            byte[] sent = StreamScenarios.pattern(octets, seed);
            try (Socket socket = world.socket()) {
                socket.connect(new InetSocketAddress(world.serverAddress(), PORT));
                Future<?> writer = threads.submit(() -> {
                    socket.getOutputStream().write(sent);
                    return null;
                });
                byte[] received = socket.getInputStream().readNBytes(octets);
                writer.get();
                return java.util.Arrays.equals(sent, received);
            }
        };
    }

    private static void tolerate(Transcript.Action action) {
        try {
            action.run();
        } catch (SocketException e) {
            // One of many fair outcomes of a race.
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static ExecutorService virtualThreads() {
        try {
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }

    private static ThreadFactory virtualThreadFactory() {
        try {
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            return (ThreadFactory) Class.forName("java.lang.Thread$Builder")
                    .getMethod("factory")
                    .invoke(builder);
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }
}
