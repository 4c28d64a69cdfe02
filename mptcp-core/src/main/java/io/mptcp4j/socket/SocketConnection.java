package io.mptcp4j.socket;

import io.mptcp4j.mptcp.CloseCause;
import io.mptcp4j.mptcp.ConnectionObserver;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.mptcp.MptcpConnection;
import io.mptcp4j.stream.ReceiveStream;
import io.mptcp4j.stream.SendStream;
import io.mptcp4j.wire.FourTuple;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A connection as application threads see it: the one object behind each kind of socket.
 *
 * <p>Application threads copy octets into and out of the streams themselves and ring the loop; the loop tells what happens
 * by fields that it publishes, and wakes up who waits. It takes no lock and never waits here.
 *
 * <p>Readers and writers serialise themselves by a lock each. Who closes waits until both are gone, which is at once, and
 * only then tells the loop: nobody touches the streams after that.
 */
final class SocketConnection extends Doorbell implements ConnectionObserver, LoopClient {
    private static final int WRITTEN = 1;
    private static final int CONSUMED = 2;
    private static final int CLOSE = 4;
    private static final int ABORT = 8;
    private static final int OPEN = 16;

    private static final int WINDOW_SHARE = 4;
    private static final int ROOM_SHARE = 4;
    private static final long NO_LIMIT = Long.MAX_VALUE;
    private static final long MEMORY_NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final StackThread loop;
    private final ReentrantLock readLock = new ReentrantLock();
    private final ReentrantLock writeLock = new ReentrantLock();
    private final Waiter reader = new Waiter();
    private final Waiter writer = new Waiter();
    private final Waiter closer = new Waiter();
    private final Waiter opener = new Waiter();
    private final DeferredConnect deferred = new DeferredConnect(this);
    private final ConnectionEnd over = new ConnectionEnd();

    // Published by the loop.
    private volatile SendStream out;
    private volatile ReceiveStream in;
    private volatile MptcpConnection connection;
    private volatile FourTuple tuple;
    private volatile boolean established;
    private volatile boolean awaitsOctets;
    private volatile ConnectionInfo lastInfo;
    private volatile boolean ringFull;

    // Set by application threads.
    private volatile boolean closed;
    private volatile boolean inputShut;
    private volatile boolean outputShut;

    // Under readLock.
    private long unreported;

    SocketConnection(StackThread loop) {
        this.loop = loop;
    }

    // ---- application threads: the beginning

    /** Waits until the handshake is over; not when its SYN waits for octets, for then whoever reads or writes first does. */
    void connect(long timeoutNanos) throws IOException {
        if (awaitsOctets) {
            deferred.begin(timeoutNanos);
        } else {
            awaitEstablished(timeoutNanos);
        }
    }

    /** The SYN of a deferred connect leaves now. */
    void openAtOnce() {
        loop.ring(this, OPEN);
    }

    /** Waits until the handshake is over; one thread at a time. */
    void awaitEstablished(long timeoutNanos) throws IOException {
        long deadline = deadline(timeoutNanos);
        opener.enter();
        try {
            while (!established) {
                Ending end = over.ending();
                if (closed) {
                    throw SocketFailures.closed();
                }
                if (end != null) {
                    throw end.stackEnd() != null
                            ? SocketFailures.ended(end.stackEnd())
                            : SocketFailures.connecting(end);
                }
                opener.await(remaining(deadline, "Connect timed out"));
            }
        } finally {
            opener.leave();
        }
    }

    // ---- application threads: octets

    /**
     * Reads what is there; waits for the first octet.
     *
     * @param timeoutMillis 0 for no limit
     * @return octets read, -1 at the end
     */
    int read(byte[] into, int offset, int length, int timeoutMillis) throws IOException {
        long deadline = deadline(TimeUnit.MILLISECONDS.toNanos(timeoutMillis));
        lockForReading(deadline);
        try {
            deferred.complete(deadline);
            int count = tryRead(into, offset, length);
            return count != 0 ? count : awaitRead(into, offset, length, deadline);
        } finally {
            readLock.unlock();
        }
    }

