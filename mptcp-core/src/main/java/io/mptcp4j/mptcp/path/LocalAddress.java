package io.mptcp4j.mptcp.path;

import io.mptcp4j.wire.IpAddress;
import java.util.Objects;

/**
 * An address of this host that subflows may use.
 *
 * @param address the address
 * @param id its address ID (RFC 8684 3.4), 1 to 255, unique in the stack
 * @param deviceName the device that has it
 * @param backup whether subflows from it ask to be used only when there is no other (RFC 8684 3.3.8)
 */
public record LocalAddress(IpAddress address, int id, String deviceName, boolean backup) {
    /** Checks the address ID. */
    public LocalAddress {
        Objects.requireNonNull(address, "address");
        Objects.requireNonNull(deviceName, "deviceName");
        if (id < 1 || id > 255) {
            throw new IllegalArgumentException("an address ID is 1 to 255: " + id);
        }
    }

    /** The same, with the backup flag as given. */
    public LocalAddress withBackup(boolean flag) {
        return flag == backup ? this : new LocalAddress(address, id, deviceName, flag);
    }
}
