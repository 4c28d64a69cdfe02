package io.mptcp4j.mptcp;

/** What became of a mapping that the peer declared (RFC 8684 3.3.1). */
enum Declared {
    /** It is known now. */
    NEW,
    /** It was known before: an identical duplicate, as segmentation offload makes them. */
    KNOWN,
    /** It contradicts an earlier one. RFC 8684 3.3.1: a mapping is fixed once it has been processed. */
    CONFLICT,
    /** There are too many in front of it. */
    FULL
}
