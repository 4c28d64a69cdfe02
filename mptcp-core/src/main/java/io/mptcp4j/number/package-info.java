/**
 * Arithmetic on sequence numbers: 32-bit (TCP) and 64-bit (MPTCP data level).
 *
 * <p>Knows nothing of packets or connections. Main types: {@link io.mptcp4j.number.SequenceNumber} and
 * {@link io.mptcp4j.number.DataSequenceNumber}.
 */
package io.mptcp4j.number;
