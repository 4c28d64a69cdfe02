package io.mptcp4j.floors;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FloorRulesTest {
    @ParameterizedTest
    @CsvSource({
        "tcp/Tcb.java, io.mptcp4j.number.SequenceNumber",
        "socket/StackThread.java, io.mptcp4j.stack.Stack",
        "mptcp/Subflow.java, io.mptcp4j.mptcp.scheduler.Scheduler",
        "mptcp/Subflow.java, io.mptcp4j.mptcp.SequenceMapping",
        "wire/mptcp/Dss.java, io.mptcp4j.wire.Checksum",
        "stream/SendStream.java, io.mptcp4j.device.PacketBuffer",
        "wire/IpAddress.java, java.net.InetAddress",
        "socket/MptcpSocket.java, java.net.Socket",
        "tcp/Tcb.java, java.util.concurrent.TimeUnit",
    })
    void whatStandsBelowMayBeImported(String file, String imported) {
        assertThat(FloorRules.breaches(file, "package x;\nimport " + imported + ";\nclass A {}\n"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "tcp/Tcb.java, io.mptcp4j.mptcp.Subflow, upward",
        "mptcp/scheduler/LowestRtt.java, io.mptcp4j.mptcp.MptcpConnection, upward",
        "stack/Stack.java, io.mptcp4j.socket.StackThread, upward",
        "number/SequenceNumber.java, io.mptcp4j.wire.TcpView, upward",
        "device/PacketBuffer.java, io.mptcp4j.stream.SendStream, sideways",
        "wire/TcpView.java, io.mptcp4j.wire.mptcp.Dss, sideways",
        "mptcp/path/FullMesh.java, io.mptcp4j.mptcp.scheduler.SubflowView, sideways",
        "tcp/Tcb.java, io.mptcp4j.util.Bits, no floor",
        "tcp/Tcb.java, io.mptcp4j.tun.TunDevice, no floor",
        "stack/Stack.java, java.net.Socket, socket floor",
        "stack/Stack.java, java.net.SocketException, socket floor",
        "socket/MptcpStack.java, jnr.ffi.Pointer, native",
        "tcp/Tcb.java, java.util.concurrent.locks.ReentrantLock, one thread",
        "tcp/Tcb.java, java.util.concurrent.atomic.AtomicLong, one thread",
        "stack/Stack.java, java.security.SecureRandom, injected",
    })
    void anImportThatBreachesIsFound(String file, String imported, String reason) {
        assertThat(FloorRules.breaches(file, "package x;\n\nimport " + imported + ";\nclass A {}\n"))
                .singleElement()
                .asString()
                .startsWith(file + ":3: " + imported.replaceFirst("^(io\\.mptcp4j\\.[a-z.]*[a-z])\\..*", "$1"))
                .contains(reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "long now = System.nanoTime();",
                "long now = System.currentTimeMillis();",
                "private volatile int count;",
                "synchronized void step() {}",
                "void run() { new Thread(this::step).start(); }",
                "Object o = new io.mptcp4j.stack.Stack();",
                "import static io.mptcp4j.mptcp.Subflow.of;",
                "void f() { CURSOR.setRelease(this, 1L); }",
                "double chance = Math.random();",
                "void f(java.net.Socket socket) {}",
            })
    void aBreachInsideTheCodeIsFound(String line) {
        assertThat(FloorRules.breaches("tcp/Tcb.java", "package x;\nclass A {\n    " + line + "\n}\n"))
                .singleElement()
                .asString()
                .startsWith("tcp/Tcb.java:3: ");
    }

    @Test
    void commentsAndStringsMayNameAnything() {
        // given
        String source = """
                package x;
                /** See {@link io.mptcp4j.socket.StackThread}, the only Thread. */
                class A {
                    // System.nanoTime() is for io.mptcp4j.socket
                    String s = "volatile \\" io.mptcp4j.socket.X"; char c = '"'; /* synchronized */
                }
                """;

        // then
        assertThat(FloorRules.breaches("tcp/A.java", source)).isEmpty();
    }

    @Test
    void aHandleThatOnlyReadsOctetsIsNoMatterOfThreads() {
        assertThat(FloorRules.breaches(
                        "wire/A.java", "import java.lang.invoke.VarHandle;\nclass A { int a = (int) V.get(b, 0); }"))
                .isEmpty();
    }

    @Test
    void codeBehindACommentOrAStringIsStillRead() {
        assertThat(FloorRules.breaches("tcp/A.java", "class A { /* a */ String s = \"//\"; volatile int c; }"))
                .hasSize(1);
    }

    @Test
    void theStreamsCursorsMayBePublishedButTheirPackageMayNot() {
        // given
        String source = "package x;\nclass A { private volatile long written; }\n";

        // then
        assertThat(FloorRules.breaches("stream/SendStream.java", source)).isEmpty();
        assertThat(FloorRules.breaches("stream/RangeSet.java", source)).hasSize(1);
    }

    @Test
    void aPackageWithoutAFloorIsABreach() {
        assertThat(FloorRules.breaches("util/Bits.java", "package io.mptcp4j.util;\nclass Bits {}\n"))
                .hasSize(1);
    }
}
