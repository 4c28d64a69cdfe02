package io.mptcp4j.mptcp.scheduler;

/**
 * Chooses the subflow for the next octets (RFC 8684 3.3.8: a local policy). One instance a connection; called by the
 * thread that drives the stack; must not block or allocate. An application may bring its own:
 *
 * <pre>{@code
 * // Whoever has the most room.
 * public int select(SubflowView[] subflows, int count, StreamView stream) {
 *     int best = WAIT;
 *     for (int i = 0; i < count; i++) {
 *         long room = subflows[i].isEligible() ? subflows[i].sendRoom() : 0;
 *         if (room > 0 && (best == WAIT || room > subflows[best].sendRoom())) {
 *             best = i;
 *         }
 *     }
 *     return best;
 * }
 * }</pre>
 *
 * <p>A scheduler that throws, chooses a subflow without room, or waits for nothing is counted and logged, and the octets go
 * where lowest RTT would send them; after {@value #FAULTS_FORGIVEN} such answers it is asked no more.
 */
public interface Scheduler {
    /** Answer of {@link #select}: send nothing now. */
    int WAIT = -1;

    /** So many wrong answers a scheduler may give. */
    int FAULTS_FORGIVEN = 16;

    /**
     * Chooses a subflow that is eligible and has room.
     *
     * @param subflows the connection's subflows; entries from {@code count} on mean nothing
     * @param count how many there are
     * @param stream what is to be sent
     * @return an index below {@code count}, or {@link #WAIT}: asked again when an acknowledgment arrives. A scheduler may
     *     wait only while another eligible subflow has octets in flight.
     */
    int select(SubflowView[] subflows, int count, StreamView stream);

    /**
     * Whether a subflow is to carry each octet that is not acknowledged, whatever others carry: at its own pace, from the
     * first one missing. It is then not for {@link #select}, new octets go on it as it comes to them.
     */
    default boolean copies(SubflowView subflow) {
        return false;
    }

    /** Whether a subflow that {@link #copies} may carry octets that no other carries yet. */
    default boolean leads(SubflowView subflow) {
        return true;
    }

    /**
     * Whether a subflow that {@link #copies} shall make no long queue, whatever its congestion control: while its round-trip time is
     * longer than the least by a quarter and 5 ms, less is in flight.
     */
    default boolean boundsDelay() {
        return false;
    }

    /** The name under which users choose it: {@code default}. */
    String name();

    /** Makes the scheduler of a new connection. */
    @FunctionalInterface
    interface Factory {
        /** A new scheduler. */
        Scheduler create();
    }
}
