package io.mptcp4j.metric;

/** Why a packet, or a part of one, was not used. Bad packets are normal: they are counted here and nothing else happens. */
public enum DropReason {
    /** Shorter than its headers say. */
    TRUNCATED,
    /** Neither IPv4 nor IPv6. */
    NOT_IP,
    /** A header length or total length that cannot be. */
    BAD_IP_HEADER,
    /** The IPv4 header checksum is wrong. */
    BAD_IP_CHECKSUM,
    /** An IP fragment; this stack does not reassemble. */
    FRAGMENT,
    /** An IPv6 extension header chain that is malformed or too long. */
    BAD_EXTENSION_HEADER,
    /** Neither TCP nor ICMP. */
    UNKNOWN_PROTOCOL,
    /** Addressed to none of this stack's addresses. */
    NOT_FOR_US,
    /** A source address that no host can have (multicast, broadcast, unspecified, or our own). */
    BAD_SOURCE,
    /** A TCP header length that cannot be. */
    BAD_TCP_HEADER,
    /** The TCP checksum is wrong. */
    BAD_TCP_CHECKSUM,
    /** TCP options whose lengths do not add up. */
    BAD_TCP_OPTIONS,
    /** An ICMP message that is malformed, or quotes nothing of ours. */
    BAD_ICMP,
    /** An MPTCP option of a wrong length or with impossible fields. */
    BAD_MPTCP_OPTION,
    /** No connection and no listener has this port. */
    NO_LISTENER,
    /** The listener's backlog is full. */
    BACKLOG_FULL,
    /** A limit on connections, subflows or memory is reached. */
    LIMIT_REACHED,
    /** Outside the receive window (RFC 9293 3.10.7.4, first step). */
    OUT_OF_WINDOW,
    /** An old timestamp (RFC 7323 5.3, PAWS). */
    PAWS,
    /** An acknowledgment of octets never sent, or too old (RFC 5961 5). */
    BAD_ACKNOWLEDGMENT,
    /** A RST that fails RFC 5961 3. */
    BAD_RESET,
    /** A SYN inside an established connection (RFC 5961 4). */
    BAD_SYN,
    /** No ACK bit where one is needed. */
    NO_ACKNOWLEDGMENT,
    /** No room: window, hold or range table is full. */
    NO_ROOM,
    /** A retransmission of octets already received. */
    DUPLICATE,
    /** The handshake step's MPTCP option is missing or its HMAC wrong. */
    BAD_HANDSHAKE,
    /** An MP_JOIN for a token that this stack does not know. */
    UNKNOWN_TOKEN,
    /** A challenge ACK or RST withheld by a rate limit. */
    RATE_LIMITED,
    /** The device did not take the packet. */
    DEVICE_FULL,
    /** No route to the destination. */
    NO_ROUTE,
    /** The connection is closed. */
    CLOSED
}
