package io.mptcp4j.examples.shutdown;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Something that is done once: by {@link #close()}, or when the program ends without having called that, as it does on
 * Ctrl-C.
 */
public final class AtExit implements AutoCloseable {
    private final Runnable action;
    private final Thread hook;
    private final AtomicBoolean done = new AtomicBoolean();

    private AtExit(Runnable action) {
        this.action = action;
        this.hook = new Thread(this::run, "at-exit");
    }

    /** Has something done at the end, at the latest; the action must not throw. */
    public static AtExit run(Runnable action) {
        AtExit made = new AtExit(action);
        try {
            Runtime.getRuntime().addShutdownHook(made.hook);
        } catch (IllegalStateException e) {
            made.run();
        }
        return made;
    }

    /** Does it now, if it is not done. Idempotent; any thread. */
    @Override
    public void close() {
        run();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ignored) {
            // The program is ending, and the hook finds that all is done.
        }
    }

    private void run() {
        if (done.compareAndSet(false, true)) {
            action.run();
        }
    }
}
