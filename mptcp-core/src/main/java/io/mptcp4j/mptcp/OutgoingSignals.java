package io.mptcp4j.mptcp;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.time.Deadlines;
import io.mptcp4j.wire.IpAddress;
import io.mptcp4j.wire.mptcp.AddAddr;
import io.mptcp4j.wire.mptcp.MpPrio;
import io.mptcp4j.wire.mptcp.RemoveAddr;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * The signals that wait for a pure ACK to ride on: ADD_ADDR, its echo, REMOVE_ADDR (RFC 8684 3.4) and MP_PRIO (3.3.8). An
 * announcement without an echo is repeated, three times at most.
 */
final class OutgoingSignals {
    /** The most signals that wait. */
    static final int MAXIMUM_WAITING = 16;

    /**
     * RFC 8684 3.4.1, 4: not more than two duplicate ACKs in a row for signaling; so many wait for their echo at once. Linux
     * drops an announcement that comes before it has dealt with the last one (its echo says that it has).
     */
    private static final int MAXIMUM_UNECHOED = 1;

    /**
     * RFC 6824 3: so many duplicate ACKs in a row for signaling. Without an echo the next wait until something has arrived that
     * the subflow acknowledges, so that its ACK is no duplicate, or for {@link #ECHO_TIMEOUT_NANOS}.
     */
    private static final int MAXIMUM_WITHOUT_ECHO = 2;

    private static final int MAXIMUM_ATTEMPTS = 4;

    /** RFC 6824 3.4.1: version 0 has no echo, and may refresh an announcement; once is enough for one that was lost. */
    private static final int ATTEMPTS_WITHOUT_ECHO = 2;

    private static final int MAXIMUM_IDS = 8;
    private static final long ECHO_TIMEOUT_NANOS = 1_000_000_000L;

    private final MptcpConnection connection;
    private final List<Signal> waiting = new ArrayList<>();
    private final List<Signal> unechoed = new ArrayList<>();
    private Signal riding;
    private Subflow carrier;

    OutgoingSignals(MptcpConnection connection) {
        this.connection = connection;
    }

    private enum Kind {
        ADD_ADDR(Counter.ADD_ADDR_TX, Counter.ADD_ADDR_TX_DROPPED),
        ECHO(Counter.ECHO_ADD_TX, Counter.ECHO_ADD_TX_DROPPED),
        REMOVE_ADDR(Counter.REMOVE_ADDR_TX, Counter.REMOVE_ADDR_TX_DROPPED),
        PRIO(Counter.PRIO_TX, null);

        private final Counter counter;
        private final Counter dropped;

        Kind(Counter counter, Counter dropped) {
            this.counter = counter;
            this.dropped = dropped;
        }
    }

    private static final class Signal {
        private final Kind kind;
        private int addressId;
        private IpAddress address;
        private boolean asIpv4;
        private int port;
        private int[] removed;
        private int removedCount;
        private Subflow subflow;
        private boolean backup;
        private int attempts;
        private long deadline = Deadlines.NEVER;

        /** The subflow that an announcement left on last, and what that had received by then. */
        private Subflow leftOn;

        private int receivedBefore;

        Signal(Kind kind) {
            this.kind = kind;
        }

        int length(MptcpVersion version) {
            return OptionBudget.padded(
                    switch (kind) {
                        case ADD_ADDR ->
                            version.provesAddresses()
                                    ? AddAddr.length(asIpv4, port != 0)
                                    : AddAddr.lengthVersion0(asIpv4, port != 0);
                        case ECHO -> AddAddr.echoLength(asIpv4, port != 0);
                        case REMOVE_ADDR -> RemoveAddr.length(removedCount);
                        case PRIO -> MpPrio.LENGTH;
                    });
        }

        boolean removes(int id) {
            for (int i = 0; i < removedCount; i++) {
                if (removed[i] == id) {
                    return true;
                }
            }
            return false;
        }

        boolean cancel(int id) {
            int kept = 0;
            for (int i = 0; i < removedCount; i++) {
                if (removed[i] != id) {
                    removed[kept++] = removed[i];
                }
            }
            boolean found = kept < removedCount;
            removedCount = kept;
            return found;
        }

        /** Whether the next ACK of this subflow would repeat the number of the one that this left on. */
        boolean isLastOn(Subflow subflow) {
            return leftOn == subflow && receivedBefore == subflow.tcp().receivedInOrderSsn();
        }

        boolean isOf(Kind which, int id) {
            return kind == which && addressId == id;
        }
    }

    // ---- what is to be said

