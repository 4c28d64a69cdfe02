package io.mptcp4j.mptcp;

import io.mptcp4j.tcp.Verdict;
import io.mptcp4j.wire.TcpOptions;
import io.mptcp4j.wire.TcpView;
import io.mptcp4j.wire.mptcp.MpTcprst;

/**
 * Options got through on the SYNs; do they get through on regular segments (RFC 8684 3.7)? Proven for the way here by the
 * first DSS, for the way there and back by the first DATA_ACK of octets that were sent.
 */
final class OptionPassage {
    private final MptcpConnection connection;
    private final Subflow subflow;
    private boolean heard;
    private boolean answered;

    OptionPassage(Subflow subflow) {
        this.subflow = subflow;
        this.connection = subflow.connection();
    }

    /** Something came that only a peer says who speaks MPTCP on this subflow. */
    void onHeard() {
        heard = true;
    }

    /** Whether the path is known to pass options to here. */
    boolean isHeard() {
        return heard;
    }

    /**
     * A segment has been read.
     *
     * @param mapped whether it had a mapping
     * @param acknowledged whether it had a DATA_ACK
     */
    Verdict judge(TcpView segment, TcpOptions options, boolean mapped, boolean acknowledged, long nowNanos) {
        int acknowledgedSsn = segment.acknowledgmentNumber() - subflow.tcp().initialSendSequence();
        boolean acknowledgesOctets = subflow.declaredSsn(acknowledgedSsn) > 1 && subflow.hasTransmitted();
        if (!heard) {
            return onUnheard(segment, options, mapped, acknowledgesOctets && !acknowledged);
        }
        if (subflow.isInitial()) {
            connection.agreement().onConfirmed();
        }
        if (answered || !acknowledgesOctets) {
            return Verdict.ACCEPT;
        }
        answered = acknowledged;
        // RFC 8684 3.7: a peer that was heard of may have fallen back since, for our options do not reach it. What has
        // an option is from a peer that has not.
        boolean silent = !acknowledged && options.mptcpCount() == 0;
        return silent && connection.fallback().isPossibleInOrder(subflow)
                ? connection.fallback().fallBack(subflow, FallbackReason.ACK_WITHOUT_DATA_ACK, true)
                : Verdict.ACCEPT;
    }

    private Verdict onUnheard(TcpView segment, TcpOptions options, boolean mapped, boolean silentAck) {
        // On the first subflow a FIN that nothing of MPTCP came before, or with, is the end of a plain stream.
        boolean possible = subflow.isInitial() && connection.fallback().isPossible();
        boolean plainFin = possible && segment.isFin() && options.mptcpCount() == 0;
        boolean dataWithoutMapping = segment.payloadLength() > 0 && !mapped;
        if (!dataWithoutMapping && !plainFin && !silentAck) {
            return Verdict.ACCEPT;
        }
        if (!possible) {
            return connection.fallback().giveUp(subflow, MpTcprst.MIDDLEBOX_INTERFERENCE);
        }
        FallbackReason reason = dataWithoutMapping
                ? FallbackReason.DATA_WITHOUT_MAPPING
                : plainFin ? FallbackReason.FIN_WITHOUT_MPTCP : FallbackReason.ACK_WITHOUT_DATA_ACK;
        return connection.fallback().fallBack(subflow, reason, true);
    }
}
