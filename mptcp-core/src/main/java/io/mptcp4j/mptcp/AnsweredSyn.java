package io.mptcp4j.mptcp;

import io.mptcp4j.tcp.StatelessHandshake;
import io.mptcp4j.wire.FourTuple;
import io.mptcp4j.wire.TcpOptions;
import io.mptcp4j.wire.TcpView;
import io.mptcp4j.wire.mptcp.MpCapable;
import io.mptcp4j.wire.mptcp.MptcpOption;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * A SYN that was answered without a connection (RFC 4987 3.6), put together again out of the segment that acknowledges the
 * answer. The connection that begins with it is as any other: its handshake judges that segment next.
 *
 * <p>The answer to a SYN with MP_CAPABLE has our key (RFC 8684 3.1), which whoever answers derives from what the third ACK
 * brings back, for nothing is kept.
 */
public final class AnsweredSyn {
    private final FourTuple tuple;
    private final long key;
    private final TcpView syn = new TcpView();
    private final TcpOptions options = new TcpOptions();

    /**
     * The SYN that a segment acknowledges the answer of.
     *
     * @param tuple from our side
     * @param ack the segment, with its options; borrowed
     * @param agreed what the TCP options agreed on, see {@link StatelessHandshake}
     * @param mss the peer's maximum segment size
     * @param version of the MP_CAPABLE that the answer had; null when it had none
     * @param key ours, when there is a version
     */
    public AnsweredSyn(
            FourTuple tuple, TcpView ack, TcpOptions ackOptions, int agreed, int mss, MptcpVersion version, long key) {
        this.tuple = tuple;
        this.key = key;
        ByteBuf octets = Unpooled.buffer(TcpView.MINIMUM_HEADER + TcpView.MAXIMUM_OPTIONS);
        int end = StatelessHandshake.writeSyn(octets, ack, ackOptions, agreed, mss);
        if (version != null) {
            end += writeOption(octets, end, version, ackOptions);
        }
        int length = StatelessHandshake.finishSyn(octets, end);
        boolean valid = syn.wrap(octets, 0, length) == null && options.parse(syn);
        assert valid : "it is written here";
    }

    private static int writeOption(ByteBuf into, int index, MptcpVersion version, TcpOptions ack) {
        MpCapable view = new MpCapable();
        boolean known = MpCapableRules.find(ack, view) && view.hasReceiverKey();
        if (version == MptcpVersion.V0 && !known) {
            // RFC 6824 3.1: the initiator's key was in the SYN. Without it there is plain TCP.
            return 0;
        }
        // Flags of the SYN are those of the third ACK, but for what may not be in a SYN that was answered.
        int flags = MpCapable.FLAG_HMAC | (known ? view.flags() & MpCapable.FLAG_CHECKSUM_REQUIRED : 0);
        return version == MptcpVersion.V0
                ? MpCapable.writeKey(into, index, MptcpOption.VERSION_0, flags, view.senderKey())
                : MpCapable.writeSyn(into, index, MptcpOption.VERSION_1, flags);
    }

    // ---- the answer

    /** The version of MP_CAPABLE that a SYN is to be answered with; null for none. */
    public static MptcpVersion versionFor(ConnectionSettings settings, TcpOptions syn) {
        return settings.multipath()
                ? MpCapableRules.judgeSyn(syn, settings.versions()).version()
                : null;
    }

    /** Writes the MP_CAPABLE of the answer to a SYN that has one: 12 octets. */
    public static int writeAnswer(
            ByteBuf into, int index, ConnectionSettings settings, TcpOptions syn, MptcpVersion version, long key) {
        MpCapable view = new MpCapable();
        // RFC 8684 3.1: if either end requires checksums, both use them.
        boolean checksums = settings.checksums() || MpCapableRules.find(syn, view) && view.isChecksumRequired();
        boolean forbidsJoins = version.canForbidJoins() && !settings.joinsToInitialAddress();
        int flags = MpCapable.FLAG_HMAC
                | (checksums ? MpCapable.FLAG_CHECKSUM_REQUIRED : 0)
                | (forbidsJoins ? MpCapable.FLAG_JOIN_FORBIDDEN : 0);
        return MpCapable.writeKey(into, index, version.number(), flags, key);
    }

    // ---- the connection

    /**
     * Begins the connection, whose TCP waits for the segment that acknowledges the answer.
     *
     * @return null when a limit is reached, or the key names another connection: nothing is left of it then
     */
    public MptcpConnection begin(
            ConnectionHost host, ConnectionSettings settings, ConnectionObserver observer, long nowNanos) {
        MptcpConnection connection = new MptcpConnection(host, settings, observer, false);
        connection.setNow(nowNanos);
        return ConnectionOpening.accept(connection, this, nowNanos) ? connection : null;
    }

    FourTuple tuple() {
        return tuple;
    }

    TcpView syn() {
        return syn;
    }

    TcpOptions options() {
        return options;
    }

    long key() {
        return key;
    }
}
