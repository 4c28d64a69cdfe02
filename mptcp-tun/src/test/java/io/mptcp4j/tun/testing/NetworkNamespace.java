package io.mptcp4j.tun.testing;

import io.mptcp4j.tun.TunDevice;
import io.mptcp4j.tun.TunOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A network namespace of this test's own: another host, with the kernel's stack in it. Removed by {@link #close()}, or
 * else when the JVM ends, or else by the next test run on the machine.
 */
public final class NetworkNamespace implements AutoCloseable {
    private static final String PREFIX = "mptcp4j-";
    private static final Pattern NAME = Pattern.compile(PREFIX + "(\\d+)-\\d+");
    private static final AtomicInteger NEXT = new AtomicInteger();
    private static final Set<NetworkNamespace> OPEN = ConcurrentHashMap.newKeySet();
    private static final long PATIENCE_SECONDS = 5;

    static {
        removeStale();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> OPEN.forEach(NetworkNamespace::close)));
    }

    private final String name;
    private final List<Process> processes = new CopyOnWriteArrayList<>();

    private NetworkNamespace(String name) {
        this.name = name;
    }

    /** Makes a namespace with loopback, quiet (no IPv6 chatter) and with MPTCP ready for tests. */
    public static NetworkNamespace create() {
        NetworkNamespace made =
                new NetworkNamespace(PREFIX + ProcessHandle.current().pid() + "-" + NEXT.incrementAndGet());
        Command.run("ip", "netns", "add", made.name).orFail();
        OPEN.add(made);
        made.ip("link", "set", "lo", "up");
        for (String scope : List.of("all", "default")) {
            made.sysctl("net.ipv4.conf." + scope + ".rp_filter", "0");
            made.trySysctl("net.ipv6.conf." + scope + ".accept_dad", "0");
            made.trySysctl("net.ipv6.conf." + scope + ".accept_ra", "0");
            made.trySysctl("net.ipv6.conf." + scope + ".addr_gen_mode", "1");
            made.trySysctl("net.ipv6.conf." + scope + ".router_solicitations", "0");
        }
        // Otherwise one lost handshake makes the kernel use plain TCP for an hour, and two lost SYNs for the
        // connection.
        made.trySysctl("net.mptcp.blackhole_timeout", "0");
        made.trySysctl("net.mptcp.syn_retrans_before_tcp_fallback", "20");
        return made;
    }

    /** The namespace's name. */
    public String name() {
        return name;
    }

    /** Runs {@code ip} in the namespace; it must succeed. */
    public String ip(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip", "-n", name));
        command.addAll(Arrays.asList(arguments));
        return Command.run(command).orFail();
    }

    /** Moves an interface of this program's namespace here: it arrives turned off and without addresses. */
    public void adopt(String interfaceName) {
        Command.run("ip", "link", "set", "dev", interfaceName, "netns", name).orFail();
    }

    /** Moves an interface here, gives it addresses ({@code 10.1.0.1/24}) and turns it on. */
    public void adopt(String interfaceName, String... addresses) {
        adopt(interfaceName);
        for (String address : addresses) {
            ip("address", "add", address, "dev", interfaceName);
        }
        ip("link", "set", "dev", interfaceName, "up");
    }

    /**
     * Runs a task on a thread that is in this namespace. Devices and sockets that it opens are there for good, and may be
     * used by any thread.
     */
    public <T> T call(Callable<T> task) throws Exception {
        return NamespaceThread.call(name, task);
    }

    /** Opens a TUN device whose kernel side is in this namespace, has these addresses and is turned on. */
    public TunDevice openTun(String interfaceName, TunOptions options, String... addresses) throws Exception {
        return call(() -> {
            TunDevice device = TunDevice.open(interfaceName, options);
            for (String address : addresses) {
                device.link().address(address);
            }
            device.link().up();
            return device;
        });
    }

    /** Sets a kernel parameter of the namespace. */
    public void sysctl(String key, String value) {
        run("sysctl", "-qw", key + "=" + value).orFail();
    }

    /** The value of a kernel parameter of the namespace. */
    public String sysctl(String key) {
        return run("sysctl", "-n", key).orFail().strip();
    }

    /** Runs a program in the namespace to its end. */
    public Command.Result run(String... command) {
        return Command.run(inside(Arrays.asList(command)));
    }

    /** Starts a program in the namespace; {@link #close()} ends it. */
    public Process start(List<String> command) {
        try {
            Process process = new ProcessBuilder(inside(command)).start();
            processes.add(process);
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets the kernel's MPTCP have this many additional subflows, and take this many announced addresses. */
    public void mptcpLimits(int subflows, int addAddrAccepted) {
        ip("mptcp", "limits", "set", "subflows", "" + subflows, "add_addr_accepted", "" + addAddrAccepted);
    }

    /** Gives the kernel's MPTCP an endpoint; flags are {@code signal}, {@code subflow}, {@code backup}, {@code fullmesh}. */
    public void mptcpEndpoint(String address, String device, String... flags) {
        List<String> arguments = new ArrayList<>(List.of("mptcp", "endpoint", "add", address, "dev", device));
        arguments.addAll(Arrays.asList(flags));
        ip(arguments.toArray(new String[0]));
    }

    /** The kernel's counters since the namespace was made. */
    public KernelCounters counters() {
        return KernelCounters.parse(run("nstat", "-asz").orFail());
    }

    @Override
    public void close() {
        if (!OPEN.remove(this)) {
            return;
        }
        // A test that took too long is interrupted; what it has made goes all the same.
        boolean interrupted = Thread.interrupted();
        for (Process process : processes) {
            process.destroy();
        }
        for (Process process : processes) {
            end(process);
        }
        Command.run("ip", "netns", "del", name);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private List<String> inside(List<String> command) {
        List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", name));
        whole.addAll(command);
        return whole;
    }

    private void trySysctl(String key, String value) {
        run("sysctl", "-qw", key + "=" + value);
    }

    private static void end(Process process) {
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }

    /**
     * Removes what test runs left behind that were killed; those that still run keep theirs. What bears this program's number is
     * of one that had it before.
     */
    private static void removeStale() {
        long own = ProcessHandle.current().pid();
        for (String line : Command.run("ip", "netns", "list").output().split("\n")) {
            Matcher matcher = NAME.matcher(line.split(" ")[0]);
            long pid = matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
            if (pid == own || pid >= 0 && ProcessHandle.of(pid).isEmpty()) {
                Command.run("ip", "netns", "del", matcher.group());
            }
        }
    }
}
