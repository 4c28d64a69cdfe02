package io.mptcp4j.mptcp;

import io.mptcp4j.device.PacketBuffer;
import io.mptcp4j.tcp.FastOpenClient;
import io.netty.buffer.ByteBuf;

/**
 * The octets at the beginning of each stream that travel with a SYN (RFC 7413). They have their positions in the stream as all
 * others, but with MPTCP no place in the data sequence space, whose first octet follows them (RFC 8684 B.2).
 */
final class EarlyOctets {
    private static final int SPANS = PacketBuffer.MAX_SPANS / 2;

    /** More than that no SYN has room for. */
    private static final int MOST = 0xffff;

    private final MptcpConnection connection;
    private boolean waiting;
    private boolean openAtOnce;
    private boolean settled;
    private int sent;
    private int received;

    EarlyOctets(MptcpConnection connection) {
        this.connection = connection;
    }

    // ---- ours

    /** The connection is about to send its first SYN. */
    void begin(Subflow subflow, int optionsInSyn, long nowNanos) {
        FastOpenClient client = subflow.tcp().fastOpenClient();
        client.begin(connection.host().fastOpens(), optionsInSyn, nowNanos);
        waiting = client.isWaiting();
    }

    /** Whether the SYN waits for the first octets of the stream. */
    boolean isWaiting() {
        return waiting;
    }

    /** The SYN shall wait no longer, whether or not there are octets. */
    void openAtOnce() {
        openAtOnce = true;
    }

    /** Before subflows send what is pending: the SYN takes along what there is. */
    void output() {
        if (!waiting || connection.subflowCount() == 0) {
            return;
        }
        int length = connection.sendStream().readable(0, MOST, SPANS);
        if (length > 0 || openAtOnce || connection.sendStream().isFinished()) {
            waiting = false;
            connection.subflow(0).tcp().fastOpenClient().send(0, length);
        }
    }

    /** The peer has answered our SYN: what it took of the octets is sent and acknowledged, and what it did not was never sent. */
    void onAnswered(Subflow subflow) {
        if (settled) {
            return;
        }
        settled = true;
        sent = subflow.tcp().fastOpenClient().acknowledged();
        if (sent > 0) {
            connection.data().onSentEarly(sent);
            subflow.sentRun().onSent(1, 0, sent);
        }
    }

    /** Octets of ours that the peer has taken with our SYN; known when that is answered. */
    int sent() {
        return sent;
    }

    // ---- the peer's

    /** Whether octets that arrive now came with the SYN: MPTCP is agreed on, but the peer's key is not known. */
    boolean isExpected() {
        return connection.isMptcp() && !connection.agreement().hasBothKeys();
    }

    /** The octets of the peer's SYN; false when there is no room. */
    boolean onOctets(ByteBuf octets, int index, int length) {
        boolean taken = connection.arrives().onOctets(0, octets, index, length);
        received = taken ? length : 0;
        return taken;
    }

    /** Octets of the peer that came with its SYN, and were taken. */
    int received() {
        return received;
    }
}
