package io.mptcp4j.testing;

import io.mptcp4j.stream.ReceiveStream;
import io.mptcp4j.stream.SendStream;

/**
 * An application at one end of a connection: writes so many octets of a random stream and then finishes, reads what the
 * other end writes and compares it octet by octet.
 */
public final class TransferEnd {
    private final RandomOctets outgoing;
    private final RandomOctets incoming;
    private final long sends;
    private final long expects;
    private final byte[] chunk;

    private long sent;
    private long received;
    private long limit = Long.MAX_VALUE;
    private boolean finished;
    private boolean ended;
    private boolean reading = true;
    private String fault;
    private long wrongOctets;

    /**
     * An application.
     *
     * @param sends octets to write
     * @param expects octets to read before the end of the stream
     * @param chunk the most octets of one read or write
     */
    public TransferEnd(RandomOctets outgoing, long sends, RandomOctets incoming, long expects, int chunk) {
        this.outgoing = outgoing;
        this.sends = sends;
        this.incoming = incoming;
        this.expects = expects;
        this.chunk = new byte[chunk];
    }

    /** Writes so many octets at most, until the limit is another; finishes only when it is above what is to be sent. */
    public void limit(long octets) {
        limit = octets;
    }

    /** Whether it reads what comes; it does from the first. */
    public void setReading(boolean on) {
        reading = on;
    }

    /** Writes what there is room for; returns whether anything was written or finished. */
    public boolean write(SendStream stream) {
        long before = sent;
        boolean wasFinished = finished;
        long end = Math.min(sends, limit);
        while (sent < end) {
            int length = (int) Math.min(Math.min(chunk.length, end - sent), stream.room());
            if (length <= 0) {
                break;
            }
            outgoing.fill(sent, chunk, length);
            int taken = stream.write(chunk, 0, length);
            if (taken <= 0) {
                break;
            }
            sent += taken;
        }
        if (sent == sends && limit > sends && !finished) {
            stream.finish();
            finished = true;
        }
        return sent != before || finished != wasFinished;
    }

    /** Reads what is there; returns whether anything was read. */
    public boolean read(ReceiveStream stream) {
        if (!reading) {
            return false;
        }
        long before = received;
        int length = stream.read(chunk, 0, chunk.length);
        while (length > 0) {
            int wrong = incoming.mismatch(received, chunk, length);
            wrongOctets += wrong < 0 ? 0 : incoming.mismatches(received, chunk, length);
            if (fault == null && wrong >= 0) {
                fault = "octet " + (received + wrong) + " is wrong";
            }
            received += length;
            length = stream.read(chunk, 0, chunk.length);
        }
        if (length < 0 && !ended) {
            ended = true;
            if (fault == null && received != expects) {
                fault = "the stream ended after " + received + " octets of " + expects;
            }
        }
        if (fault == null && received > expects) {
            fault = received + " octets came, " + expects + " were sent";
        }
        return received != before;
    }

    /** Whether everything is written and everything, the end included, is read. */
    public boolean isDone() {
        return finished && ended;
    }

    /** Whether {@link SendStream#finish} was called. */
    public boolean isFinished() {
        return finished;
    }

    /** Octets written. */
    public long sent() {
        return sent;
    }

    /** Octets read. */
    public long received() {
        return received;
    }

    /** What is wrong with the octets read; null when nothing is. */
    public String fault() {
        return fault;
    }

    /** How many of the octets read were not those that had been written at their place. */
    public long wrongOctets() {
        return wrongOctets;
    }

    @Override
    public String toString() {
        return "sent " + sent + "/" + sends + ", received " + received + "/" + expects + (ended ? ", ended" : "")
                + (fault == null ? "" : ", " + fault);
    }
}
