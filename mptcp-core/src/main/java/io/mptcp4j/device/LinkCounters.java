package io.mptcp4j.device;

/**
 * What became of the packets of one direction of a {@link VirtualLink}. Each count is written by one thread; a reader on
 * another may see it late.
 */
public final class LinkCounters {
    // Written by the sending end's thread.
    long accepted;
    long lost;
    long overflowed;
    long oversized;
    long duplicated;
    long reordered;
    long marked;
    long cutOffAtSender;

    // Written by the receiving end's thread.
    long delivered;
    long deliveredOctets;
    long cutOffInFlight;

    LinkCounters() {}

    /** Packets that were sent on their way: neither lost nor dropped by the queue, copies not counted. */
    public long accepted() {
        return accepted;
    }

    /** Packets lost at random. */
    public long lost() {
        return lost;
    }

    /** Packets dropped because the queue was full. */
    public long overflowed() {
        return overflowed;
    }

    /** Packets dropped because they were longer than the MTU. */
    public long oversized() {
        return oversized;
    }

    /** Packets of which a copy was sent too. */
    public long duplicated() {
        return duplicated;
    }

    /** Packets held back so that others may overtake them. */
    public long reordered() {
        return reordered;
    }

    /** Packets marked instead of dropped, because the queue was long; copies included. */
    public long marked() {
        return marked;
    }

    /** Packets that were sent, or would have arrived, while the link was cut. */
    public long cutOff() {
        return cutOffAtSender + cutOffInFlight;
    }

    /** Packets that arrived, copies included. */
    public long delivered() {
        return delivered;
    }

    /** Octets of the packets that arrived. */
    public long deliveredOctets() {
        return deliveredOctets;
    }

    @Override
    public String toString() {
        return "accepted " + accepted + ", lost " + lost + ", overflowed " + overflowed + ", oversized " + oversized
                + ", duplicated " + duplicated + ", reordered " + reordered + ", marked " + marked + ", cut off "
                + cutOff() + ", delivered "
                + delivered;
    }
}