    private int awaitRead(byte[] into, int offset, int length, long deadline) throws IOException {
        reader.enter();
        try {
            int count;
            while ((count = tryRead(into, offset, length)) == 0) {
                reader.await(remaining(deadline, "Read timed out"));
            }
            return count;
        } finally {
            reader.leave();
        }
    }

    /** Octets read, 0 for nothing yet, -1 for the end. */
    private int tryRead(byte[] into, int offset, int length) throws SocketException {
        if (over.isRead()) {
            return -1;
        }
        if (closed) {
            throw SocketFailures.closed();
        }
        if (over.isFailureRead()) {
            throw over.failureAgain();
        }
        if (inputShut) {
            return -1;
        }
        // What was published before the end counts: look for the end first.
        Ending end = over.ending();
        int count = in.read(into, offset, length);
        if (count > 0) {
            report(count);
        } else if (count < 0) {
            return over.read();
        } else if (end != null) {
            return readAtTheEnd(end);
        } else if (ringFull) {
            report(0);
        }
        return count;
    }

    private int readAtTheEnd(Ending end) throws SocketException {
        if (end.stackEnd() == null && end.afterPeersEnd() && !in.isEnd() && !in.isReaderClosed()) {
            // What has arrived had no room in the ring: the loop puts it there now, as it does each time the ring is
            // empty.
            unreported = 0;
            loop.ring(this, CONSUMED);
            return 0;
        }
        return over.tellReader(end);
    }

    /** Tells the loop, now and then, that there is room in the window again. */
    private void report(int count) {
        unreported += count;
        if (unreported >= in.allowance() / WINDOW_SHARE || ringFull) {
            unreported = 0;
            ringFull = false;
            loop.ring(this, CONSUMED);
        }
    }

    /** Writes all octets; waits for room. */
    void write(byte[] from, int offset, int length) throws IOException {
        writeLock.lock();
        try {
            int done = tryWrite(from, offset, length);
            deferred.complete(NO_LIMIT);
            if (done < length) {
                awaitWrite(from, offset + done, length - done);
            }
        } finally {
            writeLock.unlock();
        }
    }

    private void awaitWrite(byte[] from, int offset, int length) throws IOException {
        writer.enter();
        try {
            int done = 0;
            while (true) {
                done += tryWrite(from, offset + done, length - done);
                if (done == length) {
                    return;
                }
                // Room without memory to fill it: no acknowledgment of this connection need ever come.
                writer.await(out.room() > 0 ? MEMORY_NAP_NANOS : NO_LIMIT);
            }
        } finally {
            writer.leave();
        }
    }

    private int tryWrite(byte[] from, int offset, int length) throws SocketException {
        if (closed) {
            throw SocketFailures.closed();
        }
        if (outputShut) {
            throw SocketFailures.brokenPipe();
        }
        Ending end = over.ending();
        if (end != null) {
            throw over.writeFailure(end);
        }
        int done = out.write(from, offset, length);
        if (done > 0) {
            loop.ring(this, WRITTEN);
        } else if (done < 0) {
            end = over.ending();
            throw end == null ? SocketFailures.brokenPipe() : over.writeFailure(end);
        }
        return done;
    }

    /** The octets that can be read without waiting. */
    int available() throws SocketException {
        if (closed) {
            throw SocketFailures.closed();
        }
        return inputShut || over.isFailureRead() || over.isRead() ? 0 : in.available();
    }

    // ---- application threads: the end

    /** The application reads no more; who waits sees the end. */
    void shutdownInput() {
        inputShut = true;
        reader.wake();
    }

    /** The application writes no more; who waits for room gets "Broken pipe". */
    void shutdownOutput() {
        if (outputShut) {
            return;
        }
        outputShut = true;
        writer.wake();
        writeLock.lock();
        try {
            out.finish();
        } finally {
            writeLock.unlock();
        }
        loop.ring(this, WRITTEN);
    }

