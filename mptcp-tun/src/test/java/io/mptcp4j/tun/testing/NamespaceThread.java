package io.mptcp4j.tun.testing;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import jnr.ffi.LibraryLoader;

/** A thread that lives in a network namespace, as {@code ip netns exec} does with a process. */
final class NamespaceThread {
    private static final int O_CLOEXEC = 0x80000;
    private static final int CLONE_NEWNET = 0x40000000;
    private static final TestLibC LIBC = LibraryLoader.create(TestLibC.class).load("c");

    private NamespaceThread() {}

    /** Runs a task in the namespace and returns its result; what it opens (devices, sockets) is there for good. */
    static <T> T call(String namespace, Callable<T> task) throws Exception {
        FutureTask<T> future = new FutureTask<>(() -> {
            enter(namespace);
            return task.call();
        });
        Thread thread = new Thread(future, "in-" + namespace);
        thread.start();
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }

    private static void enter(String namespace) {
        int descriptor = LIBC.open("/run/netns/" + namespace, O_CLOEXEC);
        int result = descriptor < 0 ? -1 : LIBC.setns(descriptor, CLONE_NEWNET);
        LIBC.close(descriptor);
        if (result < 0) {
            throw new AssertionError("cannot enter the network namespace " + namespace);
        }
    }
}
