package io.mptcp4j.mptcp;

import io.mptcp4j.mptcp.scheduler.StreamView;
import io.mptcp4j.stream.SendStream;

/** What a scheduler sees of the octets that are to be sent. */
final class ScheduledOctets implements StreamView {
    private final DataLevel data;
    private final SendStream stream;
    private long again;

    ScheduledOctets(DataLevel data, SendStream stream) {
        this.data = data;
        this.stream = stream;
    }

    /** These octets go again, before all others; 0: none. */
    void setAgain(long octets) {
        again = octets;
    }

    @Override
    public long waiting() {
        return again > 0 ? again : Math.min(unsent(), data.sndWndEdge() - data.sndNxt());
    }

    @Override
    public long unsent() {
        return again + stream.written() - data.sndNxt();
    }

    @Override
    public long outstanding() {
        return data.sndNxt() - data.sndUna();
    }

    @Override
    public long window() {
        return data.sndWndEdge() - data.sndUna();
    }
}
