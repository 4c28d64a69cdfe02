/**
 * The thread-safe edge: the thread that drives a stack, and the sockets that applications use. Threads, locks and clocks
 * live here and on no floor below.
 *
 * <p>Must not know the wire or the mechanisms of TCP; it moves octets into and out of streams, asks the stack for
 * connections, and tells {@code java.net} exceptions from their causes. Main type: {@code MptcpStack}.
 */
package io.mptcp4j.socket;
