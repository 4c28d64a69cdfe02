/**
 * The test kit: a whole internet in virtual time. Published as a test-jar.
 *
 * <p>{@link io.mptcp4j.testing.SimulatedNetwork} joins hosts by emulated links that may carry
 * {@link io.mptcp4j.testing.Middlebox}es. Packets are read and written here by code of their own
 * ({@link io.mptcp4j.testing.Segment}), so that a mistake in the wire package does not hide itself.
 */
package io.mptcp4j.testing;
