package io.mptcp4j.socket;

import java.io.IOException;

/** Something done on the loop whose result another thread waits for. */
@FunctionalInterface
interface LoopTask<T> {
    T run(long nowNanos) throws IOException;
}
