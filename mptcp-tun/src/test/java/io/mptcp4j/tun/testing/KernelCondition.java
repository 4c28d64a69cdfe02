package io.mptcp4j.tun.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Skips a {@link KernelTest} where the kernel cannot be used, or fails it where it must be. */
final class KernelCondition implements ExecutionCondition, BeforeAllCallback, BeforeEachCallback {
    private static final boolean REQUIRED = "1".equals(System.getenv("MPTCP4J_REQUIRE_KERNEL"));
    private static final String EFFECTIVE = "CapEff:";
    private static final int CAP_NET_ADMIN = 12;
    private static final int CAP_SYS_ADMIN = 21;
    private static final Map<String, Boolean> PROGRAMS = new ConcurrentHashMap<>();

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        List<String> missing = missing(context);
        if (missing.isEmpty()) {
            return ConditionEvaluationResult.enabled("the kernel is there");
        }
        if (REQUIRED) {
            return ConditionEvaluationResult.enabled("required by MPTCP4J_REQUIRE_KERNEL=1, will fail");
        }
        return ConditionEvaluationResult.disabled("this test needs " + String.join(", ", missing));
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        failOnMissing(context);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        failOnMissing(context);
    }

    private static void failOnMissing(ExtensionContext context) {
        List<String> missing = missing(context);
        if (!missing.isEmpty()) {
            throw new AssertionError("MPTCP4J_REQUIRE_KERNEL=1, but this machine lacks " + String.join(", ", missing));
        }
    }

    private static List<String> missing(ExtensionContext context) {
        Optional<KernelTest> onMethod =
                context.getElement().flatMap(e -> AnnotationSupport.findAnnotation(e, KernelTest.class));
        Optional<KernelTest> onClass =
                context.getTestClass().flatMap(c -> AnnotationSupport.findAnnotation(c, KernelTest.class));
        List<String> missing = new ArrayList<>();
        if (!hasRoot()) {
            missing.add("root");
        } else if (!mayMakeNamespaces()) {
            missing.add("CAP_NET_ADMIN and CAP_SYS_ADMIN, which this container's root has not");
        }
        if (!Files.exists(Path.of("/dev/net/tun"))) {
            missing.add("/dev/net/tun");
        }
        requirePrograms(missing, "ip");
        onClass.ifPresent(test -> requirePrograms(missing, test.programs()));
        onMethod.ifPresent(test -> requirePrograms(missing, test.programs()));
        boolean mptcp = onClass.map(KernelTest::mptcp).orElse(false)
                || onMethod.map(KernelTest::mptcp).orElse(false);
        if (mptcp && !Files.exists(Path.of("/proc/sys/net/mptcp/enabled"))) {
            missing.add("a kernel with MPTCP");
        }
        return missing;
    }

    private static boolean hasRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static boolean mayMakeNamespaces() {
        long wanted = 1L << CAP_NET_ADMIN | 1L << CAP_SYS_ADMIN;
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith(EFFECTIVE))
                    .anyMatch(line -> (Long.parseUnsignedLong(
                                            line.substring(EFFECTIVE.length()).trim(), 16)
                                    & wanted)
                            == wanted);
        } catch (IOException e) {
            return false;
        }
    }

    private static void requirePrograms(List<String> missing, String... programs) {
        for (String program : programs) {
            if (!PROGRAMS.computeIfAbsent(program, KernelCondition::isOnPath) && !missing.contains(program)) {
                missing.add(program);
            }
        }
    }

    private static boolean isOnPath(String program) {
        for (String folder : (System.getenv("PATH") + ":/usr/sbin:/sbin:/usr/bin").split(":")) {
            if (Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }
}
