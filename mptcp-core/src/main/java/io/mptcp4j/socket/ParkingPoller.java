package io.mptcp4j.socket;

import io.mptcp4j.device.DevicePoller;
import java.util.concurrent.locks.LockSupport;

/** Sleeps without a file descriptor, for devices that ring a doorbell. */
final class ParkingPoller implements DevicePoller {
    private volatile Thread sleeper;
    private volatile boolean pending;

    @Override
    public void await(long timeoutNanos) {
        // The sleeper shows itself before it looks for a wake-up, and a waker leaves the wake-up before it looks for
        // the sleeper: one of the two sees the other.
        sleeper = Thread.currentThread();
        if (!pending && timeoutNanos > 0) {
            if (timeoutNanos == Long.MAX_VALUE) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, timeoutNanos);
            }
        }
        pending = false;
        // An interrupt would make every later park return at once; nobody interrupts this thread for a reason.
        Thread.interrupted();
    }

    @Override
    public void wakeUp() {
        pending = true;
        LockSupport.unpark(sleeper);
    }

    @Override
    public void close() {
        wakeUp();
    }
}
