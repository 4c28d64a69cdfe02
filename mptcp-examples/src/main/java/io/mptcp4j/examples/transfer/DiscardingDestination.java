package io.mptcp4j.examples.transfer;

/** Keeps nothing: for demonstrations, in which the digest is what matters. */
public final class DiscardingDestination implements Destination {
    @Override
    public Delivery begin(String name, long size) {
        return new Delivery() {
            @Override
            public void write(byte[] octets, int offset, int length) {}

            @Override
            public String commit() {
                return "nowhere";
            }

            @Override
            public void close() {}
        };
    }
}
