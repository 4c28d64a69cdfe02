package io.mptcp4j.wire;

import io.netty.buffer.ByteBuf;

/** What takes payload as spans that stay where they are: a packet on its way out. */
public interface SpanSink {
    /**
     * Appends octets without copying them.
     *
     * @param octets where they lie; borrowed until the packet has been transmitted
     * @param from the first octet
     * @param count how many
     * @return false when there is no span left
     */
    boolean addSpan(ByteBuf octets, int from, int count);
}
