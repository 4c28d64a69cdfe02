package io.mptcp4j.mptcp;

import io.mptcp4j.metric.Counter;
import java.util.Optional;

/** Why a connection runs as plain TCP, and at which stage that was settled (RFC 8684 3.1, 3.7). */
public enum FallbackReason {
    /** It does not: the connection uses MPTCP, or has not found out yet. */
    NONE(Stage.NONE, "MPTCP is in use"),
    /** MPTCP is switched off at this end. */
    DISABLED(Stage.BEFORE, "MPTCP is switched off at this end"),
    /** SYNs with MP_CAPABLE to this destination were swallowed before: none was sent this time. */
    SWALLOWED_BEFORE(
            Stage.BEFORE,
            Counter.FALLBACK_SWALLOWED_BEFORE,
            "SYNs with MP_CAPABLE to this destination were swallowed a short while ago"),
    /** The peer's SYN had no MP_CAPABLE. */
    NO_MP_CAPABLE_IN_SYN(Stage.SYN, Counter.FALLBACK_NO_MP_CAPABLE_IN_SYN, "the peer's SYN had no MP_CAPABLE"),
    /** The peer's SYN had an MP_CAPABLE of a wrong length, with flag B, or without an algorithm that we know. */
    UNUSABLE_MP_CAPABLE_IN_SYN(
            Stage.SYN,
            Counter.FALLBACK_UNUSABLE_MP_CAPABLE_IN_SYN,
            "the MP_CAPABLE in the peer's SYN has a wrong length or unknown flags"),
    /** The peer's SYN asked for a version that we are not to speak. */
    OTHER_VERSION_IN_SYN(
            Stage.SYN, Counter.FALLBACK_OTHER_VERSION_IN_SYN, "the peer asked for another version of MPTCP"),
    /** Both ends sent a SYN at once; there is no listener to draw the second key. */
    SIMULTANEOUS_OPEN(Stage.SYN, Counter.FALLBACK_SIMULTANEOUS_OPEN, "both ends opened the connection at once"),
    /** The SYN was lost several times with MP_CAPABLE, and was then sent without. */
    SYN_LOST(Stage.SYN, Counter.FALLBACK_SYN_LOST, "several SYNs with MP_CAPABLE were not answered"),
    /** The peer's SYN/ACK had no MP_CAPABLE. */
    NO_MP_CAPABLE_IN_SYN_ACK(
            Stage.SYN_ACK, Counter.FALLBACK_NO_MP_CAPABLE_IN_SYN_ACK, "the peer's SYN/ACK had no MP_CAPABLE"),
    /** The peer's SYN/ACK had an MP_CAPABLE of a wrong length, with flag B, or without an algorithm that we know. */
    UNUSABLE_MP_CAPABLE_IN_SYN_ACK(
            Stage.SYN_ACK,
            Counter.FALLBACK_UNUSABLE_MP_CAPABLE_IN_SYN_ACK,
            "the MP_CAPABLE in the peer's SYN/ACK has a wrong length or unknown flags"),
    /** The peer's SYN/ACK named another version than our SYN; when we speak it, the next connection asks for it. */
    OTHER_VERSION_IN_SYN_ACK(
            Stage.SYN_ACK,
            Counter.FALLBACK_OTHER_VERSION_IN_SYN_ACK,
            "the peer answered with another version of MPTCP than it was asked for"),
    /** The peer's third ACK had no MP_CAPABLE, nor octets that are mapped. */
    NO_MP_CAPABLE_IN_ACK(
            Stage.THIRD_ACK, Counter.FALLBACK_NO_MP_CAPABLE_IN_ACK, "the peer's third ACK had no MP_CAPABLE"),
    /** The peer's third ACK had keys that are not those of the handshake. */
    WRONG_KEYS_IN_ACK(
            Stage.THIRD_ACK,
            Counter.FALLBACK_WRONG_KEYS_IN_ACK,
            "the MP_CAPABLE in the peer's third ACK does not hold the keys of the handshake"),
    /** The first octets came without a mapping. */
    DATA_WITHOUT_MAPPING(
            Stage.FIRST_DATA, Counter.FALLBACK_DATA_WITHOUT_MAPPING, "the peer's first octets came without a mapping"),
    /** A FIN came before any sign of MPTCP. */
    FIN_WITHOUT_MPTCP(
            Stage.FIRST_DATA, Counter.FALLBACK_FIN_WITHOUT_MPTCP, "the peer's FIN came before any DSS option"),
    /** Octets were acknowledged without a DATA_ACK. */
    ACK_WITHOUT_DATA_ACK(
            Stage.FIRST_DATA,
            Counter.FALLBACK_ACK_WITHOUT_DATA_ACK,
            "our first octets were acknowledged without a DATA_ACK"),
    /** The peer declared an infinite mapping. */
    INFINITE_MAPPING(Stage.LATER, Counter.FALLBACK_INFINITE_MAPPING, "the peer declared an infinite mapping"),
    /** Octets were altered on the only subflow, as a checksum showed at one of the ends. */
    CHECKSUM_FAILED(Stage.LATER, Counter.FALLBACK_CHECKSUM_FAILED, "octets were altered on the only subflow");

    /** When it is settled that a connection is plain TCP. */
    public enum Stage {
        /** Never: it is MPTCP. */
        NONE,
        /** Before the SYN. */
        BEFORE,
        /** By the SYN. */
        SYN,
        /** By the SYN/ACK. */
        SYN_ACK,
        /** By the third ACK. */
        THIRD_ACK,
        /** By the first octets of either end, or their acknowledgment. */
        FIRST_DATA,
        /** After MPTCP had been in use. */
        LATER
    }

    private final Stage stage;
    private final Counter counter;
    private final String words;

    FallbackReason(Stage stage, String words) {
        this(stage, null, words);
    }

    FallbackReason(Stage stage, Counter counter, String words) {
        this.stage = stage;
        this.counter = counter;
        this.words = words;
    }

    /** The stage at which it was settled. */
    public Stage stage() {
        return stage;
    }

    /** What counts it; empty when it is no fallback. */
    public Optional<Counter> counter() {
        return Optional.ofNullable(counter);
    }

    /** The reason in words. */
    public String words() {
        return words;
    }
}
