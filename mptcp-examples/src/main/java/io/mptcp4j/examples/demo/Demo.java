package io.mptcp4j.examples.demo;

import io.mptcp4j.examples.progress.Monitor;
import io.mptcp4j.examples.progress.PathMeter;
import io.mptcp4j.examples.progress.PathNames;
import io.mptcp4j.examples.progress.ProgressBar;
import io.mptcp4j.examples.transfer.Digests;
import io.mptcp4j.examples.transfer.FileSender;
import io.mptcp4j.examples.transfer.RandomOctets;
import io.mptcp4j.examples.transfer.TransferHeader;
import io.mptcp4j.socket.ConnectionInfo;
import io.mptcp4j.socket.SubflowInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Carries out runs with one file of random octets. */
public final class Demo {
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final int PATIENCE_MILLIS = 30_000;
    private static final int CUT_PATIENCE_SECONDS = 20;
    private static final int CHUNK = 64 << 10;

    private final DemoStage.Factory stages;
    private final long octets;
    private final long seed;
    private final ProgressBar bar;
    private final String digest;

    private Demo(DemoStage.Factory stages, long octets, long seed, ProgressBar bar) {
        this.stages = stages;
        this.octets = octets;
        this.seed = seed;
        this.bar = bar;
        this.digest = digestOf(new RandomOctets(octets, seed));
    }

    /** A demonstration over virtual links in this process. */
    public static Demo inProcess(long octets, long seed, ProgressBar bar) {
        return new Demo(run -> VirtualStage.open(run, seed), octets, seed, bar);
    }

    /** A demonstration over TUN devices, with the kernel's MPTCP as the server; needs root. */
    public static Demo overTun(long octets, long seed, ProgressBar bar) {
        return new Demo(TunStage::open, octets, seed, bar);
    }

    /** Carries out one run. */
    public DemoResult run(DemoRun run) throws IOException {
        try (DemoStage stage = stages.open(run)) {
            long began = System.nanoTime();
            PathMeter meter = new PathMeter(stage.names(), PathMeter.Direction.SENT);
            Cut cut = new Cut(stage, run == DemoRun.WIFI_CUT ? octets / 2 : Cut.NEVER);
            try (Socket socket = stage.connect()) {
                socket.setSoTimeout(PATIENCE_MILLIS);
                try (Monitor monitor =
                        Monitor.start(socket, meter, LOOK, info -> look(info, cut, meter, stage.names()))) {
                    // Looks come late on a busy machine: a small file is not over before the cut.
                    FileSender.send(
                            socket,
                            new RandomOctets(octets, seed),
                            new TransferHeader("demo.bin", octets),
                            sent -> cut.await(sent == octets));
                } finally {
                    bar.erase();
                }
                long nanos = System.nanoTime() - began;
                boolean isRight = digest.equals(stage.receivedDigest());
                boolean isMptcp = meter.last() != null && meter.last().mptcp();
                return new DemoResult(run, octets, nanos, stage.carried(meter), isMptcp, cut.isMade(), isRight);
            }
        }
    }

    private void look(ConnectionInfo info, Cut cut, PathMeter meter, PathNames names) {
        if (info.subflows().stream().anyMatch(each -> each.usable() && isLte(each, names))) {
            // A connection whose only path is cut before the second has joined has no way to go.
            cut.onAcknowledged(info.octetsAcknowledged());
        }
        bar.show(Math.min(octets, info.octetsAcknowledged()), octets, meter);
    }

    private static boolean isLte(SubflowInfo subflow, PathNames names) {
        return names.of(subflow.local().getAddress()).equals(DemoPath.LTE.title());
    }

    private static String digestOf(RandomOctets octets) {
        MessageDigest sum = Digests.sha256();
        byte[] chunk = new byte[CHUNK];
        int length;
        while ((length = octets.read(chunk, 0, chunk.length)) > 0) {
            sum.update(chunk, 0, length);
        }
        return HexFormat.of().formatHex(sum.digest());
    }

    /** Cuts the Wi-Fi once, when enough has arrived. */
    private static final class Cut {
        private static final long NEVER = Long.MAX_VALUE;

        private final DemoStage stage;
        private final long after;
        private final AtomicBoolean begun = new AtomicBoolean();
        private final CountDownLatch over = new CountDownLatch(1);
        private volatile boolean made;

        Cut(DemoStage stage, long after) {
            this.stage = stage;
            this.after = after;
        }

        void onAcknowledged(long octets) {
            if (octets >= after && begun.compareAndSet(false, true)) {
                try {
                    stage.cutWifi();
                    made = true;
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                } finally {
                    over.countDown();
                }
            }
        }

        /** At the end of the file waits for the cut, if there is to be one: its digest is still to come. */
        void await(boolean isEnd) {
            try {
                if (isEnd && after != NEVER) {
                    over.await(CUT_PATIENCE_SECONDS, TimeUnit.SECONDS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        boolean isMade() {
            return made;
        }
    }
}
