package io.mptcp4j.tun.internal;

/**
 * The calls of the C library that this module uses, with 64-bit Linux's widths: {@code size_t}, {@code ssize_t} and
 * pointers are {@code long}. A call that fails returns -1 and leaves its reason in {@code errno}.
 */
public interface LibC {
    int open(String path, int flags);

    int close(int descriptor);

    long read(int descriptor, long address, long count);

    long write(int descriptor, long address, long count);

    long writev(int descriptor, long vectors, int vectorCount);

    int ioctl(int descriptor, long request, long argument);

    int eventfd(int initialValue, int flags);

    int ppoll(long descriptors, long descriptorCount, long timeout, long signalMask);

    int socket(int domain, int type, int protocol);

    int if_nametoindex(String name);

    String strerror(int errno);
}
