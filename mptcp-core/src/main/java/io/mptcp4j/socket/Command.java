package io.mptcp4j.socket;

/** Something that the loop shall do once, on its own thread. */
interface Command {
    /** Does it. Whatever it throws goes to {@link #onFailure} and ends nothing else. */
    void run(long nowNanos) throws Exception;

    /**
     * It was not done, or not wholly: {@link #run} threw, or the loop has ended. Called at most once, on the loop's thread
     * or, after the loop's end, on the caller's.
     */
    void onFailure(Throwable cause);
}
