package io.mptcp4j.tun;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The kernel's {@code struct ifreq}: a name of up to 15 octets, and a value. */
final class InterfaceRequest {
    static final int MAX_NAME = 15;

    private static final int NAME_ROOM = 16;
    private static final int LENGTH = 40;

    private final ByteBuffer memory = Native.memory(LENGTH);

    InterfaceRequest(String name) {
        byte[] octets = name.getBytes(StandardCharsets.US_ASCII);
        memory.put(0, octets, 0, Math.min(octets.length, MAX_NAME));
    }

    /** Makes the call; 0, or -1 with errno. */
    int ioctl(int descriptor, long request) {
        return Native.libc().ioctl(descriptor, request, Native.address(memory));
    }

    String name() {
        byte[] octets = new byte[NAME_ROOM];
        memory.get(0, octets);
        int end = 0;
        while (end < NAME_ROOM && octets[end] != 0) {
            end++;
        }
        return new String(octets, 0, end, StandardCharsets.US_ASCII);
    }

    void setShort(int value) {
        memory.putShort(NAME_ROOM, (short) value);
    }

    int getInt() {
        return memory.getInt(NAME_ROOM);
    }
}
