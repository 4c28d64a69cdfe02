package io.mptcp4j.socket;

/** Somebody who has to know when the loop goes away: a socket or a listener. Called on the loop's thread. */
interface LoopClient {
    /** The stack is being closed: finish in an orderly way what can be finished. */
    void onStackClosing(long nowNanos);

    /** The time for that is over: cut off what is left. */
    void onStackAborting(long nowNanos);

    /**
     * The loop ends; nothing will happen on it any more.
     *
     * @param cause what to tell those who wait
     */
    void onStackEnded(Throwable cause);
}
