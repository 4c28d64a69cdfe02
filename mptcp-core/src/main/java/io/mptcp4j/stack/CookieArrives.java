package io.mptcp4j.stack;

import io.mptcp4j.device.PacketBuffer;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.AnsweredSyn;
import io.mptcp4j.mptcp.ConnectionHost;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.mptcp.MptcpConnection;
import io.mptcp4j.mptcp.MptcpVersion;
import io.mptcp4j.number.Entropy;
import io.mptcp4j.tcp.StatelessHandshake;
import io.mptcp4j.wire.FourTuple;
import io.mptcp4j.wire.TcpOptions;
import io.mptcp4j.wire.TcpView;

/**
 * SYN cookies (RFC 4987 3.6): answers SYNs without keeping anything, and begins connections with the segments that prove that
 * they have heard the answer. MPTCP is negotiated as ever; see docs/adr/0014.
 */
final class CookieArrives {
    private final ConnectionHost host;
    private final SubflowTable subflows;
    private final ListenerTable listeners;
    private final Entropy entropy;
    private CookieNumbers cookies;

    CookieArrives(ConnectionHost host, SubflowTable subflows, ListenerTable listeners, Entropy entropy) {
        this.host = host;
        this.subflows = subflows;
        this.listeners = listeners;
        this.entropy = entropy;
    }

    /** Answers a SYN. */
    void onSyn(Listener listener, Arrival arrival, TcpView syn, TcpOptions options, long now) {
        if (cookies == null) {
            cookies = new CookieNumbers(entropy);
        }
        ConnectionSettings settings = listener.settings();
        FourTuple tuple = arrival.tuple(syn);
        int agreed = StatelessHandshake.agree(settings.tcp(), syn, options);
        int mss = StatelessHandshake.peerMss(options, tuple.isIpv4());
        MptcpVersion version = AnsweredSyn.versionFor(settings, options);
        int irs = syn.sequenceNumber();
        int number = number(tuple, irs, agreed, mss, version, now);
        long key = version == null ? 0 : cookies.key(tuple, irs, number, version, host.tokens());
        if (version != null && key == 0) {
            version = null;
            number = number(tuple, irs, agreed, mss, null, now);
        }
        if (version != null) {
            host.counters().count(Counter.MP_CAPABLE_SYN_RX);
        }
        send(arrival.own().owner().egress(), settings, tuple, syn, options, agreed, number, version, key, now);
        host.counters().count(Counter.SYN_COOKIES_SENT);
        listener.onCookieSent(now);
    }

    private int number(FourTuple tuple, int irs, int agreed, int mss, MptcpVersion version, long now) {
        int code = CookieNumbers.code(tuple.isIpv4(), mss, version);
        return cookies.number(tuple, irs, agreed, code, now);
    }

    private void send(
            Egress egress,
            ConnectionSettings settings,
            FourTuple tuple,
            TcpView syn,
            TcpOptions options,
            int agreed,
            int number,
            MptcpVersion version,
            long key,
            long now) {
        PacketBuffer packet = egress.begin(tuple);
        int end = StatelessHandshake.writeSynAck(
                packet.buffer(),
                tuple,
                settings.tcp(),
                syn,
                options,
                agreed,
                number,
                egress.pathMtu(tuple),
                settings.receiveBuffer().initial(),
                subflows.timestampOffset(tuple),
                now);
        if (version != null) {
            end += AnsweredSyn.writeAnswer(packet.buffer(), end, settings, options, version, key);
        }
        egress.send(tuple, packet, StatelessHandshake.finishSynAck(packet.buffer(), end), 0);
    }

    /**
     * A segment that belongs to no subflow. If it proves that it has heard an answer, its connection begins, and the segment is
     * then that connection's.
     *
     * @return whether it does; there is no subflow all the same when a limit is reached
     */
    boolean resume(Arrival arrival, TcpView segment, TcpOptions options, long now) {
        if (!segment.isAck() || segment.isSyn() || segment.isRst()) {
            return false;
        }
        Listener listener = find(arrival, segment);
        if (listener == null || !listener.mayHaveSentCookie(now)) {
            return false;
        }
        FourTuple tuple = arrival.tuple(segment);
        int irs = segment.sequenceNumber() - 1;
        int number = segment.acknowledgmentNumber() - 1;
        int agreed = StatelessHandshake.agreed(options, subflows.timestampOffset(tuple));
        int code = verify(tuple, segment, options, now);
        if (code < 0) {
            host.counters().count(Counter.SYN_COOKIES_FAILED);
            return false;
        }
        host.counters().count(Counter.SYN_COOKIES_RECEIVED);
        if (host.memory().isShort()) {
            host.counters().count(Counter.MEMORY_SHORT_DROPS);
            host.counters().count(Counter.LISTEN_DROPS);
            return true;
        }
        if (listener.isAcceptQueueFull()) {
            // The peer sends its octets again, perhaps when there is room.
            host.counters().count(Counter.LISTEN_OVERFLOWS);
            return true;
        }
        MptcpVersion version = CookieNumbers.version(code);
        long key = version == null ? 0 : cookies.key(tuple, irs, number, version, host.tokens());
        int mss = CookieNumbers.mss(tuple.isIpv4(), code);
        begin(listener, new AnsweredSyn(tuple, segment, options, agreed, mss, version, key), tuple, number, now);
        return true;
    }

    private void begin(Listener listener, AnsweredSyn answered, FourTuple tuple, int iss, long now) {
        PassiveOpen opening = new PassiveOpen(listener);
        subflows.beginPassive(tuple, iss);
        MptcpConnection connection = answered.begin(host, listener.settings(), opening, now);
        subflows.endPassive();
        if (connection == null) {
            return;
        }
        opening.begin(connection);
        if (!opening.isClosed()) {
            listener.onSynTaken(opening, tuple.remoteAddress());
        }
        host.ready(connection);
    }

    /** Whether a segment proves that its peer has heard an answer of which nothing was kept. */
    boolean proves(Arrival arrival, TcpView segment, TcpOptions options, long now) {
        Listener listener = find(arrival, segment);
        return listener != null
                && listener.mayHaveSentCookie(now)
                && verify(arrival.tuple(segment), segment, options, now) >= 0;
    }

    /** The code of the cookie that a segment brings, or -1. */
    private int verify(FourTuple tuple, TcpView segment, TcpOptions options, long now) {
        int irs = segment.sequenceNumber() - 1;
        int number = segment.acknowledgmentNumber() - 1;
        int agreed = StatelessHandshake.agreed(options, subflows.timestampOffset(tuple));
        return cookies.verify(tuple, irs, agreed, number, now);
    }

    /**
     * Whether a segment that proves nothing may come from a peer whose first octets are still on their way: then it is not to be
     * answered by a RST. They come again, and prove it.
     */
    boolean mayBeEarly(Arrival arrival, TcpView segment, long now) {
        if (!segment.isAck() || segment.isSyn() || segment.segmentLength() == 0) {
            return false;
        }
        Listener listener = find(arrival, segment);
        return listener != null && listener.mayHaveSentCookie(now);
    }

    private Listener find(Arrival arrival, TcpView segment) {
        return listeners.find(arrival.destinationHigh(), arrival.destinationLow(), segment.destinationPort());
    }
}
