package io.mptcp4j.stack;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.metric.StackCounters;
import io.mptcp4j.mptcp.AnsweredSyn;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.mptcp.MptcpVersion;
import io.mptcp4j.number.Entropy;
import io.mptcp4j.wire.FourTuple;
import io.mptcp4j.wire.TcpOptions;
import io.mptcp4j.wire.TcpView;

/** SYNs with a Fast Open option (RFC 7413 4.2), where the listener is to hear it. */
final class FastOpenArrives {
    private final StackCounters counters;
    private final FastOpenCookies cookies;
    private long granted;

    FastOpenArrives(StackCounters counters, Entropy entropy) {
        this.counters = counters;
        this.cookies = new FastOpenCookies(entropy);
    }

    /**
     * Judges a SYN that a listener takes; {@link #granted()} then says what cookie it is answered with.
     *
     * @return whether its octets are taken
     */
    boolean onSyn(Listener listener, FourTuple tuple, TcpView syn, TcpOptions options, long now) {
        granted = 0;
        ConnectionSettings settings = listener.settings();
        // RFC 7413 4.2: where it is off all cookie options are ignored.
        if (!settings.tcp().fastOpen() || options.fastOpenLength() == TcpOptions.NONE) {
            return false;
        }
        // RFC 8684 B is of version 1; RFC 6824 says nothing of octets on a SYN.
        if (AnsweredSyn.versionFor(settings, options) == MptcpVersion.V0) {
            return false;
        }
        if (!cookies.isGenuine(tuple, options, now)) {
            granted = cookies.cookie(tuple, now);
            counters.count(
                    options.fastOpenLength() == 0 ? Counter.FAST_OPEN_COOKIES_ASKED : Counter.FAST_OPEN_PASSIVE_FAILED);
            return false;
        }
        if (syn.payloadLength() == 0) {
            return false;
        }
        if (!listener.fastOpens().mayBegin(now)) {
            counters.count(Counter.FAST_OPEN_LISTEN_OVERFLOWS);
            return false;
        }
        return true;
    }

    /** The cookie for the SYN that was judged last; 0: none. */
    long granted() {
        return granted;
    }
}
