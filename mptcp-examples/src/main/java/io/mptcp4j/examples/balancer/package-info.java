/**
 * Joins behind a load balancer: a client with two paths, a balancer that hashes addresses and ports, four servers. Knows
 * nothing of command lines. Main type: {@link io.mptcp4j.examples.balancer.BalancerDemo}.
 */
package io.mptcp4j.examples.balancer;
