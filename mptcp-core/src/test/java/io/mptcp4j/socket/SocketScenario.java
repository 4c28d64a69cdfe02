package io.mptcp4j.socket;

/** A test body: uses sockets and writes down what they do. */
@FunctionalInterface
interface SocketScenario {
    void run(SocketWorld world, Transcript transcript) throws Exception;
}
