package io.mptcp4j.wire;

import io.netty.buffer.ByteBuf;

/**
 * The options of one segment, read in one pass into one reusable summary (RFC 9293 3.2, RFC 7323, RFC 2018).
 *
 * <p>Of options of kind 30 (MPTCP) only their places are noted; {@code wire.mptcp} reads them there.
 */
public final class TcpOptions {
    /** The most MPTCP options of one segment that are noted; more than can be useful in 40 octets. */
    public static final int MAXIMUM_MPTCP_OPTIONS = 4;

    /** What stands for a number that is not there. */
    public static final int NONE = -1;

    static final int END_OF_OPTIONS = 0;
    static final int NO_OPERATION = 1;
    static final int MAXIMUM_SEGMENT_SIZE = 2;
    static final int WINDOW_SCALE = 3;
    static final int SACK_PERMITTED = 4;
    static final int SACK = 5;
    static final int TIMESTAMPS = 8;
    static final int MPTCP = 30;
    static final int FAST_OPEN = 34;

    private static final int SUBTYPE_DSS = 2;
    private static final int MAXIMUM_SACK_BLOCKS = 4;
    private static final int SACK_BLOCK_OCTETS = 8;

    private final int[] sackLeft = new int[MAXIMUM_SACK_BLOCKS];
    private final int[] sackRight = new int[MAXIMUM_SACK_BLOCKS];
    private final int[] mptcpIndex = new int[MAXIMUM_MPTCP_OPTIONS];
    private final int[] mptcpLength = new int[MAXIMUM_MPTCP_OPTIONS];

    private ByteBuf buffer;
    private int maximumSegmentSize;
    private int windowScale;
    private boolean sackPermitted;
    private boolean timestamps;
    private int tsVal;
    private int tsEcr;
    private int sackCount;
    private int mptcpCount;
    private int fastOpenIndex;
    private int fastOpenLength = NONE;

    /** Reads the options of a segment, less those that stand in the wrong one; see {@link #parse(ByteBuf, int, int)}. */
    public boolean parse(TcpView segment) {
        boolean isWhole = parse(segment.buffer(), segment.optionsIndex(), segment.optionsLength());
        if (!segment.isSyn()) {
            // RFC 9293 3.7.1 (MUST-65), RFC 7323 2.2, RFC 2018 2, RFC 7413 4.1.1: these mean nothing without a SYN.
            maximumSegmentSize = NONE;
            windowScale = NONE;
            sackPermitted = false;
            fastOpenLength = NONE;
        }
        return isWhole;
    }

    /**
     * Reads options.
     *
     * @return false when a length does not add up; what came before it stays readable
     */
    public boolean parse(ByteBuf options, int index, int length) {
        clear();
        buffer = options;
        int at = index;
        int end = index + length;
        while (at < end) {
            int kind = options.getUnsignedByte(at);
            if (kind == END_OF_OPTIONS) {
                return true;
            }
            if (kind == NO_OPERATION) {
                at++;
                continue;
            }
            int optionLength = at + 1 < end ? options.getUnsignedByte(at + 1) : 0;
            if (optionLength < 2 || at + optionLength > end) {
                return false;
            }
            note(kind, at, optionLength);
            at += optionLength;
        }
        return true;
    }

    /** Forgets everything. */
    public void clear() {
        maximumSegmentSize = NONE;
        windowScale = NONE;
        sackPermitted = false;
        timestamps = false;
        tsVal = 0;
        tsEcr = 0;
        sackCount = 0;
        mptcpCount = 0;
        fastOpenLength = NONE;
    }

    private void note(int kind, int at, int length) {
        switch (kind) {
            case MAXIMUM_SEGMENT_SIZE -> {
                if (length == 4) {
                    maximumSegmentSize = buffer.getUnsignedShort(at + 2);
                }
            }
            case WINDOW_SCALE -> {
                if (length == 3) {
                    windowScale = buffer.getUnsignedByte(at + 2);
                }
            }
            case SACK_PERMITTED -> sackPermitted |= length == 2;
            case SACK -> noteSack(at, length);
            case TIMESTAMPS -> {
                if (length == 10) {
                    timestamps = true;
                    tsVal = buffer.getInt(at + 2);
                    tsEcr = buffer.getInt(at + 6);
                }
            }
            case MPTCP -> {
                if (length > 2 && mptcpCount < MAXIMUM_MPTCP_OPTIONS) {
                    mptcpIndex[mptcpCount] = at;
                    mptcpLength[mptcpCount] = length;
                    mptcpCount++;
                }
            }
            case FAST_OPEN -> noteFastOpen(at + 2, length - 2);
            default -> {
                // RFC 9293 3.2: an unknown option is skipped by its length.
            }
        }
    }

