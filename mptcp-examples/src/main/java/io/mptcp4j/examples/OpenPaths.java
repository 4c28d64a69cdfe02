package io.mptcp4j.examples;

import io.mptcp4j.examples.progress.PathNames;
import io.mptcp4j.socket.MptcpStack;
import io.mptcp4j.socket.MptcpStackBuilder;
import io.mptcp4j.stack.InterfaceAddress;
import io.mptcp4j.tun.TunDevice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A stack on TUN devices, and what its paths are called.
 *
 * @param stack closes the devices when it is closed
 * @param names device names by address
 */
record OpenPaths(MptcpStack stack, PathNames names) implements AutoCloseable {
    /** Opens each device, sets up the kernel's side where that is asked for, and starts a stack. */
    static OpenPaths open(List<TunPath> paths, StackOptions options) throws IOException {
        List<TunDevice> devices = new ArrayList<>();
        try {
            checkNames(paths);
            MptcpStackBuilder builder = MptcpStack.builder().name("mptcp4j");
            options.configure(builder);
            PathNames names = new PathNames();
            for (TunPath path : paths) {
                TunDevice device = TunDevice.open(path.device());
                devices.add(device);
                setUp(device, path);
                builder.device(device, path.settings(devices.size() - 1));
                for (InterfaceAddress address : path.addresses()) {
                    names.add(address.address().toInetAddress(), device.name());
                }
            }
            return new OpenPaths(builder.build(), names);
        } catch (IOException | RuntimeException e) {
            devices.forEach(TunDevice::close);
            throw e;
        }
    }

    @Override
    public void close() {
        stack.close();
    }

    private static void checkNames(List<TunPath> paths) throws IOException {
        Set<String> names = new HashSet<>();
        for (TunPath path : paths) {
            if (!names.add(path.device())) {
                throw new IOException(path.device() + ": named twice: give all its addresses in one --tun");
            }
        }
    }

    private static void setUp(TunDevice device, TunPath path) throws IOException {
        for (String address : path.kernel()) {
            device.link().address(address);
        }
        if (!path.kernel().isEmpty()) {
            device.link().up();
        } else if (!device.link().isUp()) {
            throw new IOException(device.name() + ": the interface is down: turn it on with `ip link set "
                    + device.name() + " up`, or have its kernel's side set up with kernel=ADDRESS/LENGTH in --tun");
        }
    }
}
