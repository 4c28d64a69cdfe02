/**
 * Linux TUN devices: opening and creating them, reading and writing batches of packets with checksum and segmentation
 * offload, sleeping on all of them at once, and giving an interface its address and MTU.
 *
 * <p>All native calls of the project are made here, and nothing native (descriptor, address, errno constant) leaves
 * this package. It knows packets, not what is in them. Main type: {@link io.mptcp4j.tun.TunDevice}.
 */
package io.mptcp4j.tun;
