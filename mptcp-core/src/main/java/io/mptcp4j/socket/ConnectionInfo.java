package io.mptcp4j.socket;

import io.mptcp4j.mptcp.ConnectionState;
import io.mptcp4j.mptcp.FallbackReason;
import java.util.List;

/**
 * What was known about a connection at one moment.
 *
 * @param state the state at data level (RFC 8684 3.3.3)
 * @param mptcp whether the connection uses MPTCP; false for plain TCP, by choice or by fallback
 * @param fallback why it is plain TCP; {@link FallbackReason#NONE} while it is not
 * @param octetsWritten octets that the application has written
 * @param octetsAcknowledged octets that the peer has acknowledged at data level
 * @param octetsReceived octets received in order
 * @param subflows the subflows there are; after the end those there were last
 */
public record ConnectionInfo(
        ConnectionState state,
        boolean mptcp,
        FallbackReason fallback,
        long octetsWritten,
        long octetsAcknowledged,
        long octetsReceived,
        List<SubflowInfo> subflows) {
    /** Copies the list. */
    public ConnectionInfo {
        subflows = List.copyOf(subflows);
    }
}
