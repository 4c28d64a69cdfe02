/**
 * The options of MPTCP as octets: a view and encoders for each option of RFC 8684 (version 1) and RFC 6824 (version 0), the
 * DSS checksum, and what is computed from keys: tokens, initial data sequence numbers, HMACs.
 *
 * <p>No state and no policy: whether an option may stand on a segment, or what follows from it, is decided above. Main
 * types: {@link io.mptcp4j.wire.mptcp.MptcpOption} and the views.
 */
package io.mptcp4j.wire.mptcp;
