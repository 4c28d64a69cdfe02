/**
 * MPTCP in user space: the protocol, the host, and the sockets on top.
 *
 * <p>Exported is what a user needs to build a stack, to watch it, and to give it devices and policies of their own. The
 * codecs of MPTCP's options, the streams and the deadlines are nobody's business outside.
 */
module io.mptcp4j.core {
    requires transitive io.netty.buffer;
    requires io.netty.common;
    requires jdk.net;
    requires org.slf4j;

    exports io.mptcp4j.congestion;
    exports io.mptcp4j.device;
    exports io.mptcp4j.metric;
    exports io.mptcp4j.mptcp;
    exports io.mptcp4j.mptcp.congestion;
    exports io.mptcp4j.mptcp.path;
    exports io.mptcp4j.mptcp.scheduler;
    exports io.mptcp4j.number;
    exports io.mptcp4j.socket;
    exports io.mptcp4j.stack;
    exports io.mptcp4j.tcp;
    exports io.mptcp4j.wire;
}