    private void noteFastOpen(int at, int length) {
        // RFC 7413 4.1.1: no cookie, or one of 4 to 16 octets, always an even number; what is otherwise is ignored.
        if (length == 0 || length >= 4 && length <= 16 && (length & 1) == 0) {
            fastOpenIndex = at;
            fastOpenLength = length;
        }
    }

    private void noteSack(int at, int length) {
        // RFC 2018 3: a length of 8 * n + 2 for n blocks.
        if ((length - 2) % SACK_BLOCK_OCTETS != 0) {
            return;
        }
        for (int block = at + 2; block < at + length && sackCount < MAXIMUM_SACK_BLOCKS; block += SACK_BLOCK_OCTETS) {
            sackLeft[sackCount] = buffer.getInt(block);
            sackRight[sackCount] = buffer.getInt(block + 4);
            sackCount++;
        }
    }

    /** The buffer in which the options lie; borrowed. */
    public ByteBuf buffer() {
        return buffer;
    }

    /** The MSS option's value, or {@link #NONE}. */
    public int maximumSegmentSize() {
        return maximumSegmentSize;
    }

    /** The window scale option's shift as it stands, or {@link #NONE}. */
    public int windowScale() {
        return windowScale;
    }

    /** Whether SACK is permitted. */
    public boolean isSackPermitted() {
        return sackPermitted;
    }

    /** Whether there is a timestamps option. */
    public boolean hasTimestamps() {
        return timestamps;
    }

    /** TSval. */
    public int tsVal() {
        return tsVal;
    }

    /** TSecr. */
    public int tsEcr() {
        return tsEcr;
    }

    /** How many SACK blocks there are. */
    public int sackCount() {
        return sackCount;
    }

    /** The first sequence number of SACK block {@code i}. */
    public int sackLeft(int i) {
        return sackLeft[i];
    }

    /** The sequence number just after SACK block {@code i}. */
    public int sackRight(int i) {
        return sackRight[i];
    }

    /** Octets of the Fast Open cookie, 0 where one is asked for; {@link #NONE} without the option. */
    public int fastOpenLength() {
        return fastOpenLength;
    }

    /** The first 6 octets of the Fast Open cookie, where it has as many. */
    public long fastOpenCookie() {
        assert fastOpenLength >= 6 : fastOpenLength;
        return (long) buffer.getUnsignedShort(fastOpenIndex) << 32 | buffer.getUnsignedInt(fastOpenIndex + 2);
    }

    /** The Fast Open cookie, where it has octets. */
    public byte[] copyFastOpenCookie() {
        assert fastOpenLength > 0 : fastOpenLength;
        byte[] cookie = new byte[fastOpenLength];
        buffer.getBytes(fastOpenIndex, cookie);
        return cookie;
    }

    /** How many MPTCP options were noted. */
    public int mptcpCount() {
        return mptcpCount;
    }

    /** Where in {@link #buffer()} MPTCP option {@code i} begins, at its kind. */
    public int mptcpIndex(int i) {
        return mptcpIndex[i];
    }

    /** The octets of MPTCP option {@code i}, kind and length included; above 2. */
    public int mptcpLength(int i) {
        return mptcpLength[i];
    }

    /** The subtype of MPTCP option {@code i} (RFC 8684 3: the upper half of its third octet). */
    public int mptcpSubtype(int i) {
        return buffer.getUnsignedByte(mptcpIndex[i] + 2) >>> 4;
    }

    /** Whether there is an MPTCP option besides DSS: the segment may have been sent for its sake alone (RFC 8684 3.4.1). */
    public boolean hasMptcpSignal() {
        for (int i = 0; i < mptcpCount; i++) {
            if (mptcpSubtype(i) != SUBTYPE_DSS) {
                return true;
            }
        }
        return false;
    }
}
