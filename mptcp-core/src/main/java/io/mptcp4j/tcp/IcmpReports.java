package io.mptcp4j.tcp;

/** What validated ICMP messages do to a connection (RFC 9293 3.9.2.2, RFC 1191, RFC 8201). */
final class IcmpReports {
    private final Tcb tcb;
    private final Handshake handshake;
    private final PathMtu pathMtu;
    private final LossRecovery recovery;
    private final SegmentSender sender;
    private final Lifecycle lifecycle;

    IcmpReports(
            Tcb tcb,
            Handshake handshake,
            PathMtu pathMtu,
            LossRecovery recovery,
            SegmentSender sender,
            Lifecycle lifecycle) {
        this.tcb = tcb;
        this.handshake = handshake;
        this.pathMtu = pathMtu;
        this.recovery = recovery;
        this.sender = sender;
        this.lifecycle = lifecycle;
    }

    /** The path takes packets of this many octets only. */
    void onPathMtu(int mtu, long now) {
        if (tcb.state() == TcpState.SYN_SENT && tcb.fastOpenClient.takeTooBig()) {
            handshake.repeat();
        }
        if (!tcb.isClosed() && pathMtu.onReport(mtu, now)) {
            recovery.onSegmentSizeReduced(sender.longestPayload());
        }
    }

    /** The destination is unreachable. */
    void onUnreachable(boolean hard, long now) {
        // RFC 9293 3.9.2.2: soft errors never end a connection; hard ones (RFC 5927 6) only one that
        // is not synchronized.
        if (hard && tcb.state().isHandshake()) {
            tcb.unreachable = true;
            lifecycle.giveUp(now);
        } else {
            // RFC 9293 3.9.2.2 (SHLD-25): if there is never an answer, this is why.
            tcb.softError = true;
        }
    }
}
