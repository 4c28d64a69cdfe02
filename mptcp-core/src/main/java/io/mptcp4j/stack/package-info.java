/**
 * One host: devices, addresses and routes below, connections and listeners above, and between them the way of a packet
 * in ({@code Ingress}) and out ({@code Egress}).
 *
 * <p>Deterministic: it has no thread and reads no clock, time is an argument, and randomness is injected. It must not know
 * sockets or who drives it. Main type: {@code Stack}.
 */
package io.mptcp4j.stack;
