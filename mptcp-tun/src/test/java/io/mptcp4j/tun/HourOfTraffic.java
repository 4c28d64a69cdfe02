package io.mptcp4j.tun;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.tcp.TcpSettings;
import io.mptcp4j.testing.PcapWriter;
import io.mptcp4j.testing.RecordPcap;
import io.mptcp4j.testing.SimulatedNetwork.Ending;
import io.mptcp4j.testing.TwoHosts;
import io.mptcp4j.testing.TwoHosts.Family;
import io.mptcp4j.testing.TwoHosts.Transfer;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;

/**
 * An hour in the life of two hosts, in virtual time: requests and answers, bulk, idle connections with keepalives, readers that stop
 * for a while, connections that are aborted or refused; plain TCP and MPTCP, over two paths that lose, reorder and duplicate. All
 * packets are captured at the client, so nothing that it answers is missing in the file.
 */
final class HourOfTraffic implements AutoCloseable {
    private static final int SECONDS = 3_600;
    private static final int MAX_STEPS = 10_000_000;
    private static final int CLOSED_PORT = 9;
    private static final int SMALL_BUFFER = 64 << 10;

    private static final LinkProfile WIFI = LinkProfile.IDEAL
            .withRate(20_000_000)
            .withDelay(Duration.ofMillis(10))
            .withQueueOctets(60_000)
            .withLoss(0.005)
            .withReordering(0.01, Duration.ofMillis(5))
            .withDuplication(0.001);
    private static final LinkProfile LTE = LinkProfile.IDEAL
            .withRate(8_000_000)
            .withDelay(Duration.ofMillis(30))
            .withQueueOctets(100_000)
            .withLoss(0.01)
            .withReordering(0.005, Duration.ofMillis(20));

    private final Random random;
    private final PcapWriter writer;
    private final TwoHosts hosts;
    private final List<Planned> running = new ArrayList<>();
    private int finished;
    private int aborted;

    HourOfTraffic(Path file, long seed) throws IOException {
        random = new Random(seed);
        writer = new PcapWriter(new BufferedOutputStream(Files.newOutputStream(file)));
        hosts = TwoHosts.builder(seed)
                .path(WIFI, new RecordPcap(writer))
                .path(LTE, new RecordPcap(writer))
                .family(seed % 2 == 0 ? Family.IPV4 : Family.IPV6)
                .maxSteps(MAX_STEPS)
                .build();
    }

    /** Lets the hour pass, and ends what is left. */
    void pass() {
        for (int second = 1; second <= SECONDS; second++) {
            begin(second);
            run(Duration.ofMillis(900 + random.nextInt(200)));
            look(second);
        }
        for (int second = SECONDS; !running.isEmpty(); second++) {
            if (second > 2 * SECONDS) {
                throw new AssertionError("these do not end: " + running);
            }
            run(Duration.ofSeconds(1));
            look(second);
        }
        hosts.assertNothingLeft();
    }

    /** Connections that ended in order, with all their octets. */
    int finished() {
        return finished;
    }

    /** Connections that an end aborted. */
    int aborted() {
        return aborted;
    }

    private void begin(int second) {
        running.add(new Planned(hosts.begin(settings(), 100 + random.nextInt(2_000), random.nextInt(8_000)), second));
        if (second % 90 == 0) {
            running.add(new Planned(hosts.begin(settings(), random.nextInt(400_000), random.nextInt(400_000)), second));
        }
        if (second % 80 == 0) {
            // More than a second of both paths. Without keepalives an end that only reads would never know, if the RST
            // is lost.
            Planned cut = new Planned(hosts.begin(keepingAlive(), 5_000_000, 0), second);
            cut.abortAt = second;
            cut.byClient = random.nextBoolean();
            running.add(cut);
        }
        if (second % 30 == 0) {
            hosts.connectToNobody(CLOSED_PORT);
        }
        if (second % 240 == 0) {
            Planned silent = new Planned(hosts.begin(keepingAlive(), 20_000, 20_000), second);
            silent.transfer.client().application().limit(5_000);
            silent.goesOnAt = second + 100 + random.nextInt(100);
            running.add(silent);
        }
        if (second % 150 == 0) {
            Planned unread = new Planned(hosts.begin(small(), 300_000, 1_000), second);
            unread.transfer.server().application().setReading(false);
            unread.readsAt = second + 20 + random.nextInt(60);
            running.add(unread);
        }
    }

    private void look(int second) {
        for (Iterator<Planned> all = running.iterator(); all.hasNext(); ) {
            Planned each = all.next();
            each.act(second, hosts.network().clock().now());
            if (each.transfer.isOver()) {
                if (each.isCut) {
                    aborted++;
                } else {
                    each.transfer.assertIntact();
                    finished++;
                }
                hosts.forget(each.transfer);
                all.remove();
            }
        }
    }

    private void run(Duration time) {
        Ending ending = hosts.network().run(() -> false, hosts.network().clock().now() + time.toNanos(), MAX_STEPS);
        if (ending == Ending.TOO_MANY_STEPS) {
            throw new AssertionError(ending);
        }
    }

    private ConnectionSettings settings() {
        TcpSettings tcp = TcpSettings.builder()
                .timestamps(random.nextInt(4) > 0)
                .sack(random.nextInt(4) > 0)
                .build();
        return ConnectionSettings.builder()
                .multipath(random.nextBoolean())
                .checksums(random.nextInt(4) == 0)
                .tcp(tcp)
                .build();
    }

    private ConnectionSettings keepingAlive() {
        TcpSettings tcp = TcpSettings.builder()
                .keepAlive(true)
                .keepAliveIdle(Duration.ofSeconds(10))
                .keepAliveInterval(Duration.ofSeconds(5))
                .build();
        return ConnectionSettings.builder()
                .multipath(random.nextBoolean())
                .tcp(tcp)
                .build();
    }

    private ConnectionSettings small() {
        return ConnectionSettings.builder()
                .multipath(random.nextBoolean())
                .receiveBuffer(SMALL_BUFFER)
                .build();
    }

    @Override
    public void close() throws IOException {
        hosts.close();
        writer.close();
    }

    /** A connection and what is to happen to it. */
    private static final class Planned {
        private final Transfer transfer;
        private final int since;
        private int abortAt;
        private boolean byClient;
        private boolean isCut;
        private int goesOnAt;
        private int readsAt;

        private Planned(Transfer transfer, int since) {
            this.transfer = transfer;
            this.since = since;
        }

        private void act(int second, long now) {
            if (second == readsAt) {
                transfer.server().application().setReading(true);
            }
            if (second == goesOnAt) {
                transfer.client().application().limit(Long.MAX_VALUE);
            }
            if (abortAt > 0 && second >= abortAt && !isCut && !transfer.isOver()) {
                if (byClient || transfer.server().connection() == null) {
                    transfer.client().connection().abort(now);
                } else {
                    transfer.server().connection().abort(now);
                }
                isCut = true;
            }
        }

        @Override
        public String toString() {
            return "since " + since + " s: " + transfer;
        }
    }
}
