package io.mptcp4j.tun.testing;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ways in which the path through one interface of a namespace can fail while connections run over it; {@link #close()}
 * mends it.
 */
public final class PathFault implements AutoCloseable {
    private static final AtomicInteger NEXT = new AtomicInteger();

    private final Runnable mend;

    private PathFault(Runnable mend) {
        this.mend = mend;
    }

    /** Every packet is lost, both ways, and nobody is told. */
    public static PathFault silence(NetworkNamespace namespace, String interfaceName) {
        return rules(namespace, interfaceName, "drop", "drop");
    }

    /** Every TCP packet from us is answered with a RST; the kernel's own are lost. */
    public static PathFault reset(NetworkNamespace namespace, String interfaceName) {
        return rules(namespace, interfaceName, "meta l4proto tcp reject with tcp reset", "tcp flags & rst == 0 drop");
    }

    /** One packet in so many is lost at random, each way. */
    public static PathFault loss(NetworkNamespace namespace, String interfaceName, int oneIn) {
        String lose = "numgen random mod " + oneIn + " 0 drop";
        return rules(namespace, interfaceName, lose, lose);
    }

    /** Of the packets that may be marked the first is, and each so-manieth after it (RFC 3168 5: CE), each way: no run goes without. */
    public static PathFault mark(NetworkNamespace namespace, String interfaceName, int oneIn) {
        String mark = "numgen inc mod " + oneIn + " 0 ";
        PathFault ipv4 = rules(
                namespace,
                interfaceName,
                "ip ecn ect0 " + mark + "ip ecn set ce",
                "ip ecn ect0 " + mark + "ip ecn set ce");
        PathFault ipv6 = rules(
                namespace,
                interfaceName,
                "ip6 ecn ect0 " + mark + "ip6 ecn set ce",
                "ip6 ecn ect0 " + mark + "ip6 ecn set ce");
        return new PathFault(() -> {
            ipv4.close();
            ipv6.close();
        });
    }

    /** The first SYN/ACK that comes through the interface is lost. */
    public static PathFault firstSynAckIn(NetworkNamespace namespace, String interfaceName) {
        return rules(
                namespace, interfaceName, "tcp flags & (syn|ack) == (syn|ack) quota until 100 bytes drop", "accept");
    }

    /** The first ACK without a SYN that the kernel sends through the interface is lost: of a join the third of its handshake. */
    public static PathFault firstAckOut(NetworkNamespace namespace, String interfaceName) {
        return rules(namespace, interfaceName, "accept", "tcp flags & (syn|ack) == ack quota until 100 bytes drop");
    }

    /** SYNs with an MPTCP option are lost, as by a firewall that does not know it; nobody is told. */
    public static PathFault swallowMptcp(NetworkNamespace namespace, String interfaceName) {
        String swallow = "tcp flags syn tcp option mptcp exists drop";
        return rules(namespace, interfaceName, swallow, swallow);
    }

    /** The interface is turned off; mending turns it on, but does not give IPv6 addresses back. */
    public static PathFault down(NetworkNamespace namespace, String interfaceName) {
        namespace.ip("link", "set", "dev", interfaceName, "down");
        return new PathFault(() -> namespace.ip("link", "set", "dev", interfaceName, "up"));
    }

    /** What the kernel sends through the interface is slowed down to a rate. */
    public static PathFault rate(NetworkNamespace namespace, String interfaceName, int megabits) {
        String shape = "root tbf rate " + megabits + "mbit burst 64kb latency 50ms";
        namespace
                .run(("tc qdisc replace dev " + interfaceName + " " + shape).split(" "))
                .orFail();
        return new PathFault(() -> namespace.run("tc", "qdisc", "del", "dev", interfaceName, "root"));
    }

    /** The kernel's TCP sockets that have this address on their end die with a RST. */
    public static void kill(NetworkNamespace namespace, String kernelAddress) {
        namespace.run("ss", "-K", "src", kernelAddress);
    }

    @Override
    public void close() {
        mend.run();
    }

    private static PathFault rules(NetworkNamespace namespace, String interfaceName, String in, String out) {
        String table = "inet fault" + NEXT.incrementAndGet();
        nft(namespace, "add table " + table);
        nft(namespace, "add chain " + table + " incoming { type filter hook input priority 0; }");
        nft(namespace, "add chain " + table + " outgoing { type filter hook output priority 0; }");
        nft(namespace, "add rule " + table + " incoming iifname " + interfaceName + " " + in);
        nft(namespace, "add rule " + table + " outgoing oifname " + interfaceName + " " + out);
        return new PathFault(() -> namespace.run("nft", "delete table " + table));
    }

    private static void nft(NetworkNamespace namespace, String command) {
        namespace.run("nft", command).orFail();
    }
}
