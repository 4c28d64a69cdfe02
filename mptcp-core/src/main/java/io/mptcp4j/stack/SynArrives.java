package io.mptcp4j.stack;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.metric.DropReason;
import io.mptcp4j.mptcp.ConnectionHost;
import io.mptcp4j.mptcp.MptcpConnection;
import io.mptcp4j.wire.FourTuple;
import io.mptcp4j.wire.TcpOptions;
import io.mptcp4j.wire.TcpView;
import io.mptcp4j.wire.mptcp.MpJoin;
import io.mptcp4j.wire.mptcp.MptcpSubtype;

/** Segments that belong to no subflow: a SYN may begin one, everything else is answered with a RST. */
final class SynArrives {
    private final ConnectionHost host;
    private final SubflowTable subflows;
    private final ListenerTable listeners;
    private final ResetReplies resets;
    private final JoinArrives joins;
    private final CookieArrives cookies;
    private final SynCookies useCookies;
    private final FastOpenArrives fastOpens;
    private final MpJoin join = new MpJoin();

    SynArrives(
            ConnectionHost host,
            SubflowTable subflows,
            ListenerTable listeners,
            ResetReplies resets,
            JoinArrives joins,
            CookieArrives cookies,
            SynCookies useCookies) {
        this.host = host;
        this.subflows = subflows;
        this.listeners = listeners;
        this.resets = resets;
        this.joins = joins;
        this.cookies = cookies;
        this.useCookies = useCookies;
        this.fastOpens = new FastOpenArrives(host.counters(), host.entropy());
    }

    /**
     * Deals with a segment of no subflow.
     *
     * @return null when it began a subflow, else why not
     */
    DropReason onSegment(Arrival arrival, TcpView segment, TcpOptions options, long now) {
        if (segment.isSyn() && !segment.isAck() && !segment.isRst()) {
            if (segment.isFin()) {
                return DropReason.BAD_SYN;
            }
            if (hasJoin(options)) {
                return joins.onSyn(arrival, segment, options, join, now);
            }
            Listener listener = find(arrival, segment);
            if (listener != null) {
                return onListener(listener, arrival, segment, options, now);
            }
        } else if (!segment.isAck() && find(arrival, segment) != null) {
            // RFC 9293 3.10.7.2: what is neither RST nor ACK nor SYN is dropped in LISTEN.
            return DropReason.NO_ACKNOWLEDGMENT;
        } else if (cookies.mayBeEarly(arrival, segment, now)) {
            return DropReason.BAD_HANDSHAKE;
        }
        resets.reply(arrival, segment, ResetReplies.NO_REASON, now);
        return DropReason.NO_LISTENER;
    }

    /** Whether a SYN for this 4-tuple would find somebody who takes it. */
    boolean isWanted(Arrival arrival, TcpView syn, TcpOptions options) {
        return hasJoin(options) ? host.tokens().find(join.token()) != null : find(arrival, syn) != null;
    }

    private Listener find(Arrival arrival, TcpView segment) {
        return listeners.find(arrival.destinationHigh(), arrival.destinationLow(), segment.destinationPort());
    }

    private boolean hasJoin(TcpOptions options) {
        for (int i = 0; i < options.mptcpCount(); i++) {
            if (options.mptcpSubtype(i) == MptcpSubtype.MP_JOIN
                    && options.mptcpLength(i) == MpJoin.LENGTH_SYN
                    && join.wrap(options.buffer(), options.mptcpIndex(i), options.mptcpLength(i))) {
                return true;
            }
        }
        return false;
    }

    private DropReason onListener(Listener listener, Arrival arrival, TcpView syn, TcpOptions options, long now) {
        if (MptcpConnection.refuses(listener.settings(), options)) {
            host.counters().count(Counter.FALLBACKS_REFUSED);
            resets.reply(arrival, syn, ResetReplies.NO_REASON, now);
            return DropReason.BAD_HANDSHAKE;
        }
        if (host.memory().isShort()) {
            host.counters().count(Counter.MEMORY_SHORT_DROPS);
            host.counters().count(Counter.LISTEN_DROPS);
            return DropReason.LIMIT_REACHED;
        }
        if (listener.isAcceptQueueFull()) {
            host.counters().count(Counter.LISTEN_OVERFLOWS);
            host.counters().count(Counter.LISTEN_DROPS);
            return DropReason.BACKLOG_FULL;
        }
        if (useCookies == SynCookies.ALWAYS) {
            cookies.onSyn(listener, arrival, syn, options, now);
            return null;
        }
        FourTuple tuple = arrival.tuple(syn);
        if (listener.isBacklogFullFor(tuple.remoteAddress())) {
            return onBacklogFull(listener, arrival, syn, options, now);
        }
        boolean takesOctets = fastOpens.onSyn(listener, tuple, syn, options, now);
        subflows.beginPassive(tuple);
        subflows.offerFastOpen(fastOpens.granted(), takesOctets);
        PassiveOpen opening = new PassiveOpen(listener);
        MptcpConnection connection =
                MptcpConnection.accept(host, listener.settings(), opening, tuple, syn, options, now);
        subflows.endPassive();
        if (connection == null) {
            return DropReason.LIMIT_REACHED;
        }
        opening.begin(connection);
        if (opening.isEstablished()) {
            // RFC 7413 4.2.2: octets of the SYN were taken, and may be answered at once.
            listener.fastOpens().add(opening, now);
        } else if (!opening.isClosed()) {
            listener.onSynTaken(opening, tuple.remoteAddress());
            subflows.find(tuple).entry().opening = opening;
        }
        host.ready(connection);
        return null;
    }

    private DropReason onBacklogFull(Listener listener, Arrival arrival, TcpView syn, TcpOptions options, long now) {
        if (useCookies == SynCookies.OFF) {
            host.counters().count(Counter.BACKLOG_FULL_DROPS);
            host.counters().count(Counter.LISTEN_DROPS);
            return DropReason.BACKLOG_FULL;
        }
        // RFC 4987 3.6: whoever hears the answer will say so, and bring back what nobody keeps here.
        host.counters().count(Counter.BACKLOG_FULL_COOKIES);
        cookies.onSyn(listener, arrival, syn, options, now);
        return null;
    }
}
