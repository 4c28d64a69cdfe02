package io.mptcp4j.tun;

import io.mptcp4j.device.DevicePoller;
import io.mptcp4j.device.PacketDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sleeps on any number of TUN devices and an eventfd by {@code ppoll(2)}. A wake-up costs a system call only when the
 * loop sleeps or is about to.
 */
public final class TunPoller implements DevicePoller {
    /** Makes pollers for TUN devices. */
    public static final DevicePoller.Provider PROVIDER = TunPoller::open;

    private static final int EFD_CLOEXEC = 0x80000;
    private static final int EFD_NONBLOCK = 0x800;

    private static final int POLLIN = 0x1;
    private static final int POLLERR = 0x8;
    private static final int POLLNVAL = 0x20;
    private static final int POLL_LENGTH = 8;
    private static final int POLL_EVENTS = 4;
    private static final int POLL_RESULTS = 6;
    private static final int IGNORED = -1;

    private static final long NANOS_A_SECOND = 1_000_000_000L;

    private static final int AWAKE = 0;
    private static final int ASLEEP = 1;
    private static final int WAKE_UP_PENDING = 2;

    private final Descriptor event;
    private final TunDevice[] devices;
    private final boolean[] entered;
    private final boolean[] broken;
    private final AtomicInteger state = new AtomicInteger(AWAKE);

    // One struct pollfd a device, one for the eventfd; a struct timespec; the eventfd's counter.
    private final ByteBuffer polls;
    private final ByteBuffer timeout = Native.memory(2 * Long.BYTES);
    private final ByteBuffer counter = Native.memory(Long.BYTES);
    private final long pollsAddress;
    private final long timeoutAddress = Native.address(timeout);
    private final long counterAddress = Native.address(counter);

    private TunPoller(int event, List<TunDevice> devices) {
        this.event = new Descriptor(event);
        this.devices = devices.toArray(new TunDevice[0]);
        this.entered = new boolean[this.devices.length];
        this.broken = new boolean[this.devices.length];
        this.polls = Native.memory((this.devices.length + 1) * POLL_LENGTH);
        this.pollsAddress = Native.address(polls);
        for (int i = 0; i <= this.devices.length; i++) {
            polls.putInt(i * POLL_LENGTH, IGNORED);
            polls.putShort(i * POLL_LENGTH + POLL_EVENTS, (short) POLLIN);
        }
        for (TunDevice device : this.devices) {
            device.onClose(this::wakeUp);
        }
    }

    /** A poller for those of the devices that are TUN devices, decorated or not. */
    public static TunPoller open(List<PacketDevice> devices) throws TunException {
        int event = Native.libc().eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (event < 0) {
            throw TunAdvice.failed("eventfd", "make one", Native.errno());
        }
        List<TunDevice> tuns = new ArrayList<>();
        for (PacketDevice device : devices) {
            if (device.undecorated() instanceof TunDevice tun) {
                tuns.add(tun);
            }
        }
        return new TunPoller(event, tuns);
    }

    @Override
    public void await(long timeoutNanos) throws IOException {
        if (!event.enter()) {
            throw new TunException("the poller was closed", Errno.EBADF);
        }
        try {
            if (state.compareAndSet(AWAKE, ASLEEP) && timeoutNanos > 0) {
                sleep(timeoutNanos);
            }
        } finally {
            state.set(AWAKE);
            event.leave();
        }
    }

    @Override
    public void wakeUp() {
        while (true) {
            int current = state.get();
            if (current == WAKE_UP_PENDING) {
                return;
            }
            if (state.compareAndSet(current, WAKE_UP_PENDING)) {
                if (current == ASLEEP) {
                    ring();
                }
                return;
            }
        }
    }

    /** {@inheritDoc} Ends a present {@link #await}. The devices stay open. */
    @Override
    public void close() {
        wakeUp();
        if (event.close()) {
            for (TunDevice device : devices) {
                device.onClose(null);
            }
        }
    }

    private void sleep(long timeoutNanos) throws IOException {
        prepare(timeoutNanos);
        int ready;
        int errno;
        try {
            long limit = timeoutNanos == Long.MAX_VALUE ? 0 : timeoutAddress;
            ready = Native.libc().ppoll(pollsAddress, devices.length + 1L, limit, 0);
            errno = ready < 0 ? Native.errno() : 0;
        } finally {
            leaveAll();
        }
        if (ready < 0 && errno != Errno.EINTR) {
            throw TunAdvice.failed("poller", "sleep", errno);
        }
        if (ready > 0) {
            look();
        }
    }

    private void prepare(long timeoutNanos) {
        timeout.putLong(0, timeoutNanos / NANOS_A_SECOND);
        timeout.putLong(Long.BYTES, timeoutNanos % NANOS_A_SECOND);
        for (int i = 0; i < devices.length; i++) {
            entered[i] = !broken[i] && devices[i].descriptor().enter();
            polls.putInt(i * POLL_LENGTH, entered[i] ? devices[i].descriptor().number() : IGNORED);
        }
        polls.putInt(devices.length * POLL_LENGTH, event.number());
    }

    private void leaveAll() {
        for (int i = 0; i < devices.length; i++) {
            if (entered[i]) {
                entered[i] = false;
                devices[i].descriptor().leave();
            }
        }
    }

    /** Empties the eventfd, and forgets devices that are gone: they would be ready for ever. */
    private void look() {
        if (results(devices.length) != 0) {
            Native.libc().read(event.number(), counterAddress, Long.BYTES);
        }
        for (int i = 0; i < devices.length; i++) {
            if ((results(i) & (POLLERR | POLLNVAL)) != 0) {
                broken[i] = true;
            }
        }
    }

    private int results(int i) {
        return polls.getShort(i * POLL_LENGTH + POLL_RESULTS);
    }

    private void ring() {
        if (event.enter()) {
            EventValue.ring(event.number());
            event.leave();
        }
    }

    /** The octets that every ring writes; never changed, so any thread may hand them to the kernel. */
    private static final class EventValue {
        private static final ByteBuffer ONE = Native.memory(Long.BYTES).putLong(0, 1);
        private static final long ADDRESS = Native.address(ONE);

        static void ring(int descriptor) {
            Native.libc().write(descriptor, ADDRESS, Long.BYTES);
        }
    }
}
