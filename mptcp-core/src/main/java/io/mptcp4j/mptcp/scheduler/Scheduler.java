package io.mptcp4j.mptcp.scheduler;

/**
 * Chooses the subflow for the next octets (RFC 8684 3.3.8: a local policy). One instance a connection; called by the
 * thread that drives the stack; must not block, throw or allocate.
 */
public interface Scheduler {
    /** Answer of {@link #select}: send nothing now. */
    int WAIT = -1;

    /**
     * Chooses a subflow that has room ({@link SubflowView#sendRoom()} above 0).
     *
     * @param subflows the connection's subflows; entries from {@code count} on are null
     * @param count how many there are
     * @param waiting octets written by the application, inside the peer's window and not yet sent, above 0
     * @return an index below {@code count}, or {@link #WAIT}: asked again when an acknowledgment arrives. A scheduler may
     *     wait only while another usable subflow has octets in flight.
     */
    int select(SubflowView[] subflows, int count, long waiting);

    /** The name under which users choose it: {@code default}. */
    String name();

    /** Makes the scheduler of a new connection. */
    @FunctionalInterface
    interface Factory {
        /** A new scheduler. */
        Scheduler create();
    }
}
