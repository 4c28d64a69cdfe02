package io.mptcp4j.tun;

import com.kenai.jffi.MemoryIO;
import io.mptcp4j.tun.internal.LibC;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;

/** The loaded C library, the reason of its last failure, and addresses of direct buffers. */
final class Native {
    static final boolean IS_LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    private Native() {}

    /** The C library; loaded on first use, so that the classes here can be loaded anywhere. */
    static LibC libc() {
        return Holder.LIBC;
    }

    /** The errno of this thread's last failed call; to be read at once. */
    static int errno() {
        return Holder.RUNTIME.getLastError();
    }

    /** What the C library calls this errno, in its own words. */
    static String describe(int errno) {
        return libc().strerror(errno);
    }

    static boolean isLinux() {
        return System.getProperty("os.name", "").equalsIgnoreCase("linux");
    }

    /** Zeroed memory in native byte order; freed with the returned buffer, so that must be kept. */
    static ByteBuffer memory(int octets) {
        return ByteBuffer.allocateDirect(octets).order(ByteOrder.nativeOrder());
    }

    /** Where a direct buffer's octet 0 lies. */
    static long address(ByteBuffer direct) {
        return MemoryIO.getInstance().getDirectBufferAddress(direct);
    }

    /** Where octet {@code index} of a direct buffer in one piece lies. */
    static long address(ByteBuf buffer, int index) {
        if (buffer.hasMemoryAddress()) {
            return buffer.memoryAddress() + index;
        }
        ByteBuffer view = buffer.internalNioBuffer(index, buffer.capacity() - index);
        return address(view) + view.position();
    }

    /** Whether {@link #address(ByteBuf, int)} works on this buffer. */
    static boolean isAddressable(ByteBuf buffer) {
        return buffer.hasMemoryAddress() || buffer.isDirect() && buffer.nioBufferCount() == 1;
    }

    private static final class Holder {
        static final LibC LIBC = LibraryLoader.create(LibC.class).load("c");
        static final Runtime RUNTIME = Runtime.getRuntime(LIBC);
    }
}
