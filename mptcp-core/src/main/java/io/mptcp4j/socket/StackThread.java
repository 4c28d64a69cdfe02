package io.mptcp4j.socket;

import io.mptcp4j.device.DevicePoller;
import io.mptcp4j.device.PacketBatch;
import io.mptcp4j.device.PacketDevice;
import io.mptcp4j.mptcp.MptcpConnection;
import io.mptcp4j.stack.InterfaceSettings;
import io.mptcp4j.stack.Stack;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop: the one thread that drives a {@link Stack} and its devices, and the only place that reads a clock.
 *
 * <p>Other threads speak to it through its {@link Mailbox} alone. No code of users runs on it, devices excepted. What
 * goes wrong in one turn is logged and counted, and ends the connection that it befell; when there is no such connection,
 * or that fails too, the loop ends and tells everybody who waits.
 */
final class StackThread {
    private static final Logger LOG = LoggerFactory.getLogger(StackThread.class);
    private static final int COMMANDS_A_TURN = 256;
    private static final int RECEIVE_BATCH = 64;
    private static final long POLLER_FAILED_NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long ENDING_NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Stack stack;
    private final List<DevicePort> ports = new ArrayList<>();
    private final Mailbox mailbox = new Mailbox();
    private DevicePoller poller;
    private final ParkingPoller nap = new ParkingPoller();
    private final PacketBatch batch;
    private final Thread thread;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final long closeTimeoutNanos;
    private final Set<LoopClient> clients = Collections.newSetFromMap(new IdentityHashMap<>());
    private volatile long faults;
    private volatile boolean ending;
    private boolean pollerFailed;
    private boolean closing;
    private volatile Throwable fatal;
    private long closeDeadline;
    private GroupPort group;

