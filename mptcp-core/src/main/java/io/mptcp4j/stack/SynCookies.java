package io.mptcp4j.stack;

/** When a listener answers a SYN without keeping anything of it (RFC 4987 3.6). */
public enum SynCookies {
    /** Never: a SYN that finds the backlog full is dropped. */
    OFF,
    /** When the backlog is full. */
    WHEN_FULL,
    /** Always; there are no half-open connections then. For tests. */
    ALWAYS
}
