package io.mptcp4j.mptcp;

import io.mptcp4j.mptcp.path.RemoteAddress;

/** Tells whoever watches a host what happens to its connections. Costs nothing while nobody does. */
public final class ConnectionEvents {
    private Sink sink;
    private long connections;

    /** Takes events, on the thread that drives the stack; must not block or throw. */
    @FunctionalInterface
    public interface Sink {
        /** Something happened. */
        void onEvent(ConnectionEvent event);
    }

    /** From now on this one is told; null: nobody. */
    public void tell(Sink newSink) {
        sink = newSink;
    }

    /** The name of the next connection. */
    long nextConnectionId() {
        return ++connections;
    }

    void onCreated(MptcpConnection connection, Subflow subflow) {
        if (sink != null) {
            sink.onEvent(new ConnectionEvent.Created(
                    connection.id(),
                    connection.isMptcp() ? connection.localToken() : 0,
                    subflow.tcp().tuple(),
                    connection.isInitiator()));
        }
    }

    void onEstablished(MptcpConnection connection) {
        if (sink != null) {
            sink.onEvent(new ConnectionEvent.Established(connection.id(), connection.localToken()));
        }
    }

    void onFallback(MptcpConnection connection, FallbackReason reason) {
        if (sink != null) {
            sink.onEvent(new ConnectionEvent.FellBack(connection.id(), reason));
        }
    }

    void onClosed(MptcpConnection connection, CloseCause cause) {
        if (sink != null) {
            sink.onEvent(new ConnectionEvent.Closed(connection.id(), cause));
        }
    }

    void onSubflowEstablished(Subflow subflow) {
        if (sink != null) {
            sink.onEvent(new ConnectionEvent.SubflowEstablished(
                    subflow.connection().id(),
                    subflow.id(),
                    subflow.tcp().tuple(),
                    subflow.localId(),
                    subflow.remoteId(),
                    subflow.isBackup(),
                    subflow.isOpener()));
        }
    }

    void onSubflowClosed(Subflow subflow) {
        if (sink != null) {
            sink.onEvent(new ConnectionEvent.SubflowClosed(
                    subflow.connection().id(),
                    subflow.id(),
                    subflow.tcp().tuple(),
                    subflow.wasActive(),
                    subflow.end().hasFailed(),
                    subflow.end().peerReason()));
        }
    }

    void onPriority(Subflow subflow, boolean backup, boolean byPeer) {
        if (sink != null) {
            sink.onEvent(new ConnectionEvent.PriorityChanged(
                    subflow.connection().id(), subflow.id(), subflow.tcp().tuple(), backup, byPeer));
        }
    }

    void onAnnounced(MptcpConnection connection, RemoteAddress remote) {
        if (sink != null) {
            sink.onEvent(new ConnectionEvent.AddressAnnounced(connection.id(), remote));
        }
    }

    void onRemoved(MptcpConnection connection, int addressId) {
        if (sink != null) {
            sink.onEvent(new ConnectionEvent.AddressRemoved(connection.id(), addressId));
        }
    }
}