    /**
     * @param devices in the order in which the stack knows them
     * @param closeTimeoutNanos how long connections may take to finish when the stack is closed
     */
    StackThread(
            String name, Stack stack, List<PacketDevice> devices, ByteBufAllocator allocator, long closeTimeoutNanos)
            throws IOException {
        this.stack = stack;
        this.closeTimeoutNanos = closeTimeoutNanos;
        this.batch = PacketBatch.forReceiving(RECEIVE_BATCH, allocator);
        for (int i = 0; i < devices.size(); i++) {
            ports.add(new DevicePort(devices.get(i), i));
            devices.get(i).attach(mailbox::ringDevice);
        }
        this.poller = openPoller(devices);
        mailbox.setPoller(poller);
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    private static DevicePoller openPoller(List<PacketDevice> devices) throws IOException {
        for (PacketDevice device : devices) {
            DevicePoller.Provider provider = device.pollerProvider();
            if (provider != null) {
                return provider.open(devices);
            }
        }
        return new ParkingPoller();
    }

    // ---- any thread

    /** Lets in what other servers relay; before {@link #start}. */
    void join(GroupPort port) {
        group = port;
        port.start(mailbox::ringDevice);
    }

    void start() {
        thread.start();
    }

    /** Has something done on the loop. */
    void post(Command command) {
        mailbox.post(command);
    }

    /**
     * Has something done on the loop, and waits until it is.
     *
     * @throws IOException what the task throws, or that the loop has ended
     */
    <T> T call(LoopTask<T> task) throws IOException {
        requireOtherThread();
        Call<T> call = new Call<>(this, task);
        post(call);
        return call.await();
    }

    /** A scheduler, path manager, controller or device that asks would wait for itself, and all others for it. */
    private void requireOtherThread() {
        if (Thread.currentThread() == thread) {
            throw new IllegalStateException("this runs on the stack's thread, which must not wait for the stack:"
                    + " call from another thread");
        }
    }

    /** Has a doorbell answered on the loop. */
    void ring(Doorbell bell, int bit) {
        mailbox.ring(bell, bit);
    }

    /**
     * Adds a device, which is the stack's from then on. On the loop.
     *
     * @throws IllegalArgumentException when the stack has one of its addresses already; it stays the caller's then
     */
    void addDevice(PacketDevice device, InterfaceSettings settings, long nowNanos) throws IOException {
        if (stack.findDevice(device.name()) >= 0) {
            throw new IllegalArgumentException("there is a device of this name already: " + device.name());
        }
        int index = stack.addDevice(device, settings, nowNanos);
        DevicePort added = new DevicePort(device, index);
        if (index < ports.size()) {
            ports.set(index, added);
        } else {
            ports.add(added);
        }
        device.attach(mailbox::ringDevice);
        // The loop is awake: nobody needs the old poller, which lets go of its devices when it is closed.
        poller.close();
        poller = openPoller(devices());
        mailbox.setPoller(poller);
    }

    /** Takes a device away and closes it. On the loop. */
    void removeDevice(String name, long nowNanos) {
        int index = requireDevice(name);
        stack.removeDevice(index, nowNanos);
        ports.get(index).close();
    }

    /** The index of a device; {@code IllegalArgumentException} when there is none of this name. On the loop. */
    int requireDevice(String name) {
        int index = stack.findDevice(name);
        if (index < 0) {
            throw new IllegalArgumentException("no device '" + name + "'; there are "
                    + devices().stream().map(PacketDevice::name).toList());
        }
        return index;
    }

    private List<PacketDevice> devices() {
        List<PacketDevice> devices = new ArrayList<>();
        for (DevicePort port : ports) {
            if (!port.isClosed()) {
                devices.add(port.device());
            }
        }
        return devices;
    }

    /** How often something went wrong that should not have. */
    long faults() {
        return faults;
    }

    /** Whether the loop has ended, or is just telling everybody so: whoever has been told sees it. */
    boolean isEnded() {
        return ending;
    }

    /** Closes the stack and waits until that is done. */
    void close() {
        requireOtherThread();
        post(new Command() {
            @Override
            public void run(long nowNanos) {
                beginClose(nowNanos);
            }

            @Override
            public void onFailure(Throwable cause) {
                LOG.debug("already closed", cause);
            }
        });
        boolean interrupted = false;
        while (true) {
            try {
                ended.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- the loop's thread

    /** Tells this client when the loop goes away. */
    void register(LoopClient client) {
        clients.add(client);
    }

    /** Forgets a client. */
    void unregister(LoopClient client) {
        clients.remove(client);
    }

    /** Whether the stack is being closed and nothing new may begin. */
    boolean isClosing() {
        return closing;
    }

    /** Ends a connection in whose business something went wrong; when even that fails, the stack ends. */
    void abort(MptcpConnection connection) {
        if (connection == null) {
            return;
        }
        try {
            connection.abort(System.nanoTime());
            stack.ready(connection);
        } catch (RuntimeException | AssertionError e) {
            onFault("aborting a connection after a fault", e);
            fatal = e;
        }
    }

    /** Ends the loop as beyond repair, as soon as its turn is over. */
    void fail(Throwable cause) {
        fatal = cause;
        mailbox.ringDevice();
    }

    /** The stack. */
    Stack stack() {
        return stack;
    }

    /** Notes that something went wrong that should not have; the caller has put it right. */
    void onFault(String where, Throwable cause) {
        faults++;
        LOG.error("uncaught in {}; this is a defect of mptcp4j", where, cause);
    }

    private void run() {
        Throwable end = SocketFailures.stackClosed();
        try {
            while (!isDone(System.nanoTime())) {
                turn();
            }
            abortAll();
        } catch (Throwable e) {
            LOG.error("the MPTCP stack has failed and is closed", e);
            end = new IOException("The MPTCP stack has failed and is closed; see the log: " + e, e);
        } finally {
            end(end);
        }
    }

    private void turn() throws IOException {
        if (fatal != null) {
            throw new IOException("beyond repair", fatal);
        }
        long now = System.nanoTime();
        mailbox.clearDeviceBell();
        int work = mailbox.runCommands(COMMANDS_A_TURN, now) + mailbox.answerBells(now);
        try {
            for (int i = 0; i < ports.size(); i++) {
                work += ports.get(i).receive(stack, batch, now);
            }
            if (group != null) {
                work += group.receive(stack, batch, now);
            }
            stack.advance(now);
            stack.output(now);
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            recover(e, now);
            return;
        }
        if (work == 0 && !stack.hasOutput()) {
            sleep(now);
        }
    }

    /** Ends the connection that the stack was at work on when something went wrong. */
    private void recover(Throwable cause, long nowNanos) {
        onFault("the stack's turn", cause);
        if (!stack.abortAtWork(nowNanos)) {
            fatal = cause;
        }
    }

    private void sleep(long nowNanos) {
        if (!mailbox.prepareToSleep()) {
            return;
        }
        try {
            long wake = stack.nextDeadline();
            for (int i = 0; i < ports.size(); i++) {
                wake = Math.min(wake, ports.get(i).nextArrival());
            }
            long timeout = wake == Long.MAX_VALUE ? Long.MAX_VALUE : wake - nowNanos;
            if (closing) {
                timeout = Math.min(timeout, ENDING_NAP_NANOS);
            }
            if (timeout > 0) {
                await(timeout);
            }
        } finally {
            mailbox.awake();
        }
    }

    private void await(long timeoutNanos) {
        try {
            poller.await(timeoutNanos);
        } catch (IOException e) {
            if (!pollerFailed) {
                pollerFailed = true;
                LOG.warn("the poller of the devices has failed; looking at them every millisecond instead", e);
            }
            nap.await(Math.min(timeoutNanos, POLLER_FAILED_NAP_NANOS));
        }
    }

    // ---- the end

    private void beginClose(long nowNanos) {
        if (closing) {
            return;
        }
        closing = true;
        closeDeadline = nowNanos + closeTimeoutNanos;
        for (LoopClient client : new ArrayList<>(clients)) {
            client.onStackClosing(nowNanos);
        }
    }

    private boolean isDone(long nowNanos) {
        return closing && (clients.isEmpty() || nowNanos - closeDeadline >= 0);
    }

    private void abortAll() {
        long now = System.nanoTime();
        for (LoopClient client : new ArrayList<>(clients)) {
            client.onStackAborting(now);
        }
        stack.output(now);
    }

    private void end(Throwable cause) {
        ending = true;
        for (LoopClient client : new ArrayList<>(clients)) {
            try {
                client.onStackEnded(cause);
            } catch (RuntimeException e) {
                LOG.error("a socket could not be told that the stack has ended", e);
            }
        }
        clients.clear();
        mailbox.close(cause);
        for (int i = 0; i < ports.size(); i++) {
            ports.get(i).close();
        }
        if (group != null) {
            group.close();
        }
        batch.release();
        stack.release();
        poller.close();
        ended.countDown();
    }
}