    /** Announces an address (RFC 8684 3.4.1); port 0: none. */
    void announce(int addressId, IpAddress address, int port) {
        Signal signal = new Signal(Kind.ADD_ADDR);
        signal.addressId = addressId;
        signal.address = address;
        signal.asIpv4 = address.isIpv4();
        signal.port = port;
        queue(signal);
    }

    /**
     * Answers an announcement of the peer (RFC 8684 3.4.1: with the same option).
     *
     * @param asIpv4 whether the option had 4 octets of address
     */
    void echo(int addressId, boolean asIpv4, IpAddress address, int port) {
        for (int i = 0; i < waiting.size(); i++) {
            Signal other = waiting.get(i);
            if (other.isOf(Kind.ECHO, addressId) && other.address.equals(address) && other.port == port) {
                return;
            }
        }
        Signal signal = new Signal(Kind.ECHO);
        signal.addressId = addressId;
        signal.address = address;
        signal.asIpv4 = asIpv4;
        signal.port = port;
        queue(signal);
    }

    /** Takes an address back that the peer knows (RFC 8684 3.4.2). */
    void withdraw(int addressId) {
        forgetAnnouncement(addressId);
        Signal signal = null;
        for (int i = 0; i < waiting.size(); i++) {
            Signal other = waiting.get(i);
            if (other.kind == Kind.REMOVE_ADDR && other.removedCount < MAXIMUM_IDS) {
                signal = other;
            }
        }
        if (signal == null) {
            signal = new Signal(Kind.REMOVE_ADDR);
            signal.removed = new int[MAXIMUM_IDS];
            queue(signal);
        }
        signal.removed[signal.removedCount++] = addressId;
    }

    /** Whether an ID is still to be taken back. */
    boolean isWithdrawing(int addressId) {
        for (int i = 0; i < waiting.size(); i++) {
            if (waiting.get(i).removes(addressId)) {
                return true;
            }
        }
        return false;
    }

    /** An address that was to be taken back is there again. */
    void cancelWithdrawal(int addressId) {
        for (int i = waiting.size() - 1; i >= 0; i--) {
            Signal signal = waiting.get(i);
            if (signal.kind == Kind.REMOVE_ADDR && signal.cancel(addressId) && signal.removedCount == 0) {
                waiting.remove(i);
            }
        }
    }

    /** Asks the peer to use a subflow as backup, or as a regular one again (RFC 8684 3.3.8). */
    void prioritise(Subflow subflow, boolean backup) {
        for (int i = waiting.size() - 1; i >= 0; i--) {
            if (waiting.get(i).kind == Kind.PRIO && waiting.get(i).subflow == subflow) {
                waiting.remove(i);
            }
        }
        Signal signal = new Signal(Kind.PRIO);
        signal.subflow = subflow;
        signal.backup = backup;
        queue(signal);
    }

    /** Whether no more signals can wait. */
    boolean isFull() {
        return waiting.size() >= MAXIMUM_WAITING;
    }

    private void queue(Signal signal) {
        if (waiting.size() < MAXIMUM_WAITING) {
            waiting.add(signal);
            connection.markReady();
        } else if (signal.kind.dropped != null) {
            connection.count(signal.kind.dropped);
        }
    }

    /** The peer has heard of an address and port. */
    void onEcho(int addressId, int port) {
        unechoed.removeIf(signal -> signal.addressId == addressId && signal.port == port);
        waiting.removeIf(signal -> signal.isOf(Kind.ADD_ADDR, addressId) && signal.port == port);
        connection.markReady();
    }

    private void forgetAnnouncement(int addressId) {
        unechoed.removeIf(signal -> signal.addressId == addressId);
        waiting.removeIf(signal -> signal.isOf(Kind.ADD_ADDR, addressId));
    }

    /** Nothing is told any more. */
    void clear() {
        waiting.clear();
        unechoed.clear();
        riding = null;
        carrier = null;
    }

    // ---- the turn

    /** Whether {@link #send} would send. */
    boolean canSend() {
        for (int i = 0; i < waiting.size(); i++) {
            if (carrierOf(waiting.get(i)) != null) {
                return true;
            }
        }
        return false;
    }

    /** Sends the first signal that may leave, on a pure ACK of its own. Before any data, which would make the ACK needless. */
    void send(long nowNanos) {
        for (int i = 0; i < waiting.size(); i++) {
            Subflow subflow = carrierOf(waiting.get(i));
            if (subflow != null) {
                Signal signal = waiting.remove(i);
                // What is due goes first, with its DATA_ACK: some signals leave no room for one.
                subflow.tcp().sendAcknowledgment(nowNanos);
                riding = signal;
                carrier = subflow;
                subflow.tcp().requestAck();
                subflow.tcp().sendAcknowledgment(nowNanos);
                riding = null;
                carrier = null;
                return;
            }
        }
    }

