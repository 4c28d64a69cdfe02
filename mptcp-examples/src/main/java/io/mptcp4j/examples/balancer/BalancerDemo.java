package io.mptcp4j.examples.balancer;

import io.mptcp4j.examples.transfer.Digests;
import io.mptcp4j.examples.transfer.RandomOctets;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.socket.ConnectionInfo;
import io.mptcp4j.socket.MptcpStack;
import io.mptcp4j.socket.SubflowInfo;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Opens connections in each way, waits until each join is answered, counts, and sends the octets. */
public final class BalancerDemo {
    private static final int THREADS = 16;
    private static final int CHUNK = 32 << 10;
    private static final int PATIENCE_MILLIS = 60_000;
    private static final long JOINING_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final int connections;
    private final long octets;
    private final long seed;

    /**
     * A demonstration.
     *
     * @param connections how many, each way
     * @param octets what each connection sends
     * @param seed decides which octets
     */
    public BalancerDemo(int connections, long octets, long seed) {
        this.connections = connections;
        this.octets = octets;
        this.seed = seed;
    }

    /** Carries out one way. */
    public WayResult run(Way way) throws IOException {
        ExecutorService workers = Executors.newFixedThreadPool(THREADS);
        try (Stage stage = new Stage(way, seed)) {
            List<Talk> talks = all(workers, connections, i -> new Talk(stage.connect(), octets, seed + i));
            awaitJoins(stage);
            long tried = stage.client(Counter.JOIN_SYN_TX);
            long established = stage.client(Counter.JOINS_ESTABLISHED);
            long relayed = stage.servers(Counter.JOINS_RELAYED);
            int[] subflows = subflows(talks);
            List<Boolean> right = all(workers, connections, i -> talks.get(i).finish());
            return new WayResult(
                    way,
                    connections,
                    tried,
                    established,
                    relayed,
                    subflows,
                    new long[] {stage.octets(0), stage.octets(1)},
                    (int) right.stream().filter(each -> each).count());
        } finally {
            workers.shutdownNow();
        }
    }

    private void awaitJoins(Stage stage) {
        long began = System.nanoTime();
        while (System.nanoTime() - began < JOINING_NANOS) {
            long tried = stage.client(Counter.JOIN_SYN_TX);
            long answered = stage.client(Counter.JOINS_ESTABLISHED) + stage.client(Counter.JOINS_FAILED);
            if (tried >= (long) connections * Stage.JOINS && answered >= tried) {
                return;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private static int[] subflows(List<Talk> talks) throws IOException {
        int[] subflows = new int[Stage.PATHS.size()];
        for (Talk talk : talks) {
            ConnectionInfo info = MptcpStack.info(talk.socket);
            for (SubflowInfo subflow : info.subflows()) {
                String local = subflow.local().getAddress().getHostAddress();
                for (int path = 0; path < subflows.length; path++) {
                    subflows[path] += subflow.usable() && Stage.PATHS.get(path).contains(local) ? 1 : 0;
                }
            }
        }
        return subflows;
    }

    private static <T> List<T> all(ExecutorService workers, int count, Task<T> task) throws IOException {
        List<Future<T>> futures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int index = i;
            futures.add(workers.submit((Callable<T>) () -> task.run(index)));
        }
        List<T> results = new ArrayList<>();
        try {
            for (Future<T> future : futures) {
                results.add(future.get());
            }
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return results;
    }

    private interface Task<T> {
        T run(int index) throws IOException;
    }

    /** The client's side of a connection. */
    private static final class Talk {
        private final Socket socket;
        private final RandomOctets content;
        private final MessageDigest digest = Digests.sha256();

        /** Sends one octet: subflows are added when a first one has been acknowledged. */
        Talk(Socket socket, long octets, long seed) throws IOException {
            this.socket = socket;
            this.content = new RandomOctets(octets, seed);
            socket.setSoTimeout(PATIENCE_MILLIS);
            send(new byte[1]);
        }

        /** Sends the rest; whether the server got all of it right. */
        boolean finish() throws IOException {
            try (Socket closing = socket) {
                byte[] chunk = new byte[CHUNK];
                int length = send(chunk);
                while (length > 0) {
                    length = send(chunk);
                }
                closing.shutdownOutput();
                return Arrays.equals(digest.digest(), closing.getInputStream().readAllBytes());
            }
        }

        private int send(byte[] chunk) throws IOException {
            int length = content.read(chunk, 0, chunk.length);
            if (length > 0) {
                OutputStream out = socket.getOutputStream();
                out.write(chunk, 0, length);
                digest.update(chunk, 0, length);
            }
            return length;
        }
    }
}
