package io.mptcp4j.stack;

/** The port upward of a listener, implemented by the socket floor. Called on the thread that drives the stack. */
public interface ListenerObserver {
    /** A connection has entered the accept queue. Must not block, throw, or call into the stack but for getters. */
    void onAcceptable(Listener listener);
}
