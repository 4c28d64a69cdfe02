package io.mptcp4j.stack;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.metric.DropReason;
import io.mptcp4j.metric.StackCounters;
import io.mptcp4j.mptcp.TokenTable;
import io.mptcp4j.number.Entropy;
import io.mptcp4j.wire.IpAddress;
import io.mptcp4j.wire.TcpOptions;
import io.mptcp4j.wire.TcpView;
import io.mptcp4j.wire.mptcp.MpJoin;
import io.mptcp4j.wire.mptcp.MptcpSubtype;

/**
 * Joins that a balancer has brought to the wrong server of a group. A SYN with MP_JOIN whose token names another server
 * (RFC 8684 3.2) makes a relay: it and all that follows on its 4-tuple goes to that server, which answers the client itself.
 *
 * <pre>
 *            SYN, foreign token         ACK                    FIN or RST
 *   (none) --------------------&gt; brief -------&gt; established ---------------&gt; brief
 *                                  |  idle for 4 min  | idle for 2 h 4 min
 *                                  +----------&gt; (none) &lt;----------+
 * </pre>
 *
 * <p>Nothing that a relay does is believed of the client: whether a join is genuine is for its owner to see. So others can
 * fill the table; the relay that has been idle longest makes room for a new one, those that are not established first.
 */
final class Relays {
    /** RFC 5382 5, REQ-5: translators, which are in the same position, keep established connections for 2 h 4 min. */
    static final long ESTABLISHED_IDLE_NANOS = 7_440_000_000_000L;

    /** RFC 5382 5, REQ-5: and those that are opening or closing for 4 min. */
    static final long BRIEF_IDLE_NANOS = 240_000_000_000L;

    private static final int BURST = 256;
    private static final int EXPIRIES_A_STEP = 256;

    private final ServerGroup group;
    private final TokenTable tokens;
    private final StackCounters counters;
    private final int limit;
    private final RateLimit newcomers;
    private final FlowTable<Relay> relays;
    private final RelayList brief = new RelayList(BRIEF_IDLE_NANOS);
    private final RelayList established = new RelayList(ESTABLISHED_IDLE_NANOS);
    private final MpJoin join = new MpJoin();
    private boolean idle;

    /**
     * No relay yet.
     *
     * @param group null for a host that is in none, which relays nothing
     */
    Relays(ServerGroup group, TokenTable tokens, StackSettings settings, StackCounters counters, Entropy entropy) {
        this.group = group;
        this.tokens = tokens;
        this.counters = counters;
        this.limit = settings.maxRelays();
        this.newcomers = new RateLimit(settings.relaysPerSecond(), BURST);
        this.relays = group == null ? null : new FlowTable<>(entropy);
    }

    /**
     * The packets of a batch follow.
     *
     * @param fromGroup whether another server has relayed them to this one: they are not relayed again, so none goes round
     */
    void beginBatch(boolean fromGroup) {
        idle = group == null || fromGroup;
    }

    // ---- segments of no subflow of this host

    /**
     * Relays a segment to the server that it belongs to.
     *
     * @return false when it is this host's to answer: it belongs to no other server, or that one is gone
     */
    boolean take(Arrival arrival, TcpView segment, TcpOptions options, long now) {
        if (idle) {
            return false;
        }
        Relay relay = relays.find(
                arrival.destinationHigh(),
                arrival.destinationLow(),
                segment.destinationPort(),
                arrival.sourceHigh(),
                arrival.sourceLow(),
                segment.sourcePort());
        if (segment.isSyn() && !segment.isAck() && !segment.isRst()) {
            return onSyn(relay, arrival, segment, options, now);
        }
        return relay != null && forward(relay, arrival, segment, now);
    }

    /** Whether a SYN joins a connection of another server. */
    boolean isForeignJoin(TcpOptions options) {
        return !idle && joinedServer(options) >= 0;
    }

    /**
     * Relays an ICMP error to the server whose packet it quotes.
     *
     * @return false when this host relays nothing of that 4-tuple
     */
    boolean takeError(Arrival arrival, IpAddress local, int localPort, IpAddress remote, int remotePort, long now) {
        if (idle) {
            return false;
        }
        Relay relay = relays.find(local.high(), local.low(), localPort, remote.high(), remote.low(), remotePort);
        if (relay == null || !group.relay(relay.server, arrival.packet(), now)) {
            return false;
        }
        counters.count(Counter.PACKETS_RELAYED);
        return true;
    }

    private boolean onSyn(Relay known, Arrival arrival, TcpView syn, TcpOptions options, long now) {
        int server = joinedServer(options);
        if (known != null && known.phase == Relay.Phase.ESTABLISHED) {
            // RFC 5961 4: whether a SYN in an established connection is genuine is for its owner to find out.
            return forward(known, arrival, syn, now);
        }
        if (known != null) {
            remove(known);
        }
        if (server < 0) {
            return false;
        }
        if (!newcomers.tryAcquire(now)) {
            // The client's SYN comes again.
            counters.drop(DropReason.RATE_LIMITED);
            return true;
        }
        if (!group.relay(server, arrival.packet(), now)) {
            return false;
        }
        if (relays.size() >= limit) {
            remove(brief.oldest() != null ? brief.oldest() : established.oldest());
            counters.count(Counter.RELAYS_EVICTED);
        }
        Relay added = new Relay(arrival.tuple(syn), server);
        relays.add(added.tuple, added);
        brief.touch(added, now);
        if (known == null || known.server != server || known.phase == Relay.Phase.CLOSING) {
            // Else the SYN came again, for its answer was lost or late.
            counters.count(Counter.JOINS_RELAYED);
        }
        counters.count(Counter.PACKETS_RELAYED);
        return true;
    }

    private boolean forward(Relay relay, Arrival arrival, TcpView segment, long now) {
        if (!group.relay(relay.server, arrival.packet(), now)) {
            remove(relay);
            return false;
        }
        counters.count(Counter.PACKETS_RELAYED);
        if (segment.isFin() || segment.isRst()) {
            // Not forgotten yet: acknowledgments are to come, and a RST may be forged.
            relay.phase = Relay.Phase.CLOSING;
        } else if (relay.phase == Relay.Phase.OPENING) {
            relay.phase = Relay.Phase.ESTABLISHED;
        }
        (relay.phase == Relay.Phase.ESTABLISHED ? established : brief).touch(relay, now);
        return true;
    }

    /** The other server that the token of an MP_JOIN SYN names; negative when there is none. */
    private int joinedServer(TcpOptions options) {
        for (int i = 0; i < options.mptcpCount(); i++) {
            if (options.mptcpSubtype(i) == MptcpSubtype.MP_JOIN
                    && options.mptcpLength(i) == MpJoin.LENGTH_SYN
                    && join.wrap(options.buffer(), options.mptcpIndex(i), options.mptcpLength(i))) {
                int server = group.name().serverOf(join.token());
                return server == group.name().index() || tokens.find(join.token()) != null ? -1 : server;
            }
        }
        return -1;
    }

    private void remove(Relay relay) {
        relays.remove(relay.tuple);
        relay.list.remove(relay);
    }

    // ---- time

    /** Forgets relays that have been idle for too long. */
    void advance(long now) {
        for (int left = EXPIRIES_A_STEP; left > 0 && nextDeadline() <= now; left--) {
            remove(brief.nextDeadline() <= now ? brief.oldest() : established.oldest());
        }
    }

    /** When the next relay is forgotten. */
    long nextDeadline() {
        return Math.min(brief.nextDeadline(), established.nextDeadline());
    }

    /** How many relays there are. */
    int size() {
        return group == null ? 0 : relays.size();
    }
}
