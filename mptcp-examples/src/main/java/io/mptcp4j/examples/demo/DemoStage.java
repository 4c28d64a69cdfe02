package io.mptcp4j.examples.demo;

import io.mptcp4j.examples.progress.PathMeter;
import io.mptcp4j.examples.progress.PathNames;
import java.io.IOException;
import java.net.Socket;
import java.util.Map;

/** Two hosts and what is between them, made for one run. The server takes one transfer. */
interface DemoStage extends AutoCloseable {
    /** A connection from the phone to the server, which has begun over Wi-Fi. */
    Socket connect() throws IOException;

    /** What the phone's paths are called. */
    PathNames names();

    /** Lets nothing through the Wi-Fi any more, without telling anybody. */
    void cutWifi() throws IOException;

    /** The SHA-256 of what the server has received, in hexadecimal; waits for it. */
    String receivedDigest() throws IOException;

    /** Octets that each path has carried, once the server is done. */
    Map<String, Long> carried(PathMeter phone);

    @Override
    void close();

    /** Makes stages. */
    @FunctionalInterface
    interface Factory {
        /** A stage for a run. */
        DemoStage open(DemoRun run) throws IOException;
    }
}
