package io.mptcp4j.tun;

import java.nio.ByteBuffer;

/** Opens /dev/net/tun, attaches to an interface or makes one, and settles on the offload. */
final class TunOpener {
    private static final int O_RDWR = 2;
    private static final int O_NONBLOCK = 0x800;
    private static final int O_CLOEXEC = 0x80000;

    private static final long TUNSETIFF = 0x400454caL;
    private static final long TUNGETFEATURES = 0x800454cfL;
    private static final long TUNSETOFFLOAD = 0x400454d0L;
    private static final long TUNSETVNETHDRSZ = 0x400454d8L;

    private static final int IFF_TUN = 0x0001;
    private static final int IFF_NO_PI = 0x1000;
    private static final int IFF_VNET_HDR = 0x4000;

    private final String path;
    private final String wantedName;
    private final TunOffload wanted;

    TunOpener(String path, String wantedName, TunOffload wanted) {
        this.path = path;
        this.wantedName = wantedName;
        this.wanted = wanted;
    }

    /** What came of it. */
    record Opened(int descriptor, String name, TunOffload offload) {}

    Opened open() throws TunException {
        if (!Native.isLinux()) {
            throw TunAdvice.notLinux();
        }
        TunAdvice.requireValidName(wantedName);
        int descriptor = Native.libc().open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
        if (descriptor < 0) {
            throw TunAdvice.cannotOpen(path, Native.errno());
        }
        try {
            return attach(descriptor);
        } catch (TunException | RuntimeException e) {
            Native.libc().close(descriptor);
            throw e;
        }
    }

    private Opened attach(int descriptor) throws TunException {
        TunOffload offload = hasVirtioHeader(descriptor) ? wanted : TunOffload.NONE;
        InterfaceRequest request = new InterfaceRequest(wantedName);
        request.setShort(IFF_TUN | IFF_NO_PI | (offload.hasVirtioHeader() ? IFF_VNET_HDR : 0));
        if (request.ioctl(descriptor, TUNSETIFF) < 0) {
            throw TunAdvice.cannotAttach(path, wantedName, Native.errno());
        }
        String name = request.name();
        return new Opened(descriptor, name, settle(descriptor, name, offload));
    }

    private boolean hasVirtioHeader(int descriptor) {
        ByteBuffer features = Native.memory(Integer.BYTES);
        return wanted.hasVirtioHeader()
                && Native.libc().ioctl(descriptor, TUNGETFEATURES, Native.address(features)) == 0
                && (features.getInt(0) & IFF_VNET_HDR) != 0;
    }

    /** Asks for less and less until the kernel agrees. */
    private static TunOffload settle(int descriptor, String name, TunOffload most) throws TunException {
        if (!most.hasVirtioHeader()) {
            // A persistent interface keeps the offload of the program that had it before.
            Native.libc().ioctl(descriptor, TUNSETOFFLOAD, 0);
            return most;
        }
        ByteBuffer length = Native.memory(Integer.BYTES);
        length.putInt(0, VirtioHeader.LENGTH);
        if (Native.libc().ioctl(descriptor, TUNSETVNETHDRSZ, Native.address(length)) < 0) {
            throw TunAdvice.failed(name, "set the length of the virtio header", Native.errno());
        }
        TunOffload offload = most;
        while (Native.libc().ioctl(descriptor, TUNSETOFFLOAD, offload.flags()) < 0) {
            if (offload == TunOffload.OUTGOING) {
                break; // Flags 0 turn off what was never on.
            }
            offload = offload.less();
        }
        return offload;
    }
}