    /**
     * Closes the connection: in an orderly way, or by a reset when octets are unread, when {@code lingerSeconds} is 0, or when there is
     * no connection yet.
     *
     * @param lingerSeconds how long to wait until everything has been delivered; -1 to not wait
     */
    void close(int lingerSeconds) {
        if (closed) {
            return;
        }
        closed = true;
        opener.wake();
        reader.wake();
        writer.wake();
        readLock.lock();
        readLock.unlock();
        writeLock.lock();
        writeLock.unlock();
        boolean abort = lingerSeconds == 0 || !established;
        // The loop finishes the stream: it alone can decide between FIN and reset in one step.
        loop.ring(this, abort ? ABORT : CLOSE);
        if (!abort && lingerSeconds > 0) {
            linger(TimeUnit.SECONDS.toNanos(lingerSeconds));
        }
    }

    private void linger(long nanos) {
        long deadline = deadline(nanos);
        closer.enter();
        try {
            long left;
            while (over.ending() == null && out.held() > 0 && (left = deadline - System.nanoTime()) > 0) {
                closer.await(left);
            }
        } catch (IOException e) {
            // A virtual thread was interrupted: it does not linger. Its interrupt status stays set.
            return;
        } finally {
            closer.leave();
        }
    }

    /** Nobody can reach the socket any more. Does not wait; does nothing when the connection was closed. */
    void abandon() {
        if (!closed) {
            closed = true;
            loop.ring(this, established ? CLOSE : ABORT);
        }
    }

    /** Whether the application has closed the connection. */
    boolean isClosed() {
        return closed;
    }

    /** What is known about the connection, from the loop; from memory when the connection or the stack has ended. */
    ConnectionInfo info() {
        ConnectionInfo last = lastInfo;
        if (last != null) {
            return last;
        }
        try {
            return loop.call(now -> lastInfo != null ? lastInfo : Snapshots.of(connection, now));
        } catch (IOException e) {
            return lastInfo;
        }
    }

    /** The connection's subflows and addresses; once there is a connection. */
    SocketPaths paths() {
        return new SocketPaths(loop, connection);
    }

    /** Changes how the connection behaves, as far as a connection that exists can be changed. */
    void change(ConnectionSettings settings) throws SocketException {
        try {
            loop.call(now -> {
                if (over.ending() == null) {
                    connection.changeSettings(settings, now);
                    loop.stack().ready(connection);
                }
                return null;
            });
        } catch (SocketException e) {
            throw e;
        } catch (IOException e) {
            throw SocketFailures.ended(e);
        }
    }

    /** The octets that may have arrived and not been read. */
    int receiveBuffer() {
        return in.capacity();
    }

    /** The octets that may be written and not acknowledged. */
    int sendBuffer() {
        return out.capacity();
    }

    /** Our address; null before {@link #attach}. */
    InetAddress localAddress() {
        return tuple.localAddress().toInetAddress();
    }

    /** Our port. */
    int localPort() {
        return tuple.localPort();
    }

    /** The peer's address. */
    InetAddress remoteAddress() {
        return tuple.remoteAddress().toInetAddress();
    }

    /** The peer's port. */
    int remotePort() {
        return tuple.remotePort();
    }

    // ---- the loop's thread

    /** The connection is made; its handshake is under way. */
    void attach(MptcpConnection made) {
        connection = made;
        tuple = made.subflow(0).tcp().tuple();
        out = made.sendStream();
        in = made.receiveStream();
        awaitsOctets = made.awaitsOctets();
        loop.register(this);
    }

    /** The connection comes from a listener, which may have let it wait for a while. */
    void attachEstablished(MptcpConnection made) {
        attach(made);
        established = true;
        onReadable(made);
    }

    /** The connection; null before {@link #attach}. Its methods belong to the loop's thread. */
    MptcpConnection connection() {
        return connection;
    }

