package io.mptcp4j.tun.internal;

/**
 * The calls of the C library that this module uses, with 64-bit Linux's widths: {@code size_t}, {@code ssize_t} and
 * pointers are {@code long}. A call that fails returns -1 and leaves its reason in {@code errno}.
 */
public interface LibC {
    /** {@code open(2)}. */
    int open(String path, int flags);

    /** {@code close(2)}. */
    int close(int descriptor);

    /** {@code read(2)}. */
    long read(int descriptor, long address, long count);

    /** {@code write(2)}. */
    long write(int descriptor, long address, long count);

    /** {@code writev(2)}; {@code vectors} is an array of {@code struct iovec}. */
    long writev(int descriptor, long vectors, int vectorCount);

    /** {@code ioctl(2)}. */
    int ioctl(int descriptor, long request, long argument);

    /** {@code eventfd(2)}. */
    int eventfd(int initialValue, int flags);

    /** {@code ppoll(2)}; pointers to {@code struct pollfd}, {@code struct timespec}, {@code sigset_t}. */
    int ppoll(long descriptors, long descriptorCount, long timeout, long signalMask);

    /** {@code socket(2)}. */
    int socket(int domain, int type, int protocol);

    /** {@code if_nametoindex(3)}; 0 when there is none. */
    int if_nametoindex(String name);

    /** {@code strerror(3)}. */
    String strerror(int errno);
}
