/**
 * Counts: why packets were dropped, and what the stack did.
 *
 * <p>Knows nothing of packets; a count is an index into an array. Main type: {@link io.mptcp4j.metric.StackCounters}.
 */
package io.mptcp4j.metric;
