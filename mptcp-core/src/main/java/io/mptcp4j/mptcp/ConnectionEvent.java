package io.mptcp4j.mptcp;

import io.mptcp4j.mptcp.path.RemoteAddress;
import io.mptcp4j.wire.FourTuple;

/**
 * What happened to a connection. The kinds, and the moments at which they are told, are those that Linux has for
 * {@code ip mptcp monitor}; {@link FellBack} is ours. Immutable.
 */
public sealed interface ConnectionEvent {
    /** Names the connection within its stack: they are counted from 1 on. */
    long connectionId();

    /**
     * The first subflow's handshake is complete.
     *
     * @param token our token, by which the peer names the connection when it joins (RFC 8684 3.2); 0 for plain TCP
     * @param tuple the addresses and ports of the first subflow
     * @param initiator whether this end opened the connection
     */
    record Created(long connectionId, int token, FourTuple tuple, boolean initiator) implements ConnectionEvent {}

    /** MPTCP is in use for certain: subflows may be added from now on (RFC 8684 3.1). */
    record Established(long connectionId, int token) implements ConnectionEvent {}

    /** The connection goes on as plain TCP (RFC 8684 3.7). */
    record FellBack(long connectionId, FallbackReason reason) implements ConnectionEvent {}

    /** The connection ended. */
    record Closed(long connectionId, CloseCause cause) implements ConnectionEvent {}

    /**
     * A further subflow is ready for octets (RFC 8684 3.2).
     *
     * @param subflowId counts the subflows of a connection; the first one has 0
     * @param tuple its addresses and ports
     * @param localId our address ID
     * @param remoteId the peer's address ID
     * @param backup whether either end wants it used only when there is no other (RFC 8684 3.3.8)
     * @param initiator whether this end opened the subflow
     */
    record SubflowEstablished(
            long connectionId,
            int subflowId,
            FourTuple tuple,
            int localId,
            int remoteId,
            boolean backup,
            boolean initiator)
            implements ConnectionEvent {}

    /**
     * A subflow ended, or one that we opened did not come to be.
     *
     * @param established whether its handshake had been complete
     * @param failed whether it ended by anything else than an orderly close
     * @param peerReason why the peer reset it (RFC 8684 3.6), or {@link Subflow#NO_REASON}
     */
    record SubflowClosed(
            long connectionId, int subflowId, FourTuple tuple, boolean established, boolean failed, int peerReason)
            implements ConnectionEvent {}

    /**
     * One end asked to use a subflow as backup, or as a regular one again (RFC 8684 3.3.8).
     *
     * @param byPeer whether it was the peer
     */
    record PriorityChanged(long connectionId, int subflowId, FourTuple tuple, boolean backup, boolean byPeer)
            implements ConnectionEvent {}

    /** The peer announced an address (RFC 8684 3.4.1). */
    record AddressAnnounced(long connectionId, RemoteAddress address) implements ConnectionEvent {}

    /** The peer took an address back (RFC 8684 3.4.2). */
    record AddressRemoved(long connectionId, int addressId) implements ConnectionEvent {}
}
