package io.mptcp4j.mptcp;

/** One mapping with a checksum (RFC 8684 3.3.1), and how much of it has arrived. Reused. */
final class MappedUnit {
    int ssn;

    /** Octets of the subflow; a DATA_FIN is none. */
    int length;

    long position;
    int checksum;

    /** Whether a DATA_FIN follows, which counts in the data-level length that the checksum covers. */
    boolean dataFin;

    /** Octets that are held. */
    int received;

    /** All of it is held, and it does not sum up. */
    boolean wrong;

    /** It has summed up, and its octets are in the stream. */
    boolean committed;

    int end() {
        return ssn + length;
    }

    /** The data-level length as the option had it. */
    int dataLength() {
        return length + (dataFin ? 1 : 0);
    }

    void set(int firstSsn, int octets, long streamPosition, int sum, boolean fin) {
        ssn = firstSsn;
        length = octets;
        position = streamPosition;
        checksum = sum;
        dataFin = fin;
        received = 0;
        wrong = false;
        committed = false;
    }
}
