package io.mptcp4j.mptcp.path;

import io.mptcp4j.wire.FourTuple;
import io.mptcp4j.wire.IpAddress;
import java.util.Objects;

/**
 * A subflow as it was at one moment, for path managers.
 *
 * @param tuple both ends, from our side; no two subflows of a connection have the same
 * @param localId the address ID of our end (RFC 8684 3.2); 0 on the first subflow
 * @param remoteId the address ID of the peer's end
 * @param phase where it is in its life
 * @param initial whether it is the connection's first
 * @param opener whether this end opened it
 * @param backup whether one of the ends wants it used only when there is no other (RFC 8684 3.3.8)
 * @param smoothedRttNanos the smoothed round-trip time; 0 before the first sample
 */
public record SubflowSnapshot(
        FourTuple tuple,
        int localId,
        int remoteId,
        Phase phase,
        boolean initial,
        boolean opener,
        boolean backup,
        long smoothedRttNanos) {
    /** Checks that there are ends and a phase. */
    public SubflowSnapshot {
        Objects.requireNonNull(tuple, "tuple");
        Objects.requireNonNull(phase, "phase");
    }

    /** Where a subflow is in its life. */
    public enum Phase {
        /** Its handshake is under way. */
        JOINING,
        /** Octets may be sent on it. */
        WORKING,
        /** Octets may be sent on it, but the last ones have not been acknowledged in time. */
        STALLED,
        /** It is ending, or has ended. */
        CLOSING
    }

    /** Our address. */
    public IpAddress local() {
        return tuple.localAddress();
    }

    /** The peer's address. */
    public RemoteAddress remote() {
        return new RemoteAddress(tuple.remoteAddress(), tuple.remotePort(), remoteId);
    }

    /** Whether octets may be sent on it. */
    public boolean isEstablished() {
        return phase == Phase.WORKING || phase == Phase.STALLED;
    }
}
