package io.mptcp4j.stack;

import io.mptcp4j.mptcp.MptcpConnection;
import io.mptcp4j.stream.MemoryBudget;
import io.mptcp4j.time.DeadlineQueue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The connections of the stack, and which of them want a turn: those that got segments (touched), those with output
 * (ready), those whose deadline has come. Each list is worked off in bounded steps.
 */
final class ConnectionTable {
    private final MemoryBudget memory;
    // In the order in which they came: that of addresses in memory is another one in each run.
    private final Map<MptcpConnection, ConnectionEntry> entries = new LinkedHashMap<>();
    private final DeadlineQueue<ConnectionEntry> deadlines = new DeadlineQueue<>();
    private final ArrayDeque<MptcpConnection> doomed = new ArrayDeque<>();
    private ConnectionEntry firstReady;
    private ConnectionEntry lastReady;
    private int readyCount;
    private ConnectionEntry firstTouched;
    private ConnectionEntry atWork;

    /** A table without connections; those to come share the memory. */
    ConnectionTable(MemoryBudget memory) {
        this.memory = memory;
    }

    // ---- membership

    /** The entry of a connection, or null. */
    ConnectionEntry find(MptcpConnection connection) {
        return entries.get(connection);
    }

    /** Enters a connection that is not here yet. */
    ConnectionEntry add(MptcpConnection connection) {
        ConnectionEntry entry = new ConnectionEntry(connection);
        entries.put(connection, entry);
        memory.shareAmong(entries.size());
        return entry;
    }

    /** Forgets a connection. */
    void remove(MptcpConnection connection) {
        ConnectionEntry entry = entries.remove(connection);
        if (entry != null) {
            entry.removed = true;
            deadlines.cancel(entry);
            memory.shareAmong(entries.size());
        }
    }

    /** How many connections there are. */
    int size() {
        return entries.size();
    }

    /** All connections that are here now. */
    List<MptcpConnection> snapshot() {
        return new ArrayList<>(entries.keySet());
    }

    // ---- who is to blame

    /** The connection gets to work, or none does: what throws from here on is its doing. */
    void begin(ConnectionEntry entry) {
        atWork = entry;
    }

    /** The connection that got to work last, and is here no longer to be blamed; null when there was none. */
    ConnectionEntry takeAtWork() {
        ConnectionEntry blamed = atWork;
        atWork = null;
        return blamed;
    }

    // ---- who wants a turn

    /** The connection is to be visited in the next output step. */
    void ready(ConnectionEntry entry) {
        if (entry.ready || entry.removed) {
            return;
        }
        entry.ready = true;
        if (lastReady == null) {
            firstReady = entry;
        } else {
            lastReady.nextReady = entry;
        }
        lastReady = entry;
        readyCount++;
    }

    /** The connection got a segment of the present batch. */
    void touch(ConnectionEntry entry) {
        if (!entry.touched) {
            entry.touched = true;
            entry.nextTouched = firstTouched;
            firstTouched = entry;
        }
    }

    /** Aborts the connection at the end of the step, when no call into it is under way. */
    void abortSoon(MptcpConnection connection) {
        doomed.add(connection);
    }

    // ---- steps

    /** Ends an input batch: what was received is published, and who got something may answer. */
    void onInputDone(long now) {
        while (firstTouched != null) {
            ConnectionEntry entry = firstTouched;
            firstTouched = entry.nextTouched;
            entry.nextTouched = null;
            entry.touched = false;
            if (!entry.removed) {
                begin(entry);
                entry.connection.onInputDone(now);
                ready(entry);
            }
        }
        abortDoomed(now);
        begin(null);
    }

    /** Lets each connection whose deadline has come do what is due, once. */
    void advance(long now) {
        for (int limit = deadlines.count(); limit > 0; limit--) {
            ConnectionEntry entry = deadlines.pollExpired(now);
            if (entry == null) {
                break;
            }
            begin(entry);
            entry.connection.advance(now);
            // The visit of the output step sets the next deadline.
            ready(entry);
        }
        abortDoomed(now);
        begin(null);
    }

    /** Lets connections that are ready send, in turn, each at most once. */
    void output(long now, int packetsPerVisit, int visits) {
        for (int limit = Math.min(readyCount, visits); limit > 0; limit--) {
            ConnectionEntry entry = firstReady;
            firstReady = entry.nextReady;
            if (firstReady == null) {
                lastReady = null;
            }
            readyCount--;
            entry.nextReady = null;
            entry.ready = false;
            if (!entry.removed) {
                visit(entry, now, packetsPerVisit);
            }
        }
        abortDoomed(now);
        begin(null);
    }

    private void visit(ConnectionEntry entry, long now, int packets) {
        begin(entry);
        entry.connection.output(now, packets);
        if (entry.removed) {
            return;
        }
        deadlines.schedule(entry, entry.connection.nextDeadline());
        if (entry.connection.hasOutput()) {
            ready(entry);
        }
    }

    private void abortDoomed(long now) {
        for (MptcpConnection connection = doomed.poll(); connection != null; connection = doomed.poll()) {
            connection.abort(now);
            ConnectionEntry entry = find(connection);
            if (entry != null) {
                ready(entry);
            }
        }
    }

    /** Whether a connection waits for its turn to send. */
    boolean hasReady() {
        return firstReady != null;
    }

    /** The earliest deadline of those that do not wait for their turn. */
    long nextDeadline() {
        return deadlines.next();
    }
}
