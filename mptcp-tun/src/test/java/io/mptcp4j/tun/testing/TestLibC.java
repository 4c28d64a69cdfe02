package io.mptcp4j.tun.testing;

/** The calls of the C library that the kernel tests need. */
public interface TestLibC {
    /** {@code open(2)}. */
    int open(String path, int flags);

    /** {@code close(2)}. */
    int close(int descriptor);

    /** {@code setns(2)}. */
    int setns(int descriptor, int type);
}
