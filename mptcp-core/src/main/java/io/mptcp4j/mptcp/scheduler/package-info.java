/**
 * Schedulers: on which subflow the next octets go. They see subflows through views, answer with an index, and hold no
 * connection.
 *
 * <p>Main type: {@link io.mptcp4j.mptcp.scheduler.Scheduler}.
 */
package io.mptcp4j.mptcp.scheduler;
