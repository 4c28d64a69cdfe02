package io.mptcp4j.mptcp;

import static io.mptcp4j.mptcp.ScriptedConnection.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.metric.StackCounters;
import io.mptcp4j.testing.ConnectionEnd;
import io.mptcp4j.testing.CorruptPayload;
import io.mptcp4j.testing.Middlebox;
import io.mptcp4j.testing.Segment;
import io.mptcp4j.testing.SegmentFilter;
import io.mptcp4j.testing.TransferEnd;
import io.mptcp4j.testing.TwoHosts;
import io.mptcp4j.testing.TwoHosts.Transfer;
import io.mptcp4j.wire.TcpFlags;
import java.time.Duration;
import java.util.function.BiFunction;
import java.util.function.Function;

/** How one row of the table in docs/fallback.md comes about. */
interface FallbackCase {
    /** Brings it about in a version of the protocol. */
    Observed run(MptcpVersion version);

    /**
     * What the end of the row had in the end.
     *
     * @param isWhole whether both streams arrived whole
     */
    record Observed(FallbackReason reason, boolean isMptcp, boolean isWhole, StackCounters counters) {}

    /** The link of all cases. */
    LinkProfile LINK = LinkProfile.IDEAL
            .withRate(30_000_000)
            .withDelay(Duration.ofMillis(10))
            .withQueueOctets(200_000);

    /** Settings of a version. */
    static ConnectionSettings speaking(MptcpVersion version) {
        return ConnectionSettings.builder().versions(version).build();
    }

    /** A transfer over one path with a middlebox. */
    static FallbackCase onePath(boolean client, int up, int down, Function<MptcpVersion, Middlebox> box) {
        return version -> {
            try (TwoHosts hosts = TwoHosts.builder(1)
                    .both(speaking(version))
                    .path(LINK, box.apply(version))
                    .build()) {
                Observed observed = observe(hosts, hosts.transfer(up, down), client);
                hosts.assertNothingLeft();
                return observed;
            }
        };
    }

    /**
     * A transfer with checksums over one path whose middlebox alters an octet: all octets arrive, one of them as altered,
     * which is what plain TCP would have delivered.
     */
    static FallbackCase altered(boolean client, int up, int down, SegmentFilter which) {
        return version -> {
            ConnectionSettings settings =
                    speaking(version).toBuilder().checksums(true).build();
            try (TwoHosts hosts = TwoHosts.builder(1)
                    .both(settings)
                    .path(LINK, new CorruptPayload(which, true))
                    .build()) {
                Transfer transfer = hosts.transfer(up, down);
                TransferEnd a = transfer.client().application();
                TransferEnd b = transfer.server().application();
                boolean isWhole = a.received() == down && b.received() == up;
                assertThat((client ? a : b).fault()).endsWith("is wrong");
                hosts.assertNothingLeft();
                ConnectionEnd end = client ? transfer.client() : transfer.server();
                return new Observed(
                        end.fallbackReason(),
                        end.connection().isMptcp(),
                        isWhole,
                        (client ? hosts.client() : hosts.server()).counters());
            }
        };
    }

    /** A transfer with a middlebox on the second path, which carries a join. */
    static FallbackCase secondPath(boolean client, int up, int down, Middlebox[] box) {
        return secondPath(LINK, client, up, down, box);
    }

    /** A transfer over this first path, with a middlebox on the second one. */
    static FallbackCase secondPath(LinkProfile first, boolean client, int up, int down, Middlebox[] boxes) {
        return version -> {
            try (TwoHosts hosts = TwoHosts.builder(1)
                    .both(speaking(version))
                    .path(first)
                    .path(LINK, boxes[version.number()])
                    .build()) {
                Observed observed = observe(hosts, hosts.transfer(up, down), client);
                hosts.assertNothingLeft();
                return observed;
            }
        };
    }

    /** The second of two connections over one path with a middlebox. */
    static FallbackCase secondConnection(Function<MptcpVersion, Middlebox> box) {
        return version -> {
            try (TwoHosts hosts = TwoHosts.builder(1)
                    .both(speaking(version))
                    .path(LINK, box.apply(version))
                    .build()) {
                hosts.transfer(1_000, 1_000).assertIntact();
                return observe(hosts, hosts.transferAgain(1_000, 1_000), true);
            }
        };
    }

    private static Observed observe(TwoHosts hosts, Transfer transfer, boolean client) {
        ConnectionEnd a = transfer.client();
        ConnectionEnd b = transfer.server();
        ConnectionEnd end = client ? a : b;
        assertThat(transfer.isOver()).as(transfer.toString()).isTrue();
        boolean isWhole = a.application().isDone() && b.application().isDone();
        if (isWhole) {
            assertThat(a.application().fault()).isNull();
            assertThat(b.application().fault()).isNull();
        }
        return new Observed(
                end.fallbackReason(),
                end.connection().isMptcp(),
                isWhole,
                (client ? hosts.client() : hosts.server()).counters());
    }

    /** The stack connects, and a scripted peer answers. */
    static FallbackCase scriptedPeer(BiFunction<ScriptedConnection, MptcpVersion, byte[]> script) {
        return version -> {
            try (ScriptedConnection it = ScriptedConnection.synFromStack(speaking(version))) {
                byte[] octets = script.apply(it, version);
                return scripted(it, octets);
            }
        };
    }

    /** The stack listens, and a scripted peer has sent its SYN. */
    static FallbackCase scriptedInitiator(BiFunction<ScriptedConnection, MptcpVersion, byte[]> script) {
        return version -> {
            try (ScriptedConnection it = ScriptedConnection.synFromPeer(speaking(version))) {
                byte[] octets = script.apply(it, version);
                return scripted(it, octets);
            }
        };
    }

    private static Observed scripted(ScriptedConnection it, byte[] octets) {
        return new Observed(
                it.connection().fallbackReason(),
                it.connection().isMptcp(),
                octets != null,
                it.script.stack().counters());
    }

    /** Both ends open at once, as far as the stack can see; then the peer sends octets. */
    static byte[] simultaneousOpen(ScriptedConnection it, MptcpVersion version) {
        it.first.expect(TcpFlags.SYN);
        Segment syn = it.first.segment().with(TcpFlags.SYN).without(TcpFlags.ACK);
        it.first.inject(syn.option(it.mptcp.syn()));
        it.first.expect(TcpFlags.SYN | TcpFlags.ACK);
        it.first.inject(it.first.segment());
        it.first.injectOctets(100);
        assertThat(it.script.read()).hasSize(100);
        return new byte[100];
    }

    /** The third ACK is right, and octets without options follow. */
    static byte[] unmappedOctets(ScriptedConnection it, MptcpVersion version) {
        it.first.inject(it.first.segment().option(it.mptcp.keys()));
        it.first.injectOctets(100);
        assertThat(it.script.read()).hasSize(100);
        return new byte[100];
    }

    /** The third ACK is right, and a FIN without options follows. */
    static byte[] plainFin(ScriptedConnection it, MptcpVersion version) {
        it.first.inject(it.first.segment().option(it.mptcp.keys()));
        it.first.inject(it.first.segment().with(TcpFlags.FIN));
        assertThat(it.connection().receiveStream().isComplete()).isTrue();
        take(it.first);
        return new byte[0];
    }
}
