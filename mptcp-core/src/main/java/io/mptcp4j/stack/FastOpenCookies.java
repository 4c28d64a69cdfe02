package io.mptcp4j.stack;

import io.mptcp4j.number.Entropy;
import io.mptcp4j.tcp.FastOpen;
import io.mptcp4j.wire.FourTuple;
import io.mptcp4j.wire.TcpOptions;

/**
 * Cookies that prove a peer to have received something at its address before (RFC 7413 4.1.2): a keyed hash of both addresses and
 * the time, counted in periods of 73 minutes. One is good for the period in which it was made and for the next.
 */
final class FastOpenCookies {
    private static final int PERIOD_SHIFT = 42;
    private static final int BITS_LEFT_OUT = 64 - 8 * FastOpen.COOKIE_OCTETS;

    private final Entropy entropy;
    private SipHash hash;

    FastOpenCookies(Entropy entropy) {
        this.entropy = entropy;
    }

    /** The cookie for a peer; never 0. */
    long cookie(FourTuple tuple, long now) {
        return ofPeriod(tuple, now >>> PERIOD_SHIFT);
    }

    private long ofPeriod(FourTuple tuple, long period) {
        if (hash == null) {
            // Drawn when it is needed, so that stacks without Fast Open draw nothing.
            hash = SipHash.draw(entropy);
        }
        long value = hash.of(
                        tuple.localAddress().high(),
                        tuple.localAddress().low(),
                        tuple.remoteAddress().high(),
                        tuple.remoteAddress().low(),
                        period)
                >>> BITS_LEFT_OUT;
        return value == 0 ? 1 : value;
    }

    /** Whether a SYN has a cookie that is still good. */
    boolean isGenuine(FourTuple tuple, TcpOptions syn, long now) {
        if (syn.fastOpenLength() != FastOpen.COOKIE_OCTETS) {
            return false;
        }
        long shown = syn.fastOpenCookie();
        long period = now >>> PERIOD_SHIFT;
        return shown == ofPeriod(tuple, period) || shown == ofPeriod(tuple, period - 1);
    }
}
