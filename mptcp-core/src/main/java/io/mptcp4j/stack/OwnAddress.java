package io.mptcp4j.stack;

import io.mptcp4j.wire.IpAddress;

/**
 * An address of this stack with the interface that has it.
 *
 * @param prefix the address and the prefix reached directly
 * @param id the MPTCP address id, 1 to 255
 * @param owner the interface
 */
record OwnAddress(Prefix prefix, int id, HostInterface owner) {
    IpAddress address() {
        return prefix.address();
    }
}
