package io.mptcp4j.wire;

import java.util.Objects;

/**
 * What names a TCP connection on the wire: two addresses and two ports, seen from this end.
 *
 * @param localAddress our address
 * @param localPort our port, 1 to 65535
 * @param remoteAddress the peer's address
 * @param remotePort the peer's port, 1 to 65535
 */
public record FourTuple(IpAddress localAddress, int localPort, IpAddress remoteAddress, int remotePort) {
    private static final int MAX_PORT = 0xffff;

    /** Checks the ports and that both addresses are of one family. */
    public FourTuple {
        Objects.requireNonNull(localAddress, "localAddress");
        Objects.requireNonNull(remoteAddress, "remoteAddress");
        if (localPort < 1 || localPort > MAX_PORT || remotePort < 1 || remotePort > MAX_PORT) {
            throw new IllegalArgumentException("ports are 1 to 65535: " + localPort + ", " + remotePort);
        }
        if (localAddress.isIpv4() != remoteAddress.isIpv4()) {
            throw new IllegalArgumentException("one family on both ends: " + localAddress + ", " + remoteAddress);
        }
    }

    /** Whether both ends are IPv4. */
    public boolean isIpv4() {
        return localAddress.isIpv4();
    }

    @Override
    public String toString() {
        return print(localAddress, localPort) + "-" + print(remoteAddress, remotePort);
    }

    private static String print(IpAddress address, int port) {
        return address.isIpv4() ? address + ":" + port : "[" + address + "]:" + port;
    }
}