    /** The subflow that can carry a signal now; null for none. */
    private Subflow carrierOf(Signal signal) {
        if (signal.kind == Kind.PRIO) {
            return carrierOfPriority(signal.subflow, signal.backup);
        }
        Subflow any = connection.subflowList().anyActive();
        return signal.kind == Kind.ADD_ADDR && any != null && !mayAnnounceOn(any) ? null : any;
    }

    private Subflow carrierOfPriority(Subflow subject, boolean backup) {
        boolean nameable = connection.version().namesAddressesInPriorities() && isOfWholeAddress(subject, backup);
        if (nameable && !subject.isHealthy()) {
            // RFC 6824 3.3.8: of an address that is out of reach is told by another one.
            return connection.subflowList().anyActive();
        }
        return subject.isActive() ? subject : null;
    }

    /** RFC 6824 3.3.8: by its address ID all subflows that use the address are meant. */
    private boolean isOfWholeAddress(Subflow subject, boolean backup) {
        for (int i = 0; i < connection.subflowCount(); i++) {
            Subflow other = connection.subflow(i);
            if (other.localId() == subject.localId() && other.isBackupLocally() != backup) {
                return false;
            }
        }
        return true;
    }

    private boolean mayAnnounceOn(Subflow subflow) {
        boolean echoes = connection.version().provesAddresses();
        int count = 0;
        for (int i = 0; i < unechoed.size(); i++) {
            Signal signal = unechoed.get(i);
            boolean counts = echoes || signal.isLastOn(subflow);
            count += counts && signal.deadline != Deadlines.NEVER ? 1 : 0;
        }
        return count < (echoes ? MAXIMUM_UNECHOED : MAXIMUM_WITHOUT_ECHO);
    }

    /** Octets of the signal that the next pure ACK of this subflow carries; 0 for none. */
    int nextLength(Subflow subflow) {
        return subflow != carrier || riding == null ? 0 : riding.length(connection.version());
    }

    /** Writes the signal just announced; returns its octets with padding. */
    int write(ByteBuf into, int index) {
        Signal signal = riding;
        riding = null;
        connection.count(signal.kind.counter);
        int written =
                switch (signal.kind) {
                    case ADD_ADDR -> writeAnnouncement(signal, into, index);
                    case ECHO ->
                        AddAddr.writeEcho(into, index, signal.addressId, signal.asIpv4, signal.address, signal.port);
                    case REMOVE_ADDR -> RemoveAddr.write(into, index, signal.removed, signal.removedCount);
                    case PRIO -> writePriority(signal, into, index);
                };
        int length = OptionBudget.padded(written);
        OptionBudget.pad(into, index + written, length - written);
        return length;
    }

    private int writePriority(Signal signal, ByteBuf into, int index) {
        return carrier == signal.subflow
                ? MpPrio.write(into, index, signal.backup)
                : MpPrio.writeVersion0(
                        into, index, signal.backup, signal.subflow.role().localId());
    }

    private int writeAnnouncement(Signal signal, ByteBuf into, int index) {
        signal.attempts++;
        signal.deadline = connection.nowNanos() + ECHO_TIMEOUT_NANOS;
        signal.leftOn = carrier;
        signal.receivedBefore = carrier.tcp().receivedInOrderSsn();
        if (!unechoed.contains(signal)) {
            unechoed.add(signal);
        }
        if (!connection.version().provesAddresses()) {
            return AddAddr.writeVersion0(into, index, signal.addressId, signal.address, signal.port);
        }
        long hmac = connection.keys().localAddAddrHmac(signal.addressId, signal.address, signal.port);
        return AddAddr.write(into, index, signal.addressId, signal.address, signal.port, hmac);
    }

    private int maximumAttempts() {
        return connection.version().provesAddresses() ? MAXIMUM_ATTEMPTS : ATTEMPTS_WITHOUT_ECHO;
    }

    /** When {@link #advance} wants to be called. */
    long nextDeadline() {
        long next = Deadlines.NEVER;
        for (int i = 0; i < unechoed.size(); i++) {
            next = Deadlines.earliest(next, unechoed.get(i).deadline);
        }
        return next;
    }

    /** Repeats announcements without an echo. */
    void advance(long nowNanos) {
        for (int i = unechoed.size() - 1; i >= 0; i--) {
            Signal signal = unechoed.get(i);
            if (signal.deadline > nowNanos) {
                continue;
            }
            signal.deadline = Deadlines.NEVER;
            if (signal.attempts >= maximumAttempts()) {
                unechoed.remove(i);
                connection.markReady();
            } else {
                queue(signal);
            }
        }
    }
}
