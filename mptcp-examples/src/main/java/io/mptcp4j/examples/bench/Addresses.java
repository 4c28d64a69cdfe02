package io.mptcp4j.examples.bench;

/** The addresses of each path. They exist in namespaces of this program alone. */
final class Addresses {
    /** More than any case needs. */
    static final int SUBFLOW_LIMIT = 8;

    private Addresses() {}

    /** The kernel's end of a path; of two kernel ends the server's. */
    static String kernel(int path) {
        return "10.71." + (path + 1) + ".1";
    }

    /** The other end. */
    static String other(int path) {
        return "10.71." + (path + 1) + ".2";
    }

    static String interfaceName(int path) {
        return "path" + path;
    }
}
