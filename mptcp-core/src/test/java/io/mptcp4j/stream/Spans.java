package io.mptcp4j.stream;

import io.mptcp4j.wire.SpanSink;
import io.netty.buffer.ByteBuf;

/** Takes spans and copies them together. */
final class Spans implements SpanSink {
    final byte[] octets;
    int length;
    int count;

    Spans(int capacity) {
        octets = new byte[capacity];
    }

    @Override
    public boolean addSpan(ByteBuf span, int from, int octetCount) {
        span.getBytes(from, octets, length, octetCount);
        length += octetCount;
        count++;
        return true;
    }

    Spans clear() {
        length = 0;
        count = 0;
        return this;
    }
}
