/** TUN devices of Linux for {@code io.mptcp4j.core}. */
module io.mptcp4j.tun {
    requires transitive io.mptcp4j.core;
    requires org.jnrproject.ffi;
    requires org.jnrproject.jffi;
    // What jnr-ffi itself needs and, having no descriptor, cannot say.
    requires org.objectweb.asm.commons;
    requires org.objectweb.asm.util;

    exports io.mptcp4j.tun;
    // Not for users: jnr-ffi implements the interface in there from an unnamed module.
    exports io.mptcp4j.tun.internal;
}
