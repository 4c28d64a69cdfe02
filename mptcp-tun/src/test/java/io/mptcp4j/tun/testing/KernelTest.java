package io.mptcp4j.tun.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that needs the kernel: root, {@code /dev/net/tun}, network namespaces and {@code ip}. Where something is missing
 * the test is skipped, with the reason; with {@code MPTCP4J_REQUIRE_KERNEL=1} in the environment it fails instead.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Tag("kernel")
@ExtendWith(KernelCondition.class)
public @interface KernelTest {
    /** The programs that the test runs, besides {@code ip}. */
    String[] programs() default {};

    /** Whether the other end is the kernel's MPTCP. */
    boolean mptcp() default false;
}
