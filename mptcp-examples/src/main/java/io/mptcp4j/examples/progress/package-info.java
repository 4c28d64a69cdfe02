/**
 * What the user sees of a transfer: which path carries how much, and how fast. Looks at connections through the public
 * {@link io.mptcp4j.socket.ConnectionInfo}; knows nothing of files. Main type: {@link
 * io.mptcp4j.examples.progress.PathMeter}.
 */
package io.mptcp4j.examples.progress;
