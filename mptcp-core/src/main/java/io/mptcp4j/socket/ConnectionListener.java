package io.mptcp4j.socket;

import io.mptcp4j.mptcp.ConnectionEvent;

/**
 * Hears what happens to the connections of a stack, as {@code ip mptcp monitor} shows it of the kernel's. Called on a thread
 * that the stack keeps for listeners: it may block and call the stack and its sockets; while it is slow, events wait, and
 * beyond a bound they are lost and counted ({@link io.mptcp4j.metric.Counter#EVENTS_LOST}). What it throws is logged.
 */
@FunctionalInterface
public interface ConnectionListener {
    /** Something happened; in the order in which it happened. */
    void onEvent(ConnectionEvent event);
}
