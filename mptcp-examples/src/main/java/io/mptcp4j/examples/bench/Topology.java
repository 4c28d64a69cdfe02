package io.mptcp4j.examples.bench;

import io.mptcp4j.examples.kernel.Namespace;
import java.io.IOException;

/** The hosts and links of one run; closing it, from any thread, ends the run and leaves nothing behind. */
interface Topology extends AutoCloseable {
    /**
     * Moves octets for about so long.
     *
     * @throws IOException when a device, a program or a connection fails
     * @throws BenchFailure when something else went wrong
     */
    Outcome transfer(double seconds) throws IOException, BenchFailure;

    @Override
    void close();

    /**
     * What a transfer gave.
     *
     * @param octets counted by the receiver
     * @param nanos from its first octets to the end of the stream
     * @param worked processor time
     * @param kernel what the kernel's end says; of two the receiver
     * @param host where that is
     */
    record Outcome(long octets, long nanos, CpuClock worked, KernelPeer.Report kernel, Namespace host) {}
}
