package io.mptcp4j.device;

/**
 * A bounded hand-off of frames from one thread to one other. What {@link #add} puts in is seen by the other side after
 * {@link #publish}; the two cursors are all that the threads share.
 */
final class FrameRing {
    /** By how many frames the consumer's published cursor may lag behind. */
    static final int LAG = 64;

    private final Frame[] frames;
    private final int mask;

    private volatile long head;
    private volatile long tail;

    // The producer's own.
    private long nextTail;
    private long knownHead;

    // The consumer's own.
    private long nextHead;
    private long publishedHead;
    private long knownTail;

    /** A ring for at least {@code capacity} frames. */
    FrameRing(int capacity) {
        int size = Integer.highestOneBit(Math.max(2, capacity) - 1) << 1;
        frames = new Frame[size];
        mask = size - 1;
    }

    /** Producer: puts a frame in; false when the ring is full. */
    boolean add(Frame frame) {
        if (nextTail - knownHead == frames.length) {
            knownHead = head;
            if (nextTail - knownHead == frames.length) {
                return false;
            }
        }
        frames[(int) nextTail++ & mask] = frame;
        return true;
    }

    /** Producer: shows the other side what was added. */
    void publish() {
        tail = nextTail;
    }

    /** Consumer: takes the oldest frame out; null when there is none. */
    Frame poll() {
        if (nextHead == knownTail) {
            publishHead();
            knownTail = tail;
            if (nextHead == knownTail) {
                return null;
            }
        }
        if (nextHead - publishedHead == LAG) {
            publishHead();
        }
        int slot = (int) nextHead++ & mask;
        Frame frame = frames[slot];
        frames[slot] = null;
        return frame;
    }

    private void publishHead() {
        publishedHead = nextHead;
        head = nextHead;
    }
}
