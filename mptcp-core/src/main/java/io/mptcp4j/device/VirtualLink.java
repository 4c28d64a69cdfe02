package io.mptcp4j.device;

/**
 * Two packet devices joined by an emulated link: each direction has a rate, a delay, loss, a queue, reordering,
 * duplication and an MTU ({@link LinkProfile}). A seed decides all chances, so that a run can be repeated.
 *
 * <p>Time is what the calls say. With virtual time both ends are driven by one thread; with {@code System.nanoTime} each
 * end may have a thread of its own.
 *
 * <p><b>Threads.</b> {@link #cut}, {@link #heal}, {@link #setProfiles} and {@link #close} may be called from any.
 */
public final class VirtualLink implements AutoCloseable {
    private static final long OTHER_DIRECTION = 0x5851f42d4c957f2dL;

    private final LinkDirection aToB;
    private final LinkDirection bToA;
    private final LinkEnd endA;
    private final LinkEnd endB;

    /** A link that does the same in both directions; its ends are called {@code name-a} and {@code name-b}. */
    public VirtualLink(String name, LinkProfile bothWays, long seed) {
        this(name, bothWays, bothWays, seed);
    }

    /** A link with a profile for each direction; its ends are called {@code name-a} and {@code name-b}. */
    public VirtualLink(String name, LinkProfile fromAToB, LinkProfile fromBToA, long seed) {
        aToB = new LinkDirection(fromAToB, seed);
        bToA = new LinkDirection(fromBToA, seed ^ OTHER_DIRECTION);
        endA = new LinkEnd(name + "-a", aToB, bToA);
        endB = new LinkEnd(name + "-b", bToA, aToB);
        LinkEnd.join(endA, endB);
    }

    /** From now on nothing arrives, in neither direction, what is on its way included. */
    public void cut() {
        aToB.setCut(true);
        bToA.setCut(true);
    }

    /** Cuts one direction only: what end A sends is lost, what end B sends arrives. */
    public void cutFromA() {
        aToB.setCut(true);
    }

    /** Cuts one direction only: what end B sends is lost, what end A sends arrives. */
    public void cutFromB() {
        bToA.setCut(true);
    }

    /** Undoes every cut. */
    public void heal() {
        aToB.setCut(false);
        bToA.setCut(false);
    }

    /** Whether a direction is cut. */
    public boolean isCut() {
        return aToB.isCut() || bToA.isCut();
    }

    /**
     * Changes what the link does to packets that are sent from now on. MTUs may shrink, but not grow above what the link
     * was made with.
     */
    public void setProfiles(LinkProfile fromAToB, LinkProfile fromBToA) {
        aToB.setProfile(fromAToB);
        bToA.setProfile(fromBToA);
    }

    /** One end. */
    public LinkEnd endA() {
        return endA;
    }

    /** The other end. */
    public LinkEnd endB() {
        return endB;
    }

    /** Closes both ends. */
    @Override
    public void close() {
        endA.close();
        endB.close();
    }
}
