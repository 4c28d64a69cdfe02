/**
 * Congestion control of a whole connection: how the windows of its subflows hang together. Uncoupled, so that each subflow
 * is a TCP of its own, or coupled, so that they take together what one TCP would: LIA (RFC 6356), OLIA and BALIA.
 *
 * <p>A group sees its subflows through {@link io.mptcp4j.mptcp.congestion.CoupledView}, makes their controllers, and holds no
 * connection. Main type: {@link io.mptcp4j.mptcp.congestion.CongestionGroup}.
 */
package io.mptcp4j.mptcp.congestion;
