/**
 * The two octet streams of a connection, addressed by 64-bit positions that begin at 0: what the application has written
 * and the peer has not yet acknowledged, and what has arrived and the application has not yet read.
 *
 * <p>The streams own all octets. They are the only place below the sockets where two threads meet: an application's thread
 * copies octets in or out and publishes a cursor, the thread that drives the stack does all else. Knows nothing of
 * sequence numbers, segments or connections. Main types: {@link io.mptcp4j.stream.SendStream} and
 * {@link io.mptcp4j.stream.ReceiveStream}.
 */
package io.mptcp4j.stream;
