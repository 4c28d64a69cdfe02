package io.mptcp4j.examples;

/** How the programs end. */
final class ExitCodes {
    static final int FINE = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;

    private ExitCodes() {}
}
