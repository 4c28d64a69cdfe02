package io.mptcp4j.mptcp;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.metric.DropReason;
import io.mptcp4j.stream.HeldOctets;
import io.mptcp4j.stream.ReceiveStream;
import io.netty.buffer.ByteBuf;

/** What arrives at data level (RFC 8684 3.3): acknowledgments, octets with their place in the stream, and its end. */
final class DataArrives {
    private final MptcpConnection connection;
    private final DataLevel data;
    private final ReceiveStream stream;
    private final DataSender sender;
    private final Closing closing;
    private long reportedPosition;

    DataArrives(MptcpConnection connection, DataSender sender, Closing closing) {
        this.connection = connection;
        this.data = connection.data();
        this.stream = connection.receiveStream();
        this.sender = sender;
        this.closing = closing;
    }

    /** Takes a DATA_ACK, and the window that came with it. */
    void onDataAck(long position, long peerWindow, long nowNanos) {
        connection.activity().onAcknowledged(nowNanos);
        long edge = data.sndWndEdge();
        if (data.onDataAck(position, peerWindow)) {
            sender.onProgress(nowNanos);
            if (data.isFinAcknowledged()) {
                closing.onFinAcknowledged(nowNanos);
            }
        }
        if (data.sndWndEdge() > edge) {
            sender.onWindow();
        }
    }

    /** A DATA_FIN says that the stream ends at this position. */
    void onDataFin(long position) {
        if (data.isRemoteFinReached()) {
            // It came again: our DATA_ACK was lost.
            connection.acknowledgeEverywhere();
        } else if (position >= 0) {
            onRemoteEnd(position);
        }
    }

    /** The peer's stream ends at this position. */
    void onRemoteEnd(long position) {
        if (data.onRemoteFin(position, stream.nextPosition())) {
            stream.finish(position);
        }
    }

    /** Octets that have their place in the stream; false when there is no room for them. */
    boolean onOctets(long position, ByteBuf octets, int index, int length) {
        if (refusesOctets(position + length)) {
            return false;
        }
        long duplicates = stream.duplicateOctets();
        long waiting = stream.outOfOrderOctets();
        boolean taken = stream.accept(position, octets, index, length);
        if (!taken && connection.host().memory().isShort()) {
            taken = onNoMemory(position, octets, index, length);
        }
        if (taken) {
            connection.activity().onReceived(connection.nowNanos());
        } else {
            connection.drop(DropReason.NO_ROOM);
        }
        if (stream.outOfOrderOctets() > waiting) {
            connection.count(Counter.OUT_OF_ORDER_DATA);
        }
        countDuplicates(duplicates);
        return taken;
    }

    /** What fills the hole goes before what waits behind it. */
    private boolean onNoMemory(long position, ByteBuf octets, int index, int length) {
        if (position > stream.nextPosition()) {
            connection.count(Counter.OUT_OF_ORDER_DROPS);
            return false;
        }
        if (OutOfOrderPruning.prune(connection)) {
            if (stream.accept(position, octets, index, length)) {
                return true;
            }
            connection.count(Counter.RECEIVE_PRUNED);
        }
        connection.count(Counter.RECEIVE_QUEUE_DROPS);
        return false;
    }

    /** Octets that were held become part of the stream. */
    void onOctets(HeldOctets held, long fromKey, long toKey, long position, long end) {
        if (refusesOctets(end)) {
            held.drop(fromKey, toKey);
            return;
        }
        long duplicates = stream.duplicateOctets();
        long waiting = stream.outOfOrderOctets();
        held.commit(fromKey, toKey, position);
        connection.activity().onReceived(connection.nowNanos());
        if (stream.outOfOrderOctets() > waiting) {
            connection.count(Counter.OUT_OF_ORDER_DATA);
        }
        countDuplicates(duplicates);
    }

    /** RFC 9293 3.6: whether octets up to this position come for a closed application; that resets the connection. */
    boolean refusesOctets(long end) {
        boolean refused = closing.refusesOctets() && end > stream.nextPosition();
        if (refused) {
            closing.onOctetsAfterClose(connection.nowNanos());
        }
        return refused;
    }

    private void countDuplicates(long before) {
        if (stream.duplicateOctets() > before) {
            connection.count(Counter.DUPLICATE_DATA);
            connection.host().counters().add(Counter.DUPLICATE_DATA_OCTETS, stream.duplicateOctets() - before);
        }
    }

    /** After a batch of input: whether there is something new to read. */
    boolean takeNews() {
        boolean news = stream.nextPosition() != reportedPosition || stream.isComplete();
        if (news) {
            sender.onReceived(connection.nowNanos());
        }
        reportedPosition = stream.nextPosition();
        return news;
    }

    /** The reader has read: whether there is more for it. */
    boolean takeMore() {
        boolean more = stream.nextPosition() != reportedPosition || stream.available() > 0;
        reportedPosition = stream.nextPosition();
        sender.onReceived(connection.nowNanos());
        return more;
    }
}
