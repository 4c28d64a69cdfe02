package io.mptcp4j.examples.progress;

import io.mptcp4j.socket.ConnectionInfo;
import io.mptcp4j.socket.MptcpStack;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Looks at the connection of a socket every now and then, on a thread of its own, for a meter. The socket may be closed
 * meanwhile. {@link #close()} looks a last time.
 */
public final class Monitor implements AutoCloseable {
    private final Socket socket;
    private final PathMeter meter;
    private final Consumer<ConnectionInfo> onLook;
    private final ScheduledExecutorService thread;

    private Monitor(Socket socket, PathMeter meter, Consumer<ConnectionInfo> onLook) {
        this.socket = socket;
        this.meter = meter;
        this.onLook = onLook;
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread made = new Thread(task, "monitor");
            made.setDaemon(true);
            return made;
        });
    }

    /**
     * Begins to look.
     *
     * @param socket of an MPTCP stack, connected
     * @param onLook called after each look, on the monitor's thread; must not throw
     */
    public static Monitor start(Socket socket, PathMeter meter, Duration period, Consumer<ConnectionInfo> onLook) {
        Monitor made = new Monitor(socket, meter, onLook);
        made.thread.scheduleAtFixedRate(made::look, 0, period.toNanos(), TimeUnit.NANOSECONDS);
        return made;
    }

    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(1, TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        look();
    }

    private void look() {
        try {
            ConnectionInfo info = MptcpStack.info(socket);
            meter.sample(info, System.nanoTime());
            onLook.accept(info);
        } catch (IOException ignored) {
            // The stack has been closed; what was seen before counts.
        }
    }
}
