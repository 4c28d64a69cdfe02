package io.mptcp4j.socket;

import io.mptcp4j.device.DevicePoller;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What other threads want of the loop, and how they wake it up: commands, doorbells of sockets, doorbells of devices.
 *
 * <p>Anybody puts in; the loop alone takes out. A wake-up costs a system call only when the loop sleeps, and then only
 * the first one: who puts something in looks at {@code asleep} <em>afterwards</em>; the loop sets {@code asleep} and looks
 * into the mailbox once more <em>afterwards</em>. All of these are volatile, so one of the two sees the other.
 */
final class Mailbox {
    private final ConcurrentLinkedQueue<Command> commands = new ConcurrentLinkedQueue<>();
    private final AtomicReference<Doorbell> bells = new AtomicReference<>();
    private final AtomicBoolean asleep = new AtomicBoolean();
    private volatile boolean deviceRang;
    private volatile DevicePoller poller;
    private volatile Throwable closedBecause;

    // ---- any thread

    /** Leaves a command. When the mailbox is closed, or closes before the command is run, the command fails. */
    void post(Command command) {
        commands.add(command);
        if (closedBecause != null) {
            failCommands();
        } else {
            wakeUpIfAsleep();
        }
    }

    /** Sets a bit of a doorbell. After the mailbox is closed nobody answers. */
    void ring(Doorbell bell, int bit) {
        if (!bell.set(bit)) {
            return;
        }
        Doorbell head;
        do {
            head = bells.get();
            bell.next = head;
        } while (!bells.compareAndSet(head, bell));
        wakeUpIfAsleep();
    }

    /** A device has input. */
    void ringDevice() {
        deviceRang = true;
        wakeUpIfAsleep();
    }

    private void wakeUpIfAsleep() {
        if (asleep.get() && asleep.compareAndSet(true, false)) {
            DevicePoller sleepsOn = poller;
            if (sleepsOn != null) {
                sleepsOn.wakeUp();
            }
        }
    }

    // ---- the loop

    /** Says how the loop sleeps. Before the first {@link #prepareToSleep}. */
    void setPoller(DevicePoller poller) {
        this.poller = poller;
    }

    /** Forgets the devices' doorbell; what rings from here on counts for the next turn. */
    void clearDeviceBell() {
        deviceRang = false;
    }

    /**
     * Runs commands.
     *
     * @param limit how many at most
     * @return how many there were
     */
    int runCommands(int limit, long nowNanos) {
        int done = 0;
        Command command;
        while (done < limit && (command = commands.poll()) != null) {
            done++;
            try {
                command.run(nowNanos);
            } catch (Throwable e) {
                command.onFailure(e);
            }
        }
        return done;
    }

    /** Answers all doorbells that have rung; returns how many. There are never more than there are sockets. */
    int answerBells(long nowNanos) {
        Doorbell bell = bells.getAndSet(null);
        int done = 0;
        while (bell != null) {
            Doorbell next = bell.next;
            bell.next = null;
            // Only now may the bell be put into the list again.
            int rung = bell.take();
            try {
                bell.onRing(rung, nowNanos);
            } catch (Throwable e) {
                bell.onFailure(e);
            }
            bell = next;
            done++;
        }
        return done;
    }

    /** Whether the loop may sleep now: nothing has come in meanwhile. After true {@link #awake} has to follow. */
    boolean prepareToSleep() {
        asleep.set(true);
        if (deviceRang || bells.get() != null || !commands.isEmpty()) {
            asleep.set(false);
            return false;
        }
        return true;
    }

    /** The loop goes on. */
    void awake() {
        asleep.set(false);
    }

    /** Nothing will be taken out any more: fails all commands, those here and those to come. */
    void close(Throwable because) {
        closedBecause = because;
        failCommands();
    }

    private void failCommands() {
        Command command;
        while ((command = commands.poll()) != null) {
            command.onFailure(closedBecause);
        }
    }
}
