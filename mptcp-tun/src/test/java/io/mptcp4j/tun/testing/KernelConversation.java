package io.mptcp4j.tun.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.socket.ConnectionInfo;
import io.mptcp4j.socket.MptcpServerSocket;
import io.mptcp4j.socket.MptcpStack;
import io.mptcp4j.socket.SubflowInfo;
import io.mptcp4j.wire.IpAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A connection with the kernel that stays open while signals are exchanged: the kernel sends what our window holds, and goes on,
 * as we do, with {@link #finish()}. So signals are exchanged while our window is closed.
 */
public final class KernelConversation implements AutoCloseable {
    private static final long KERNELS_OCTETS = 16L << 20;
    private static final long OUR_OCTETS = 1L << 20;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final TunWorld world;
    private final KernelPeer peer;
    private final MptcpServerSocket server;
    private final Socket socket;

    private KernelConversation(TunWorld world, KernelPeer peer, MptcpServerSocket server, Socket socket) {
        this.world = world;
        this.peer = peer;
        this.server = server;
        this.socket = socket;
    }

    /** Who we are. */
    public enum Role {
        /** We connect. */
        CLIENT,
        /** We listen. */
        SERVER
    }

    /** A connection on path 1, with the stack's settings. */
    public static KernelConversation open(TunWorld world, Role role) throws Exception {
        return open(world, role, world.stack().connectionSettings());
    }

    /** A connection on path 1. */
    public static KernelConversation open(TunWorld world, Role role, ConnectionSettings settings) throws Exception {
        return role == Role.CLIENT ? connect(world, settings) : accept(world, settings);
    }

    private static KernelConversation connect(TunWorld world, ConnectionSettings settings) throws Exception {
        KernelPeer peer = KernelPeer.server(world.namespace(), world.anyAddress())
                .send(KERNELS_OCTETS, 1)
                .start();
        Socket socket = world.stack().createSocket(settings);
        socket.connect(new InetSocketAddress(world.kernelAddress(1), peer.port()), 20_000);
        return new KernelConversation(world, peer, null, socket);
    }

    private static KernelConversation accept(TunWorld world, ConnectionSettings settings) throws Exception {
        MptcpServerSocket server = world.stack().createServerSocket(settings);
        server.bind(new InetSocketAddress(0));
        KernelPeer peer = KernelPeer.client(world.namespace(), world.ownAddressForKernel(1), server.getLocalPort())
                .send(KERNELS_OCTETS, 1)
                .start();
        return new KernelConversation(world, peer, server, server.accept());
    }

    /** Our socket. */
    public Socket socket() {
        return socket;
    }

    /** The server socket that accepted; null when we connected. */
    public MptcpServerSocket server() {
        return server;
    }

    /** What is known now. */
    public ConnectionInfo info() {
        try {
            return MptcpStack.info(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The subflow to this address of the kernel's. */
    public SubflowInfo subflowTo(String kernelAddress) {
        String wanted = IpAddress.parse(kernelAddress).toString();
        return info().subflows().stream()
                .filter(subflow ->
                        subflow.remote().getAddress().getHostAddress().equals(wanted))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no subflow to " + wanted + ": " + info()));
    }

    /** Waits until octets can be sent on exactly so many subflows. */
    public KernelConversation awaitSubflows(int count) {
        await("subflows: " + count, () -> usable() == count);
        return this;
    }

    /** On how many subflows octets can be sent. */
    public long usable() {
        return info().subflows().stream().filter(SubflowInfo::usable).count();
    }

    /** Waits until a counter of the kernel is so high. */
    public KernelConversation awaitKernel(String counter, long value) {
        await(counter + " " + value, () -> world.namespace().counters().get("MPTcpExt" + counter) >= value);
        return this;
    }

    /** Waits for something. */
    public void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(what + " did not come: " + info() + "\n"
                        + world.namespace().counters().describe("MPTcpExt.*")
                        + world.stack().kernelCounters());
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** Waits a while, in which something should not happen. */
    public void pause(long millis) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (System.nanoTime() < deadline) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** What the kernel's program saw; waits until it has ended. */
    public KernelPeer.Report report() {
        return peer.await();
    }

    /** Both ends send what they have and finish; it must arrive whole. */
    public void finish() throws Exception {
        Exchange exchange = Exchange.over(socket).send(OUR_OCTETS, 2).run();
        KernelPeer.Report report = peer.await();
        assertThat(report.error()).isEmpty();
        assertThat(report.receivedDigest()).isEqualTo(exchange.sentDigest());
        assertThat(exchange.received()).isEqualTo(KERNELS_OCTETS);
        assertThat(exchange.receivedDigest()).isEqualTo(report.sentDigest());
    }

    @Override
    public void close() throws IOException {
        socket.close();
        if (server != null) {
            server.close();
        }
        peer.close();
    }
}
