package io.mptcp4j.device;

import java.util.Arrays;

/** Frames in the order in which they arrive: a binary heap. */
final class FrameHeap {
    private Frame[] heap = new Frame[64];
    private int count;

    void add(Frame frame) {
        if (count == heap.length) {
            heap = Arrays.copyOf(heap, 2 * count);
        }
        int hole = count++;
        while (hole > 0) {
            int parent = (hole - 1) >>> 1;
            if (!frame.isBefore(heap[parent])) {
                break;
            }
            heap[hole] = heap[parent];
            hole = parent;
        }
        heap[hole] = frame;
    }

    /** The frame that arrives first; null when there is none. */
    Frame first() {
        return count == 0 ? null : heap[0];
    }

    /** Takes the frame that arrives first out; there must be one. */
    Frame removeFirst() {
        Frame first = heap[0];
        Frame last = heap[--count];
        heap[count] = null;
        if (count > 0) {
            sink(last);
        }
        return first;
    }

    private void sink(Frame frame) {
        int hole = 0;
        int child = 1;
        while (child < count) {
            if (child + 1 < count && heap[child + 1].isBefore(heap[child])) {
                child++;
            }
            if (!heap[child].isBefore(frame)) {
                break;
            }
            heap[hole] = heap[child];
            hole = child;
            child = 2 * hole + 1;
        }
        heap[hole] = frame;
    }
}
