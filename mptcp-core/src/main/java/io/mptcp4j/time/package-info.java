/**
 * Deadlines as {@code long} nanoseconds of an injected clock, and a queue that finds the earliest.
 *
 * <p>Reads no clock, starts no thread, calls nobody back: whoever owns the queue polls it with the time of its turn. Main
 * type: {@link io.mptcp4j.time.DeadlineQueue}.
 */
package io.mptcp4j.time;
