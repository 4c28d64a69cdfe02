package io.mptcp4j.mptcp;

/**
 * From the peer's subflow sequence numbers to stream positions (RFC 8684 3.3.1); one a subflow.
 *
 * <p>{@code ssn} is relative: 1 is the first octet.
 */
sealed interface SequenceMapping permits DssMappings, SummedMappings, ContinuedMappings, InfiniteMapping {
    /**
     * How many of {@code length} octets from {@code ssn} on have consecutive positions.
     *
     * @return above 0: so many are mapped, from {@link #position} on; below 0: so many (negated) have no mapping
     */
    int run(int ssn, int length);

    /** The stream position of an octet that is mapped. */
    long position(int ssn);

    /** Everything before {@code ssn} has been received: mappings that end there are not needed any more. */
    void releaseBelow(int ssn);
}
