/**
 * A file over one connection: the protocol of {@code send} and {@code receive}, and the raw mode that speaks to any
 * byte-stream peer. Works on any {@link java.net.Socket}; knows nothing of MPTCP, of command lines or of terminals.
 *
 * <p>Version 1, all numbers in network order:
 *
 * <pre>
 * sender                                    receiver
 * header: magic "MP4J", version 1, 0,  -&gt;
 *   name length (2), size (8), name
 *                                       &lt;-  reply: READY, or REFUSED and why
 * size octets, SHA-256 of them (32)     -&gt;
 *                                       &lt;-  reply: RECEIVED, or DAMAGED or FAILED and why
 * </pre>
 *
 * <p>A reply is magic "MP4R", code (1), message length (2), message. A receiver whose disk fails replies FAILED at once,
 * before it has all the octets. Whatever ends earlier is a torn transfer, and there is no resuming.
 *
 * <p>Main types: {@link io.mptcp4j.examples.transfer.FileSender}, {@link io.mptcp4j.examples.transfer.FileReceiver}.
 */
package io.mptcp4j.examples.transfer;
