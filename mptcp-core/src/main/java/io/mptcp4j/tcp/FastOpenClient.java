package io.mptcp4j.tcp;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.wire.TcpOptions;

/**
 * TCP Fast Open of a connection that we open (RFC 7413 4.2): the SYN asks for a cookie or, when there is one, waits for the
 * first octets and takes them along. What the peer does not acknowledge of them with its SYN/ACK counts as never sent.
 */
public final class FastOpenClient {
    /** Octets of options that a SYN has at most beside that of Fast Open and those of the layer above. */
    private static final int OTHER_OPTIONS = 20;

    private static final int MOST_OPTIONS = 40;
    private static final byte[] REQUEST = {};

    private final Tcb tcb;
    private FastOpenMemory memory;
    private byte[] option;
    private int largestSegment;
    private boolean waiting;
    private long position;
    private int wanted;
    private int sent;
    private boolean used;
    private boolean tooBig;
    private int acknowledged;

    FastOpenClient(Tcb tcb) {
        this.tcb = tcb;
    }

    // ---- requests

    /**
     * The SYN is to use Fast Open where it can; before {@link TcpConnection#open}.
     *
     * @param cookies of this host; they stay its own
     * @param upperOptions the octets of options that the layer above needs in the SYN
     */
    public void begin(FastOpenMemory cookies, int upperOptions, long now) {
        if (cookies.isSpared(tcb.tuple, now)) {
            return;
        }
        memory = cookies;
        byte[] cookie = cookies.cookie(tcb.tuple, now);
        if (cookie == null) {
            // RFC 7413 4.2.1: the option without a cookie asks for one.
            option = REQUEST;
            return;
        }
        // RFC 7413 4.2.2: a SYN without room for the option is sent as any other.
        if (paddedLength(cookie) + OTHER_OPTIONS + upperOptions <= MOST_OPTIONS) {
            option = cookie;
            largestSegment = cookies.maximumSegmentSize(tcb.tuple);
            waiting = true;
        }
    }

    private static int paddedLength(byte[] cookie) {
        return cookie.length + 2 + 3 & ~3;
    }

    /** Whether there is a cookie, and the SYN waits for octets to take along. */
    public boolean isWaiting() {
        return waiting;
    }

    /**
     * The SYN leaves in the next {@link TcpConnection#sendPending}, with as many of these octets as it has room for.
     *
     * @param first the stream position of the first octet of the connection
     * @param length how many there are, in spans as for {@link TcpConnection#transmit}; 0: the SYN is one as any other
     */
    public void send(long first, int length) {
        waiting = false;
        position = first;
        wanted = length;
        if (length == 0) {
            option = null;
        }
    }

    // ---- queries

    /** How many octets the peer has acknowledged with its SYN/ACK; known when that is shown to the layer above. */
    public int acknowledged() {
        return acknowledged;
    }

    /** The option of the SYN that is about to leave: a cookie, one of length 0 to ask for one, or null for none. */
    byte[] option() {
        return option;
    }

    /** The stream position of the octets that go with the SYN. */
    long position() {
        return position;
    }

    /** How many octets may go with a SYN that has so many octets of options. */
    int octetsBeside(int optionsLength) {
        // RFC 6691 2: options shorten the payload.
        return Math.max(0, Math.min(wanted, Math.min(largestSegment, tcb.smss) - optionsLength));
    }

    /** A router says that a packet is too big: whether it may be the SYN, for its octets, so that one without leaves at once. */
    boolean takeTooBig() {
        boolean first = sent > 0 && !tooBig;
        tooBig |= first;
        return first;
    }

    // ---- what happens

    /** A SYN has left with so many octets. */
    void onSynSent(int octets) {
        if (octets > 0) {
            sent = octets;
            // RFC 7413 4.2.2, client, step 2.
            tcb.sndNxt = tcb.iss + 1 + octets;
        }
        used |= option != null;
        // RFC 7413 4.2.2: the next one goes without option and octets, in case that they are what is lost.
        option = null;
        wanted = 0;
    }

    /** The peer has acknowledged our SYN and so many octets of it. */
    void onAnswered(int octets, TcpOptions options, long now) {
        acknowledged = octets;
        if (!used) {
            return;
        }
        used = false;
        boolean given = options.fastOpenLength() > 0;
        byte[] known = given ? options.copyFastOpenCookie() : memory.cookie(tcb.tuple, now);
        if (known != null && (given || octets > 0)) {
            // RFC 7413 4.2.2, client, step 1.
            memory.remember(tcb.tuple, known, tcb.peerMss, now);
        }
        if (octets > 0) {
            tcb.counters.count(Counter.FAST_OPEN_ACTIVE);
            memory.onSucceeded(tcb.tuple);
        } else {
            countFailure();
        }
        // RFC 7413 4.1.3.1: octets that are not acknowledged are a refusal, but not where another cookie is the
        // answer; nor is a cookie that was asked for.
        if (octets == 0 && !given) {
            memory.onFailed(tcb.tuple, now);
        }
    }

    /** The attempt to connect has failed: by a RST, an ICMP error, or silence (RFC 7413 4.1.3.1). */
    void onFailed(long now) {
        if (used) {
            used = false;
            countFailure();
            memory.onFailed(tcb.tuple, now);
        }
    }

    private void countFailure() {
        if (sent > 0) {
            tcb.counters.count(Counter.FAST_OPEN_ACTIVE_FAILED);
        }
    }
}
