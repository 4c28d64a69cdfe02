package io.mptcp4j.examples.bench;

import java.io.IOException;

/** A connection over paths with rates, with a subflow on each; closing it, from any thread, leaves nothing behind. */
interface ShapedConnection extends AutoCloseable {
    /** Connects, and waits until each path has its subflow. Nothing is sent before: no stream ends before the joins. */
    void open() throws IOException, BenchFailure, InterruptedException;

    /** Lets the sender begin a stream without end. */
    void begin() throws IOException, BenchFailure;

    /** What the receiver got since the last call. */
    Meter.Interval look() throws IOException, BenchFailure;

    /** Fails when the connection is not what it is to be: MPTCP, with a subflow a path. */
    void check() throws IOException, BenchFailure;

    @Override
    void close();
}
