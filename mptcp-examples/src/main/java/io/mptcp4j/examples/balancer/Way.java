package io.mptcp4j.examples.balancer;

/** What the servers do about joins that the balancer brings to the wrong one. */
public enum Way {
    /** Nothing. */
    PLAIN("plain"),
    /** They forbid joins to the shared address (flag C) and announce one of their own. */
    OWN_ADDRESS("flag C, own address"),
    /** Their tokens name them, and they relay foreign joins to their owners. */
    SERVER_NAMED_TOKENS("server-named tokens");

    private final String title;

    Way(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }
}
