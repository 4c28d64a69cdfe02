package io.mptcp4j.tun;

/**
 * How a TUN device is opened.
 *
 * @param offload the most offload to ask for; what the kernel does not have is given up silently, and
 *     {@link TunDevice#offload()} tells what is used
 * @param txQueueLength packets that the kernel queues for us; 0 chooses: the kernel's own default where super-segments
 *     arrive, {@value #LONG_QUEUE} where a fast sender would overflow that
 */
public record TunOptions(TunOffload offload, int txQueueLength) {
    /** The queue of a device without segmentation offload. */
    public static final int LONG_QUEUE = 5000;

    /** All the offload the kernel has, and a queue to suit it. */
    public static final TunOptions DEFAULT = new TunOptions(TunOffload.SEGMENTATION, 0);

    /** Checks the values. */
    public TunOptions {
        if (offload == null) {
            throw new IllegalArgumentException("offload is missing: TunOffload.NONE turns it off");
        }
        if (txQueueLength < 0) {
            throw new IllegalArgumentException("txQueueLength is 0 (chosen for you) or more: " + txQueueLength);
        }
    }

    /** The same with another offload. */
    public TunOptions withOffload(TunOffload most) {
        return new TunOptions(most, txQueueLength);
    }

    /** The same with another queue. */
    public TunOptions withTxQueueLength(int packets) {
        return new TunOptions(offload, packets);
    }
}
