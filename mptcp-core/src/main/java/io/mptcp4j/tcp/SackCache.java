package io.mptcp4j.tcp;

/** The SACK blocks of the last acknowledgment: most blocks of the next are the same again, or have grown on the right. */
final class SackCache {
    private static final int BLOCKS = 4;

    private int[] left = new int[BLOCKS];
    private int[] right = new int[BLOCKS];
    private int count;
    private int[] nextLeft = new int[BLOCKS];
    private int[] nextRight = new int[BLOCKS];
    private int nextCount;

    /** Where in a block that what was not reported last begins; its end when all of it was. */
    int unreportedFrom(int blockLeft, int blockRight) {
        for (int i = 0; i < count; i++) {
            if (left[i] == blockLeft && right[i] - blockLeft <= blockRight - blockLeft) {
                return right[i];
            }
        }
        return blockLeft;
    }

    /** Notes a block of the present acknowledgment. */
    void note(int blockLeft, int blockRight) {
        nextLeft[nextCount] = blockLeft;
        nextRight[nextCount] = blockRight;
        nextCount++;
    }

    /** The present acknowledgment is the last one from now on. */
    void turnOver() {
        int[] spareLeft = left;
        int[] spareRight = right;
        left = nextLeft;
        right = nextRight;
        count = nextCount;
        nextLeft = spareLeft;
        nextRight = spareRight;
        nextCount = 0;
    }

    void clear() {
        count = 0;
    }
}
