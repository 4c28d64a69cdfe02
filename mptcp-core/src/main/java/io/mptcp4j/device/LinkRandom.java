package io.mptcp4j.device;

/** The dice of one direction of a link: SplitMix64, so that a seed means the same on every machine. Not for secrets. */
final class LinkRandom {
    private static final double UNIT = 0x1.0p-53;

    private long state;

    LinkRandom(long seed) {
        state = seed;
    }

    /** True with a probability of {@code share}; always takes one number, so that seeds stay comparable. */
    boolean happens(double share) {
        return (nextLong() >>> 11) * UNIT < share;
    }

    long nextLong() {
        state += 0x9e3779b97f4a7c15L;
        long mixed = (state ^ state >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }
}
