package io.mptcp4j.examples.kernel;

import io.mptcp4j.tun.TunDevice;
import io.mptcp4j.tun.TunOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A network namespace of this program's own: another host, with the kernel's stack in it. Removed by {@link #close()},
 * or else when the program ends, or else, after it was killed, by the next program that makes one.
 *
 * <p>One thread makes and fills a namespace; any may close it.
 */
public final class Namespace implements AutoCloseable {
    private static final String PREFIX = "mptcp4j-x";
    private static final Pattern NAME = Pattern.compile(PREFIX + "(\\d+)-\\d+");
    private static final AtomicInteger NEXT = new AtomicInteger();
    private static final AtomicInteger DEVICES = new AtomicInteger();
    private static final Set<Namespace> OPEN = ConcurrentHashMap.newKeySet();
    private static final long PATIENCE_SECONDS = 2;
    private static final int RECEIVED_FIELD = 1;
    private static final int SENT_FIELD = 9;

    private static volatile boolean ending;

    static {
        removeStale();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            ending = true;
            OPEN.forEach(Namespace::close);
        }));
    }

    private final String name;
    private final List<Process> processes = new ArrayList<>();

    private Namespace(String name) {
        this.name = name;
    }

    /** Why this program may not make namespaces and TUN devices here, with what to do about it; empty when it may. */
    public static Optional<String> obstacle() {
        if (!System.getProperty("os.name").startsWith("Linux")) {
            return Optional.of("needs Linux");
        }
        if (!Files.exists(Path.of("/proc/sys/net/mptcp/enabled"))) {
            return Optional.of("needs a kernel with MPTCP, from 5.6 on: there is no /proc/sys/net/mptcp");
        }
        if (!Files.exists(Path.of("/dev/net/tun"))) {
            return Optional.of("needs /dev/net/tun: load the module tun (modprobe tun)");
        }
        if (!Shell.succeeds("ip", "-Version")) {
            return Optional.of("needs the program ip: install the package iproute2");
        }
        if (!Files.isWritable(Path.of("/proc/sys/net/mptcp/enabled"))) {
            return Optional.of("needs root, for network namespaces and TUN devices: run it with sudo");
        }
        return Optional.empty();
    }

    /** Makes a namespace with loopback, without reverse path filter, and with MPTCP ready for lost handshakes. */
    public static Namespace create() throws IOException {
        Namespace made = new Namespace(PREFIX + ProcessHandle.current().pid() + "-" + NEXT.incrementAndGet());
        OPEN.add(made);
        try {
            if (ending) {
                throw new IOException("the program ends");
            }
            Shell.run("ip", "netns", "add", made.name);
            made.prepare();
            return made;
        } catch (IOException e) {
            made.close();
            throw e;
        }
    }

    /** The namespace's name, for {@code ip netns exec}. */
    public String name() {
        return name;
    }

    /** Runs {@code ip} on the namespace. */
    public String ip(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("ip", "-n", name));
        command.addAll(Arrays.asList(arguments));
        return Shell.run(command);
    }

    /** Runs a program in the namespace to its end. */
    public String run(String... command) throws IOException {
        return Shell.run(inside(Arrays.asList(command)));
    }

    /** Starts a program in the namespace, errors on our own standard error; {@link #close()} ends it. */
    public Process start(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(inside(command));
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        Process process = builder.start();
        synchronized (processes) {
            processes.add(process);
        }
        return process;
    }

    /**
     * Opens a TUN device whose kernel side is in this namespace, turned on and with these addresses with prefix lengths.
     * Its name is unique on the machine until it is in the namespace, and in this program also then: by it a stack tells its
     * devices apart.
     */
    public TunDevice openTun(String interfaceName, TunOptions options, String... addresses) throws IOException {
        TunDevice device = TunDevice.open("m4j" + DEVICES.incrementAndGet() + "n%d", options);
        try {
            adopt(device.name(), interfaceName, addresses);
            return device;
        } catch (IOException e) {
            device.close();
            throw e;
        }
    }

    /** Joins this namespace and another one by a pair of virtual Ethernet interfaces, both turned on, named alike. */
    public void connect(Namespace other, String interfaceName, String address, String otherAddress) throws IOException {
        ip("link", "add", interfaceName, "type", "veth", "peer", "name", interfaceName, "netns", other.name);
        turnOn(interfaceName, address);
        other.turnOn(interfaceName, otherAddress);
    }

    /** Sets a kernel parameter of the namespace. */
    public void sysctl(String key, String value) throws IOException {
        run("sysctl", "-qw", key + "=" + value);
    }

    /** Lets the kernel's MPTCP have this many additional subflows, and take this many announced addresses. */
    public void mptcpLimits(int subflows, int addAddrAccepted) throws IOException {
        ip("mptcp", "limits", "set", "subflows", "" + subflows, "add_addr_accepted", "" + addAddrAccepted);
    }

    /** Gives the kernel's MPTCP an endpoint; flags are {@code signal}, {@code subflow}, {@code backup}, {@code fullmesh}. */
    public void mptcpEndpoint(String address, String device, String... flags) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("mptcp", "endpoint", "add", address, "dev", device));
        arguments.addAll(Arrays.asList(flags));
        ip(arguments.toArray(new String[0]));
    }

    /** The kernel's TCP and MPTCP counters since the namespace was made, by the names that {@code nstat} gives them. */
    public Map<String, Long> counters() throws IOException {
        Map<String, Long> values = new LinkedHashMap<>();
        for (String file : List.of("/proc/net/snmp", "/proc/net/netstat")) {
            String[] lines = run("cat", file).split("\n");
            for (int i = 0; i + 1 < lines.length; i += 2) {
                String[] names = lines[i].split(" ");
                String[] numbers = lines[i + 1].split(" ");
                String group = names[0].replace(":", "");
                for (int column = 1; column < names.length; column++) {
                    values.put(group + names[column], Long.parseLong(numbers[column]));
                }
            }
        }
        return values;
    }

    /** Octets that an interface of the namespace has sent and received, headers included. */
    public long octetsOn(String interfaceName) throws IOException {
        for (String line : run("cat", "/proc/net/dev").split("\n")) {
            String[] fields = line.strip().split("[:\\s]+");
            if (fields[0].equals(interfaceName)) {
                return Long.parseLong(fields[RECEIVED_FIELD]) + Long.parseLong(fields[SENT_FIELD]);
            }
        }
        throw new IOException("no interface " + interfaceName + " in " + name);
    }

    /** Ends the programs, and removes the namespace with all that is in it. Idempotent. */
    @Override
    public void close() {
        if (!OPEN.remove(this)) {
            return;
        }
        synchronized (processes) {
            processes.forEach(Process::destroy);
            processes.forEach(Namespace::awaitEnd);
        }
        Shell.succeeds("ip", "netns", "del", name);
    }

    private void prepare() throws IOException {
        ip("link", "set", "lo", "up");
        run(
                "sysctl",
                "-qw",
                // Paths may be asymmetric.
                "net.ipv4.conf.all.rp_filter=0",
                "net.ipv4.conf.default.rp_filter=0",
                // Otherwise one lost handshake makes the kernel use plain TCP for an hour. Older kernels know it not.
                "net.mptcp.enabled=1");
        Shell.succeeds("ip", "netns", "exec", name, "sysctl", "-qw", "net.mptcp.blackhole_timeout=0");
        Shell.succeeds("ip", "netns", "exec", name, "sysctl", "-qw", "net.ipv6.conf.default.accept_dad=0");
        Shell.succeeds("ip", "netns", "exec", name, "sysctl", "-qw", "net.ipv6.conf.default.addr_gen_mode=1");
    }

    private void adopt(String device, String newName, String... addresses) throws IOException {
        Shell.run("ip", "link", "set", "dev", device, "netns", name);
        ip("link", "set", "dev", device, "name", newName);
        turnOn(newName, addresses);
    }

    private void turnOn(String interfaceName, String... addresses) throws IOException {
        for (String address : addresses) {
            ip("address", "add", address, "dev", interfaceName);
        }
        ip("link", "set", "dev", interfaceName, "up");
    }

    private List<String> inside(List<String> command) {
        List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", name));
        whole.addAll(command);
        return whole;
    }

    private static void awaitEnd(Process process) {
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }

    /** Removes what programs left behind that were killed; those that still run keep theirs. */
    private static void removeStale() {
        String list;
        try {
            list = Shell.run("ip", "netns", "list");
        } catch (IOException e) {
            return;
        }
        for (String line : list.split("\n")) {
            Matcher matcher = NAME.matcher(line.split(" ")[0]);
            if (matcher.matches()
                    && ProcessHandle.of(Long.parseLong(matcher.group(1))).isEmpty()) {
                Shell.succeeds("ip", "netns", "del", matcher.group());
            }
        }
    }
}
