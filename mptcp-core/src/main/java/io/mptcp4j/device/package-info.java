/**
 * The port to packet devices: batches of packets in and out, what a device can do, and how the loop sleeps on it;
 * beside it the devices that need no operating system (virtual links) and decorators.
 *
 * <p>Knows nothing of TCP: a packet is octets, a place where its checksum goes and a segment size. Main type:
 * {@link io.mptcp4j.device.PacketDevice}, which users may implement.
 */
package io.mptcp4j.device;
