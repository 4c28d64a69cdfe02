package io.mptcp4j.examples.bench;

import io.mptcp4j.congestion.CongestionControllers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What the figures were taken on.
 *
 * @param cores processors that this process may use
 * @param processor their name; empty where the kernel does not say
 * @param kernel the kernel's version
 * @param jdk the JDK's version and the name of its virtual machine
 * @param mtu of TUN devices and veth pairs, in octets
 * @param kernelCongestion congestion control at the kernel's ends
 * @param ourCongestion congestion control of our stack
 * @param otherLoad processors that were busy with something else before the first run
 */
record MachineFacts(
        int cores,
        String processor,
        String kernel,
        String jdk,
        int mtu,
        String kernelCongestion,
        String ourCongestion,
        double otherLoad) {
    // What Linux gives to TUN devices and veth pairs alike.
    private static final int MTU = 1500;
    // The default of MptcpStack.builder().
    private static final String OUR_CONGESTION = CongestionControllers.DEFAULT;
    private static final long LOOK_MILLIS = 500;
    private static final String MODEL = "model name";

    /** Looks at the machine for half a second. */
    static MachineFacts gather(String kernelCongestion) throws IOException, InterruptedException {
        return new MachineFacts(
                Runtime.getRuntime().availableProcessors(),
                processorName(),
                System.getProperty("os.version"),
                System.getProperty("java.version") + " " + System.getProperty("java.vm.name"),
                MTU,
                kernelCongestion,
                OUR_CONGESTION,
                measureOtherLoad());
    }

    /** A line for people, but for the other load. */
    String line() {
        return String.format(
                Locale.ROOT,
                "%d cores, %s, Linux %s, JDK %s, MTU %d, kernel: %s, mptcp4j: %s%n",
                cores,
                processor,
                kernel,
                jdk,
                mtu,
                kernelCongestion,
                ourCongestion);
    }

    /** For JSON. */
    Map<String, Object> values() {
        Map<String, Object> machine = new LinkedHashMap<>();
        machine.put("cores", cores);
        machine.put("processor", processor);
        machine.put("kernel", kernel);
        machine.put("jdk", jdk);
        machine.put("mtu", mtu);
        machine.put("kernelCongestionControl", kernelCongestion);
        machine.put("congestionControl", ourCongestion);
        machine.put("otherLoad", otherLoad);
        return machine;
    }

    private static double measureOtherLoad() throws IOException, InterruptedException {
        CpuClock before = CpuClock.now();
        long begin = System.nanoTime();
        Thread.sleep(LOOK_MILLIS);
        CpuClock worked = CpuClock.now().since(before);
        return (double) (worked.machineNanos() - worked.ownNanos()) / (System.nanoTime() - begin);
    }

    private static String processorName() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith(MODEL))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("");
        }
    }
}
