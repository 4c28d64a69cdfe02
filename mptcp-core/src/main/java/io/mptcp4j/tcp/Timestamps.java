package io.mptcp4j.tcp;

import io.mptcp4j.number.SequenceNumber;
import io.mptcp4j.wire.TcpOptions;

/** The timestamps option of one connection (RFC 7323 3 to 5): our clock, TS.Recent, PAWS. */
final class Timestamps {
    /** A tick of our timestamps (RFC 7323 5.4): a millisecond. */
    static final long NANOS_A_TICK = 1_000_000L;

    /** RFC 7323 5.5: after 24 days TS.Recent says nothing. */
    private static final long OUTDATED_NANOS = 24L * 24 * 3600 * 1_000_000_000L;

    /** A sample longer than this is nonsense. */
    private static final long LONGEST_SAMPLE_TICKS = 240_000L;

    private final OldestTimestamp oldest = new OldestTimestamp();
    private final int offset;
    private int tsRecent;
    private long tsRecentAt;
    private int lastAckSent;

    Timestamps(int offset) {
        this.offset = offset;
    }

    /** TSval now: milliseconds from an offset that strangers cannot know. */
    int value(long now) {
        return ticks(now) + offset;
    }

    /** The clock of all connections, without the offset of any. */
    static int ticks(long now) {
        return (int) (now / NANOS_A_TICK);
    }

    int recent() {
        return tsRecent;
    }

    /** The peer's SYN carried this TSval. */
    void start(int tsVal, int rcvNxt, long now) {
        tsRecent = tsVal;
        tsRecentAt = now;
        lastAckSent = rcvNxt;
        oldest.start(tsVal, rcvNxt, now);
    }

    /** Whether the segment is older than the newest accepted (RFC 7323 5.3, R1), and not merely late. */
    boolean isOld(TcpOptions options, long now) {
        return oldest.isAfter(options.tsVal()) && now - tsRecentAt < OUTDATED_NANOS;
    }

    /** Notes the TSval of an acceptable segment. */
    void onSegment(int segSeq, TcpOptions options, long now) {
        oldest.onSegment(tsRecent, lastAckSent, now);
        // RFC 7323 4.3 (2): not from a segment that begins behind what was last acknowledged, so that the echo
        // covers the delay of our acknowledgments.
        if (options.tsVal() - tsRecent >= 0 && SequenceNumber.lessOrEqual(segSeq, lastAckSent)
                || now - tsRecentAt >= OUTDATED_NANOS) {
            tsRecent = options.tsVal();
            tsRecentAt = now;
        }
    }

    /** We acknowledged up to here. */
    void onAckSent(int rcvNxt) {
        lastAckSent = rcvNxt;
    }

    /** When the segment that is echoed left, at the latest; {@code Long.MAX_VALUE} when there is no telling. */
    long echoedAt(TcpOptions options, long now) {
        if (!options.hasTimestamps() || options.tsEcr() == 0) {
            return Long.MAX_VALUE;
        }
        int ticks = value(now) - options.tsEcr();
        return ticks < 0 || ticks > LONGEST_SAMPLE_TICKS
                ? Long.MAX_VALUE
                : (now / NANOS_A_TICK - ticks + 1) * NANOS_A_TICK - 1;
    }

    /** The round-trip time that an echo tells in nanoseconds (RFC 7323 4.1), or 0 when it tells none. */
    long roundTrip(TcpOptions options, long now) {
        if (options.tsEcr() == 0) {
            return 0;
        }
        int ticks = value(now) - options.tsEcr();
        return ticks < 0 || ticks > LONGEST_SAMPLE_TICKS ? 0 : Math.max(1, ticks) * NANOS_A_TICK;
    }
}
