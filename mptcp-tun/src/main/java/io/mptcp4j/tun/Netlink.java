package io.mptcp4j.tun;

import java.nio.ByteBuffer;

/**
 * One request to the kernel's rtnetlink, with a header, a fixed part and attributes, and its answer.
 *
 * <pre>
 *  | length 4 | type 2 | flags 2 | sequence 4 | port 4 | fixed part | length 2, type 2, value, padding | ...
 * </pre>
 */
final class Netlink {
    static final int RTM_NEWLINK = 16;
    static final int RTM_NEWADDR = 20;
    static final int RTM_DELADDR = 21;

    static final int NLM_F_REPLACE = 0x100;
    static final int NLM_F_CREATE = 0x400;

    private static final int NLM_F_REQUEST = 0x1;
    private static final int NLM_F_ACK = 0x4;
    private static final int NLMSG_ERROR = 2;

    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int NETLINK_ROUTE = 0;

    private static final int HEADER = 16;
    private static final int TYPE = 4;
    private static final int ALIGNMENT = 4;
    private static final int LENGTH = 4096;

    private final ByteBuffer message = Native.memory(LENGTH);

    Netlink(int type, int flags) {
        message.putInt(0, 0).putShort(TYPE, (short) type);
        message.putShort(TYPE + Short.BYTES, (short) (NLM_F_REQUEST | NLM_F_ACK | flags));
        message.position(HEADER);
    }

    /** Where the caller appends the fixed part. */
    ByteBuffer body() {
        return message;
    }

    Netlink attribute(int type, int value) {
        message.putShort((short) (2 * Short.BYTES + Integer.BYTES))
                .putShort((short) type)
                .putInt(value);
        return this;
    }

    Netlink attribute(int type, byte[] value) {
        message.putShort((short) (2 * Short.BYTES + value.length))
                .putShort((short) type)
                .put(value);
        message.position((message.position() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
        return this;
    }

    /** Sends the request, waits for the kernel's verdict and returns its errno; 0 when it was carried out. */
    int request() {
        message.putInt(0, message.position());
        int socket = Native.libc().socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
        if (socket < 0) {
            return Native.errno();
        }
        try {
            return exchange(socket);
        } finally {
            Native.libc().close(socket);
        }
    }

    private int exchange(int socket) {
        long address = Native.address(message);
        if (Native.libc().write(socket, address, message.position()) < 0) {
            return Native.errno();
        }
        long octets;
        do {
            octets = Native.libc().read(socket, address, LENGTH);
        } while (octets < 0 && Native.errno() == Errno.EINTR);
        if (octets < 0) {
            return Native.errno();
        }
        boolean isVerdict = octets >= HEADER + Integer.BYTES && message.getShort(TYPE) == NLMSG_ERROR;
        return isVerdict ? -message.getInt(HEADER) : Errno.EIO;
    }
}
