package io.mptcp4j.examples.bench;

import java.util.List;

/**
 * What one run gave.
 *
 * @param octets of the application, counted by the receiver
 * @param nanos from its first octets to the end of the stream
 * @param machineCpuNanos what all processors of the machine worked meanwhile, for whatever purpose
 * @param ownCpuNanos what this process worked meanwhile
 * @param subflows the most subflows at once; 0 with plain TCP
 * @param pathOctets octets on each path, both directions, headers included
 */
record Sample(long octets, long nanos, long machineCpuNanos, long ownCpuNanos, int subflows, List<Long> pathOctets) {
    private static final double BITS = 8;

    double gigabitsPerSecond() {
        return octets * BITS / nanos;
    }

    /** CPU seconds of the machine for 10^9 octets. */
    double machineCpuPerGigabyte() {
        return (double) machineCpuNanos / octets;
    }

    /** CPU seconds of this process for 10^9 octets. */
    double ownCpuPerGigabyte() {
        return (double) ownCpuNanos / octets;
    }
}
