/**
 * Congestion control: how many octets may be in flight. Works on octets and nanoseconds alone.
 *
 * <p>Knows nothing of segments, sequence numbers, how a loss was found, or of other subflows. Main type:
 * {@link io.mptcp4j.congestion.CongestionController}.
 */
package io.mptcp4j.congestion;
