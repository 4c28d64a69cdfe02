package io.mptcp4j.socket;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** What happened in a test body, in words that can be compared: results, and exceptions with their types and messages. */
final class Transcript {
    private static final int PATIENCE_SECONDS = 60;

    private final List<String> lines = new ArrayList<>();

    /** Something that may throw. */
    @FunctionalInterface
    interface Action {
        void run() throws Exception;
    }

    /** Notes a value. */
    void note(String what, Object value) {
        lines.add(what + " = " + value);
    }

    /** Notes what a call returns or throws. */
    void attempt(String what, Callable<?> call) {
        lines.add(what + outcome(call));
    }

    /** Notes whether an action throws, and what. */
    void attemptTo(String what, Action action) {
        attempt(what, () -> {
            action.run();
            return "done";
        });
    }

    /** Begins a call on a thread of its own, which {@link Blocked#outcome} notes. */
    Blocked begin(String what, Callable<?> call) {
        CompletableFuture<String> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> result.complete(outcome(call)), what);
        thread.setDaemon(true);
        thread.start();
        return new Blocked(what, thread, result);
    }

    List<String> lines() {
        return lines;
    }

    private static String outcome(Callable<?> call) {
        try {
            return " = " + call.call();
        } catch (NullPointerException e) {
            // Without words of somebody's own it has those of the JVM: how much they tell depends on how the class was
            // compiled.
            boolean isOfTheJvm = e.getMessage() == null || e.getMessage().startsWith("Cannot ");
            return " ! " + e.getClass().getName() + (isOfTheJvm ? "" : ": " + e.getMessage());
        } catch (Throwable e) {
            return " ! " + e.getClass().getName() + ": " + e.getMessage();
        }
    }

    /** A call on another thread. */
    final class Blocked {
        private final String what;
        private final Thread thread;
        private final CompletableFuture<String> result;

        private Blocked(String what, Thread thread, CompletableFuture<String> result) {
            this.what = what;
            this.thread = thread;
            this.result = result;
        }

        /** The thread that runs the call. */
        Thread thread() {
            return thread;
        }

        /** Waits until the call blocks, and so long again; returns whether it is still at work. */
        boolean staysFor(int millis) throws Exception {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while (!isAtRest() && !result.isDone() && System.nanoTime() - deadline < 0) {
                LockSupport.parkNanos(1_000_000);
            }
            try {
                result.get(millis, TimeUnit.MILLISECONDS);
                return false;
            } catch (TimeoutException e) {
                return true;
            }
        }

        /** Whether the thread is parked or, as those of the JDK's own sockets are, in a call of the kernel. */
        private boolean isAtRest() {
            Thread.State state = thread.getState();
            if (state != Thread.State.RUNNABLE) {
                return state != Thread.State.NEW;
            }
            StackTraceElement[] frames = thread.getStackTrace();
            return frames.length > 0 && frames[0].isNativeMethod();
        }

        /** Notes the outcome, once it is there. */
        void outcome() throws InterruptedException, ExecutionException {
            try {
                lines.add(what + result.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
            } catch (TimeoutException e) {
                lines.add(what + " hangs");
            }
        }
    }
}
