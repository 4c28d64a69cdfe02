/**
 * Path managers: which subflows a connection shall have, and which addresses it announces. They see addresses, make
 * requests, and hold no connection.
 *
 * <p>Main type: {@link io.mptcp4j.mptcp.path.PathManager}.
 */
package io.mptcp4j.mptcp.path;