    @Override
    void onRing(int rung, long nowNanos) {
        if (connection == null) {
            // Closed before the command that makes the connection was run: that command sees it.
            return;
        }
        if (over.ending() != null) {
            publishAfterTheEnd();
        } else if ((rung & ABORT) != 0) {
            connection.abort(nowNanos);
        } else {
            if ((rung & WRITTEN) != 0) {
                connection.onWritten(nowNanos);
            }
            if ((rung & OPEN) != 0) {
                connection.openAtOnce(nowNanos);
            }
            if ((rung & CONSUMED) != 0) {
                connection.onConsumed(nowNanos);
            }
            if ((rung & CLOSE) != 0) {
                // What is unread makes it a reset, so the reader's side is closed afterwards.
                connection.close(nowNanos);
                in.closeReader();
            }
        }
    }

    /** The connection is gone, but not all that came has had room in the ring to the reader. */
    private void publishAfterTheEnd() {
        releaseIfClosed();
        in.publish();
        reader.wake();
        leaveWhenPublished();
    }

    private void leaveWhenPublished() {
        if (in == null || !in.hasUnpublished()) {
            loop.unregister(this);
        }
    }

    @Override
    void onFailure(Throwable cause) {
        loop.onFault("a socket's request", cause);
        loop.abort(connection);
    }

    @Override
    public void onEstablished(MptcpConnection which) {
        established = true;
        opener.wake();
    }

    @Override
    public void onReadable(MptcpConnection which) {
        if (in.hasUnpublished()) {
            ringFull = true;
        }
        reader.wake();
    }

    @Override
    public void onWritable(MptcpConnection which) {
        if (out.room() >= out.allowance() / ROOM_SHARE) {
            writer.wake();
        }
        closer.wake();
    }

    @Override
    public void onClosed(MptcpConnection which, CloseCause cause) {
        lastInfo = Snapshots.of(which, which.nowNanos());
        // What came together with that which ends the connection: nobody hands it on afterwards.
        in.publish();
        over.onClosed(cause, in.isComplete(), which.fallbackReason());
        wakeAll();
    }

    @Override
    public void onStackClosing(long nowNanos) {
        if (over.ending() != null) {
            onStackEnded(SocketFailures.stackClosed());
        } else if (connection != null) {
            over.onStackClosing();
            connection.close(nowNanos);
        }
    }

    @Override
    public void onStackAborting(long nowNanos) {
        if (connection != null) {
            connection.abort(nowNanos);
        }
    }

    @Override
    public void onStackEnded(Throwable cause) {
        if (connection != null && lastInfo == null) {
            lastInfo = Snapshots.of(connection, connection.nowNanos());
        }
        over.onStackEnded(cause, in != null && in.hasUnpublished());
        if (connection != null) {
            in.close();
            out.close();
        }
        wakeAll();
    }

    /** Everybody who waits looks how the connection has ended. */
    private void wakeAll() {
        releaseIfClosed();
        leaveWhenPublished();
        opener.wake();
        reader.wake();
        writer.wake();
        closer.wake();
    }

    /** Once the connection has ended and the application has closed it, nobody needs the octets. */
    private void releaseIfClosed() {
        if (closed && in != null) {
            in.close();
        }
    }

    // ---- private steps

    private void lockForReading(long deadline) throws SocketTimeoutException {
        if (deadline == NO_LIMIT) {
            readLock.lock();
        } else if (!readLock.tryLock()) {
            Locks.lockUntil(readLock, deadline, "Read timed out");
        }
    }

    private static long deadline(long timeoutNanos) {
        return timeoutNanos <= 0 || timeoutNanos == NO_LIMIT ? NO_LIMIT : System.nanoTime() + timeoutNanos;
    }

    private static long remaining(long deadline, String complaint) throws SocketTimeoutException {
        if (deadline == NO_LIMIT) {
            return NO_LIMIT;
        }
        long left = deadline - System.nanoTime();
        if (left <= 0) {
            throw new SocketTimeoutException(complaint);
        }
        return left;
    }
}
