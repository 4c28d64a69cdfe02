package io.mptcp4j.tun;

import io.mptcp4j.wire.IpAddress;
import java.util.function.IntConsumer;

/**
 * Sets up a network interface of this program's network namespace: what {@code ip address} and {@code ip link set} do.
 * Each call takes effect at once; all but the getters need CAP_NET_ADMIN.
 *
 * <p>The addresses are the kernel's: the host's own programs speak from them. A stack on a TUN device has other addresses
 * of the same subnet.
 */
public final class LinkSetup {
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 0x80000;

    private static final long SIOCGIFFLAGS = 0x8913L;
    private static final long SIOCGIFMTU = 0x8921L;
    private static final long SIOCGIFTXQLEN = 0x8942L;

    private static final int IFLA_MTU = 4;
    private static final int IFLA_TXQLEN = 13;
    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int IFF_UP = 1;
    // Nobody else is on the link, so the address need not wait for duplicate address detection.
    private static final int IFA_F_NODAD = 0x02;

    private static final int IPV4_BITS = 32;
    private static final int IPV6_BITS = 128;

    private final String name;
    private final IntConsumer onMtu;

    private LinkSetup(String name, IntConsumer onMtu) {
        this.name = name;
        this.onMtu = onMtu;
    }

    /** The set-up of the interface of this name. */
    public static LinkSetup of(String name) {
        return of(name, mtu -> {});
    }

    static LinkSetup of(String name, IntConsumer onMtu) {
        return new LinkSetup(name, onMtu);
    }

    /**
     * Adds an address of the kernel's, and with it the route to its subnet. One that is there already stays.
     *
     * @param address address and prefix length: {@code 10.1.0.1/24}, {@code fd00:1::1/64}
     * @throws IllegalArgumentException when the text is something else
     */
    public LinkSetup address(String address) throws TunException {
        int slash = address.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("an address with its prefix length, such as 10.1.0.1/24: " + address);
        }
        return address(IpAddress.parse(address.substring(0, slash)), prefixLength(address, slash));
    }

    /** Adds an address of the kernel's as {@link #address(String)} does. */
    public LinkSetup address(IpAddress address, int prefixLength) throws TunException {
        int errno =
                changeAddress(Netlink.RTM_NEWADDR, Netlink.NLM_F_CREATE | Netlink.NLM_F_REPLACE, address, prefixLength);
        return checkAddress(errno, "add the address " + address, address);
    }

    /** Takes an address away. */
    public LinkSetup removeAddress(IpAddress address, int prefixLength) throws TunException {
        int errno = changeAddress(Netlink.RTM_DELADDR, 0, address, prefixLength);
        return checkAddress(errno, "remove the address " + address, address);
    }

    /** Sets the longest IP packet in octets, headers included: 68 to 65535; IPv6 needs 1280. */
    public LinkSetup mtu(int octets) throws TunException {
        changeLink(0, 0, IFLA_MTU, octets, "set the MTU " + octets);
        onMtu.accept(octets);
        return this;
    }

    /** Sets how many packets the kernel queues for the reader of the interface. */
    public LinkSetup txQueueLength(int packets) throws TunException {
        return changeLink(0, 0, IFLA_TXQLEN, packets, "set the queue length " + packets);
    }

    /** Turns the interface on. */
    public LinkSetup up() throws TunException {
        return changeLink(IFF_UP, IFF_UP, 0, 0, "turn it on");
    }

    /** Turns the interface off: the kernel forgets its routes, and its IPv6 addresses. */
    public LinkSetup down() throws TunException {
        return changeLink(0, IFF_UP, 0, 0, "turn it off");
    }

    /** The longest IP packet in octets. */
    public int mtu() throws TunException {
        return ask(SIOCGIFMTU, "read its MTU").getInt();
    }

    /** How many packets the kernel queues for the reader of the interface. */
    public int txQueueLength() throws TunException {
        return ask(SIOCGIFTXQLEN, "read its queue length").getInt();
    }

    /** Whether the interface is turned on. */
    public boolean isUp() throws TunException {
        return (ask(SIOCGIFFLAGS, "read its state").getInt() & IFF_UP) != 0;
    }

    private LinkSetup changeLink(int flags, int mask, int attribute, int value, String what) throws TunException {
        Netlink request = new Netlink(Netlink.RTM_NEWLINK, 0);
        request.body().putInt(0).putInt(index()).putInt(flags).putInt(mask);
        if (attribute != 0) {
            request.attribute(attribute, value);
        }
        int errno = request.request();
        if (errno != 0) {
            throw TunAdvice.cannotChange(name, what, errno);
        }
        return this;
    }

    private int changeAddress(int type, int flags, IpAddress address, int prefixLength) throws TunException {
        if (prefixLength < 0 || prefixLength > (address.isIpv4() ? IPV4_BITS : IPV6_BITS)) {
            throw new IllegalArgumentException("the prefix length of " + address + " cannot be " + prefixLength);
        }
        byte[] octets = address.toInetAddress().getAddress();
        Netlink request = new Netlink(type, flags);
        request.body()
                .put((byte) (address.isIpv4() ? AF_INET : AF_INET6))
                .put((byte) prefixLength)
                .put((byte) (address.isIpv4() ? 0 : IFA_F_NODAD))
                .put((byte) 0)
                .putInt(index());
        return request.attribute(IFA_LOCAL, octets)
                .attribute(IFA_ADDRESS, octets)
                .request();
    }

    private LinkSetup checkAddress(int errno, String what, IpAddress address) throws TunException {
        if (errno == 0) {
            return this;
        }
        // addrconf_add_dev: EACCES is an interface, EOPNOTSUPP or EAFNOSUPPORT a kernel without IPv6.
        if (!address.isIpv4() && (errno == Errno.EACCES || errno == Errno.EOPNOTSUPP || errno == Errno.EAFNOSUPPORT)) {
            throw TunAdvice.ipv6Disabled(name, errno);
        }
        throw TunAdvice.cannotChange(name, what, errno);
    }

    private int index() throws TunException {
        int index = Native.libc().if_nametoindex(name);
        if (index == 0) {
            throw TunAdvice.noSuchInterface(name, Errno.ENODEV);
        }
        return index;
    }

    private InterfaceRequest ask(long what, String words) throws TunException {
        int socket = Native.libc().socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (socket < 0) {
            throw TunAdvice.cannotChange(name, words, Native.errno());
        }
        try {
            InterfaceRequest request = new InterfaceRequest(name);
            if (request.ioctl(socket, what) < 0) {
                throw TunAdvice.cannotChange(name, words, Native.errno());
            }
            return request;
        } finally {
            Native.libc().close(socket);
        }
    }

    private static int prefixLength(String address, int slash) {
        try {
            return Integer.parseInt(address.substring(slash + 1));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("the prefix length of '" + address + "' is not a number", e);
        }
    }
}
