package io.mptcp4j.mptcp;

import io.mptcp4j.wire.FourTuple;
import io.mptcp4j.wire.TcpOptions;
import io.mptcp4j.wire.TcpView;
import io.netty.buffer.Unpooled;

/**
 * What is kept of a SYN with MP_JOIN that was answered (RFC 8684 3.2), until the third ACK proves that it is genuine: no
 * subflow, no timer, no entry in a connection. When our answer is lost the peer repeats its SYN; when the third ACK is lost the
 * peer repeats that.
 */
public final class JoinRequest {
    private final FourTuple tuple;
    private final int token;
    private final int nonce;
    private final int iss;
    private final long arrivedAt;
    private byte[] syn;
    private int synSequenceNumber;
    private long answeredAt;
    private int answers;
    private boolean over;

    /**
     * A request of which nothing is known yet but where it came from.
     *
     * @param token the token that it named, which is ours
     * @param nonce what we draw for it
     * @param iss the initial send sequence number of our answer
     */
    public JoinRequest(FourTuple tuple, int token, int nonce, int iss, long nowNanos) {
        this.tuple = tuple;
        this.token = token;
        this.nonce = nonce;
        this.iss = iss;
        this.arrivedAt = nowNanos;
    }

    /** The SYN is about to be answered, perhaps once more: keeps its octets. */
    void onAnswered(TcpView segment, long nowNanos) {
        syn = new byte[segment.headerLength()];
        segment.buffer().getBytes(segment.index(), syn);
        synSequenceNumber = segment.sequenceNumber();
        answeredAt = nowNanos;
        answers++;
    }

    /** Reads the SYN again. */
    void readSyn(TcpView segment, TcpOptions options) {
        boolean valid = segment.wrap(Unpooled.wrappedBuffer(syn), 0, syn.length) == null && options.parse(segment);
        assert valid : "it was valid when it came";
    }

    /** It has led to a subflow, or given way to others: it counts no longer. */
    public void end() {
        over = true;
    }

    /** Whether it counts no longer. */
    public boolean isOver() {
        return over;
    }

    /** Both ends, from our side. */
    public FourTuple tuple() {
        return tuple;
    }

    /** The token of the connection that it wants to join. */
    public int token() {
        return token;
    }

    /** Our nonce. */
    public int nonce() {
        return nonce;
    }

    /** Our initial send sequence number. */
    public int iss() {
        return iss;
    }

    /** The sequence number of the SYN. */
    public int synSequenceNumber() {
        return synSequenceNumber;
    }

    /** When the SYN came first. */
    public long arrivedAt() {
        return arrivedAt;
    }

    /** When it was answered last. */
    long answeredAt() {
        return answeredAt;
    }

    /** How often it was answered. */
    int answers() {
        return answers;
    }
}
