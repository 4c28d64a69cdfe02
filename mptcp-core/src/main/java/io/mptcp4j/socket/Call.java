package io.mptcp4j.socket;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A {@link LoopTask} on its way: the loop runs it, the caller waits. */
final class Call<T> implements Command {
    private final StackThread loop;
    private final LoopTask<T> task;
    private final CompletableFuture<T> result = new CompletableFuture<>();

    Call(StackThread loop, LoopTask<T> task) {
        this.loop = loop;
        this.task = task;
    }

    @Override
    public void run(long nowNanos) {
        try {
            result.complete(task.run(nowNanos));
        } catch (IOException | IllegalArgumentException e) {
            // An answer, not an accident.
            result.completeExceptionally(e);
        }
    }

    @Override
    public void onFailure(Throwable cause) {
        if (!loop.isEnded()) {
            loop.onFault("a command", cause);
        }
        result.completeExceptionally(cause);
    }

    /** Waits for the result; an interrupt does not end the wait, which is short. */
    T await() throws IOException {
        try {
            return result.join();
        } catch (CompletionException e) {
            throw asThrown(e.getCause());
        }
    }

    private static IOException asThrown(Throwable cause) {
        if (cause instanceof java.net.BindException e) {
            return SocketFailures.withCause(new java.net.BindException(e.getMessage()), e);
        }
        if (cause instanceof java.net.NoRouteToHostException e) {
            return SocketFailures.withCause(new java.net.NoRouteToHostException(e.getMessage()), e);
        }
        if (cause instanceof IllegalArgumentException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        return SocketFailures.withCause(new java.net.SocketException(cause.getMessage()), cause);
    }
}
