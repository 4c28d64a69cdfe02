package io.mptcp4j.socket;

import io.mptcp4j.mptcp.CloseCause;
import io.mptcp4j.mptcp.ConnectionState;
import io.mptcp4j.mptcp.FallbackReason;
import io.mptcp4j.mptcp.MptcpInfo;
import java.util.List;

/**
 * What was known about a connection at one moment: all that {@code MPTCP_INFO}, {@code MPTCP_TCPINFO} and
 * {@code MPTCP_FULL_INFO} tell of the kernel's, and why it fell back.
 *
 * @param id names the connection within its stack, as in events
 * @param initiator whether this end opened it
 * @param state the state at data level (RFC 8684 3.3.3)
 * @param closeCause why it ended; null while it has not
 * @param mptcp whether the connection uses MPTCP; false for plain TCP, by choice or by fallback
 * @param fallback why it is plain TCP; {@link FallbackReason#NONE} while it is not
 * @param octetsWritten octets that the application has written
 * @param octetsAcknowledged octets that the peer has acknowledged at data level
 * @param octetsReceived octets received in order
 * @param details the data level and the limits
 * @param subflows the subflows there are; after the end those there were last
 */
public record ConnectionInfo(
        long id,
        boolean initiator,
        ConnectionState state,
        CloseCause closeCause,
        boolean mptcp,
        FallbackReason fallback,
        long octetsWritten,
        long octetsAcknowledged,
        long octetsReceived,
        MptcpInfo details,
        List<SubflowInfo> subflows) {
    /** Copies the list. */
    public ConnectionInfo {
        subflows = List.copyOf(subflows);
    }
}
