package io.mptcp4j.metric;

import java.util.Optional;

/**
 * What the stack counts besides drops. Where the Linux kernel counts the same, {@link #kernelName()} is the name that
 * {@code nstat} shows.
 */
public enum Counter {
    // ---- packets and TCP

    /** Packets taken from devices; a super-segment counts once. */
    PACKETS_IN(null),
    /** Packets handed to devices; a super-segment counts once. */
    PACKETS_OUT(null),
    /** TCP segments retransmitted. */
    SEGMENTS_RETRANSMITTED("TcpRetransSegs"),
    /** SYNs sent again; SYN/ACKs do not count, which Linux counts with them. */
    SYNS_REPEATED(null),
    /** Retransmission timeouts. */
    RETRANSMISSION_TIMEOUTS("TcpExtTCPTimeouts"),
    /** Fast recoveries entered. */
    FAST_RECOVERIES(null),
    /** Tail loss probes sent (RFC 8985 7). */
    LOSS_PROBES("TcpExtTCPLossProbes"),
    /** Losses that a tail loss probe has repaired (RFC 8985 7.4.2). */
    LOSS_PROBE_RECOVERIES("TcpExtTCPLossProbeRecovery"),
    /** D-SACK blocks sent, of octets before the acknowledgment number (RFC 2883). */
    DUPLICATES_REPORTED_OLD("TcpExtTCPDSACKOldSent"),
    /** D-SACK blocks sent, of octets received out of order (RFC 2883). */
    DUPLICATES_REPORTED_OUT_OF_ORDER("TcpExtTCPDSACKOfoSent"),
    /** D-SACK blocks received (RFC 2883). */
    DUPLICATE_REPORTS_IN("TcpExtTCPDSACKRecv"),
    /** Retransmission timeouts that acknowledgments have shown to be needless (RFC 5682), and that were taken back. */
    SPURIOUS_TIMEOUTS("TcpExtTCPSpuriousRTOs"),
    /** Recoveries taken back because the peer had received all retransmissions twice (RFC 3708). */
    UNDONE_BY_DUPLICATES("TcpExtTCPDSACKUndo"),
    /** Recoveries taken back because timestamps told that nothing had been lost (RFC 3522). */
    UNDONE_BY_TIMESTAMPS(null),
    /** RSTs sent. */
    RESETS_OUT("TcpOutRsts"),
    /** RSTs accepted. */
    RESETS_IN(null),
    /** Challenge ACKs sent (RFC 5961). */
    CHALLENGE_ACKS("TcpExtTCPChallengeACK"),
    /** TCP packets that came without an ECN codepoint (RFC 3168 5). */
    PACKETS_IN_NOT_ECT("IpExtInNoECTPkts"),
    /** TCP packets that came with ECT(1). */
    PACKETS_IN_ECT_1("IpExtInECT1Pkts"),
    /** TCP packets that came with ECT(0). */
    PACKETS_IN_ECT_0("IpExtInECT0Pkts"),
    /** TCP packets that a router has marked. */
    PACKETS_IN_CE("IpExtInCEPkts"),
    /** Connections and subflows whose ends agreed on ECN (RFC 3168 6.1.1). */
    ECN_CONNECTIONS(null),
    /** Congestion windows reduced because the peer had got a marked packet (RFC 3168 6.1.2). */
    ECN_REDUCTIONS(null),
    /** Segments acknowledged with ECE. */
    DELIVERED_CE("TcpExtTCPDeliveredCE"),
    /** Reports of routers that a packet of ours was too big, believed (RFC 1191, RFC 8201). */
    PATH_MTU_REPORTS(null),
    /** Black holes found: full-sized packets vanished without a report (RFC 8899 4.3). */
    PATH_MTU_BLACK_HOLES(null),
    /** Probes for a larger path MTU that arrived. */
    PATH_MTU_PROBES_DELIVERED("TcpExtTCPMTUPSuccess"),
    /** Probes for a larger path MTU that were lost. */
    PATH_MTU_PROBES_LOST("TcpExtTCPMTUPFail"),
    /** ICMP errors that quoted a sequence number which was not in flight (RFC 5927 4.1); ignored. */
    OUT_OF_WINDOW_ICMPS("TcpExtOutOfWindowIcmps"),
    /** Connections opened actively; subflows that join count as joins. */
    ACTIVE_OPENS("TcpActiveOpens"),
    /** Connections opened passively; subflows that join count as joins. */
    PASSIVE_OPENS("TcpPassiveOpens"),
    /** SYNs that were not answered, or third ACKs not heard, because the accept queue was full. */
    LISTEN_OVERFLOWS("TcpExtListenOverflows"),
    /** SYNs to listeners that were dropped. */
    LISTEN_DROPS("TcpExtListenDrops"),
    /** SYNs that were not answered, and SYN cookies that were not taken, because memory was short. */
    MEMORY_SHORT_DROPS(null),
    /** Connections that were not opened because memory was nearly used up. */
    MEMORY_SHORT_REFUSALS(null),
    /** Times in which memory was short. */
    MEMORY_SHORTAGES("TcpExtTCPMemoryPressures"),
    /** Segments in order for which there was no memory. */
    RECEIVE_QUEUE_DROPS("TcpExtTCPRcvQDrop"),
    /** Segments out of order for which there was no memory. */
    OUT_OF_ORDER_DROPS("TcpExtTCPOFODrop"),
    /** Times in which a connection of plain TCP gave back what it held out of order, for memory was short. */
    OUT_OF_ORDER_PRUNED("TcpExtOfoPruned"),
    /** Segments in order that found no memory though what was held out of order had been given back. */
    RECEIVE_PRUNED("TcpExtRcvPruned"),
    /** SYNs that found the backlog full, and were answered by a SYN cookie (RFC 4987 3.6). */
    BACKLOG_FULL_COOKIES("TcpExtTCPReqQFullDoCookies"),
    /** SYNs that found the backlog full, and were dropped. */
    BACKLOG_FULL_DROPS("TcpExtTCPReqQFullDrop"),
    /** Fast Open cookies that peers asked for. */
    FAST_OPEN_COOKIES_ASKED("TcpExtTCPFastOpenCookieReqd"),
    /** SYNs with octets that were taken (RFC 7413). */
    FAST_OPEN_PASSIVE("TcpExtTCPFastOpenPassive"),
    /** SYNs with a Fast Open cookie that was forged or too old. */
    FAST_OPEN_PASSIVE_FAILED("TcpExtTCPFastOpenPassiveFail"),
    /** SYNs whose octets were not taken, for too many connections of the listener wait for their third ACK. */
    FAST_OPEN_LISTEN_OVERFLOWS("TcpExtTCPFastOpenListenOverflow"),
    /** Our SYNs with octets of which the peer took some (RFC 7413). */
    FAST_OPEN_ACTIVE("TcpExtTCPFastOpenActive"),
    /** Our SYNs with octets of which the peer took none. */
    FAST_OPEN_ACTIVE_FAILED("TcpExtTCPFastOpenActiveFail"),
    /** Pauses in which SYNs to a destination go without Fast Open, which got no answer there (RFC 7413 4.1.3.1). */
    FAST_OPEN_PAUSES("TcpExtTCPFastOpenBlackhole"),
    /** SYN cookies sent. */
    SYN_COOKIES_SENT("TcpExtSyncookiesSent"),
    /** Segments with a genuine SYN cookie. */
    SYN_COOKIES_RECEIVED("TcpExtSyncookiesRecv"),
    /** Segments whose SYN cookie was forged or too old. */
    SYN_COOKIES_FAILED("TcpExtSyncookiesFailed"),

    // ---- MPTCP: connections (RFC 8684 3.1, 3.7)

    /** SYNs with MP_CAPABLE received by listeners. */
    MP_CAPABLE_SYN_RX("MPTcpExtMPCapableSYNRX"),
    /** Connections that were opened by a SYN with MP_CAPABLE. */
    MP_CAPABLE_SYN_TX("MPTcpExtMPCapableSYNTX"),
    /** SYN/ACKs with MP_CAPABLE received. */
    MP_CAPABLE_SYN_ACK_RX("MPTcpExtMPCapableSYNACKRX"),
    /** Third ACKs with MP_CAPABLE received. */
    MP_CAPABLE_ACK_RX("MPTcpExtMPCapableACKRX"),
    /** Connections that became MPTCP. */
    MPTCP_ESTABLISHED(null),
    /** Connections that are MPTCP now. */
    MPTCP_CURRENTLY_ESTABLISHED("MPTcpExtMPCurrEstab"),
    /** Connections that asked for MPTCP and went on as plain TCP. */
    MPTCP_FALLBACKS(null),

    /** Connections that were not to go on as plain TCP, and ended. */
    FALLBACKS_REFUSED(null),
    /** Subflows that came to where RFC 8684 3.7 has them fall back, and were reset because it was too late for that. */
    FALLBACKS_FAILED("MPTcpExtFallbackFailed"),
    /** Destinations found to answer SYNs only when they have no MP_CAPABLE. */
    BLACKHOLES("MPTcpExtBlackhole"),
    /** Fallbacks before the SYN: the destination swallowed SYNs with MP_CAPABLE a short while ago. */
    FALLBACK_SWALLOWED_BEFORE("MPTcpExtMPCapableSYNTXDisabled"),
    /** Fallbacks: SYNs with MP_CAPABLE were not answered. */
    FALLBACK_SYN_LOST("MPTcpExtMPCapableSYNTXDrop"),
    /** Fallbacks: both ends opened at once. */
    FALLBACK_SIMULTANEOUS_OPEN("MPTcpExtSimultConnectFallback"),
    /** Fallbacks: a SYN without MP_CAPABLE. */
    FALLBACK_NO_MP_CAPABLE_IN_SYN(null),
    /** Fallbacks: a SYN whose MP_CAPABLE is of no use. */
    FALLBACK_UNUSABLE_MP_CAPABLE_IN_SYN(null),
    /** Fallbacks: a SYN that asks for a version that is not spoken here. */
    FALLBACK_OTHER_VERSION_IN_SYN(null),
    /** Fallbacks: a SYN/ACK without MP_CAPABLE. */
    FALLBACK_NO_MP_CAPABLE_IN_SYN_ACK("MPTcpExtMPCapableFallbackSYNACK"),
    /** Fallbacks: a SYN/ACK whose MP_CAPABLE is of no use. */
    FALLBACK_UNUSABLE_MP_CAPABLE_IN_SYN_ACK("MPTcpExtMPCapableFallbackSYNACK"),
    /** Fallbacks: a SYN/ACK that names another version. */
    FALLBACK_OTHER_VERSION_IN_SYN_ACK("MPTcpExtMPCapableFallbackSYNACK"),
    /** Fallbacks: a third ACK without MP_CAPABLE. */
    FALLBACK_NO_MP_CAPABLE_IN_ACK("MPTcpExtMPCapableFallbackACK"),
    /** Fallbacks: a third ACK with wrong keys. */
    FALLBACK_WRONG_KEYS_IN_ACK("MPTcpExtMPCapableFallbackACK"),
    /** Fallbacks: first octets without a mapping. */
    FALLBACK_DATA_WITHOUT_MAPPING("MPTcpExtMPCapableDataFallback"),
    /** Fallbacks: a FIN before any sign of MPTCP. */
    FALLBACK_FIN_WITHOUT_MPTCP("MPTcpExtMPCapableDataFallback"),
    /** Fallbacks: octets acknowledged without a DATA_ACK. */
    FALLBACK_ACK_WITHOUT_DATA_ACK("MPTcpExtDssFallback"),
    /** Fallbacks: the peer's infinite mapping. */
    FALLBACK_INFINITE_MAPPING(null),
    /** Fallbacks: octets altered on the only subflow. */
    FALLBACK_CHECKSUM_FAILED(null),

    // ---- MPTCP: joins (RFC 8684 3.2)

    /** SYNs with MP_JOIN sent, one a subflow. */
    JOIN_SYN_TX("MPTcpExtMPJoinSynTx"),
    /** Joins that could not be begun: no route, no port, a limit. */
    JOIN_SYN_TX_REFUSED("MPTcpExtMPJoinSynTxConnectErr"),
    /** SYNs with MP_JOIN received. */
    JOIN_SYN_RX("MPTcpExtMPJoinSynRx"),
    /** SYNs with MP_JOIN received on another port than the first subflow's. */
    JOIN_PORT_SYN_RX("MPTcpExtMPJoinPortSynRx"),
    /** SYNs with MP_JOIN and flag B received. */
    JOIN_SYN_BACKUP_RX("MPTcpExtMPJoinSynBackupRx"),
    /** SYNs with MP_JOIN that named no connection. */
    JOIN_NO_TOKEN("MPTcpExtMPJoinNoTokenFound"),
    /** Joins that named a connection, and were refused by its limits or state. */
    JOIN_REJECTED("MPTcpExtMPJoinRejected"),
    /** SYN/ACKs with MP_JOIN received. */
    JOIN_SYN_ACK_RX("MPTcpExtMPJoinSynAckRx"),
    /** SYN/ACKs with MP_JOIN received from another port than the first subflow's. */
    JOIN_PORT_SYN_ACK_RX("MPTcpExtMPJoinPortSynAckRx"),
    /** SYN/ACKs with MP_JOIN and flag B received. */
    JOIN_SYN_ACK_BACKUP_RX("MPTcpExtMPJoinSynAckBackupRx"),
    /** SYN/ACKs with MP_JOIN whose HMAC was wrong. */
    JOIN_SYN_ACK_HMAC_FAILURES("MPTcpExtMPJoinSynAckHMacFailure"),
    /** Third ACKs with a right MP_JOIN received. */
    JOIN_ACK_RX("MPTcpExtMPJoinAckRx"),
    /** Those of them that came to another port than the first subflow's. */
    JOIN_PORT_ACK_RX("MPTcpExtMPJoinPortAckRx"),
    /** Third ACKs with MP_JOIN whose HMAC was wrong. */
    JOIN_ACK_HMAC_FAILURES("MPTcpExtMPJoinAckHMacFailure"),
    /** MP_JOIN handshakes completed, either role. */
    JOINS_ESTABLISHED(null),
    /** MP_JOIN handshakes refused or failed, either role. */
    JOINS_FAILED(null),
    /** Joins of connections of other servers of the group, whose 4-tuple is relayed from then on. */
    JOINS_RELAYED(null),
    /** 4-tuples no longer relayed, to make room for others. */
    RELAYS_EVICTED(null),
    /** Packets handed to other servers of the group. */
    PACKETS_RELAYED(null),
    /** Packets that other servers of the group have handed to this one. */
    RELAYED_PACKETS_IN(null),

    // ---- MPTCP: data (RFC 8684 3.3)

    /** Units of the stream that were sent again on another subflow. */
    REINJECTED_UNITS("MPTcpExtMPTCPRetrans"),
    /** Octets of the stream that were sent again on another subflow. */
    REINJECTED_OCTETS(null),
    /** Octets that a quicker subflow carried too, because a slower one with them held up the connection. */
    OPPORTUNISTIC_OCTETS(null),
    /** Congestion windows halved because their subflow held up the connection. */
    SUBFLOW_PENALTIES(null),
    /** Octets that a subflow carried after another, as a redundant scheduler wants it. */
    COPIED_OCTETS(null),
    /** Subflows that got no answer while others did. */
    SUBFLOWS_STALE("MPTcpExtSubflowStale"),
    /** Stale subflows that got an answer. */
    SUBFLOWS_RECOVERED("MPTcpExtSubflowRecover"),
    /** Wrong answers of schedulers. */
    SCHEDULER_FAULTS(null),
    /** Congestion controls of an application that threw, or made nothing, for a connection or a subflow. */
    CONGESTION_FAULTS(null),
    /** Segments of which something had come before, mostly on another subflow. */
    DUPLICATE_DATA("MPTcpExtDuplicateData"),
    /** Octets received twice at data level. */
    DUPLICATE_DATA_OCTETS(null),
    /** Segments whose octets wait for others before them in the stream, mostly on another subflow. */
    OUT_OF_ORDER_DATA("MPTcpExtOFOQueue"),
    /** Mappings that contradict what the subflow was told before. */
    CONFLICTING_MAPPINGS("MPTcpExtDSSNotMatching"),
    /** Mappings whose checksum was wrong. */
    DATA_CHECKSUM_ERRORS("MPTcpExtDataCsumErr"),
    /** Infinite mappings sent, one a connection. */
    INFINITE_MAPPING_TX("MPTcpExtInfiniteMapTx"),
    /** Infinite mappings received, one a connection. */
    INFINITE_MAPPING_RX("MPTcpExtInfiniteMapRx"),
    /** Zero window probes sent. */
    WINDOW_PROBES("MPTcpExtWinProbe"),

    // ---- MPTCP: signals (RFC 8684 3.3.8, 3.4, 3.5, 3.6)

    /** Genuine ADD_ADDRs received; echoes are not counted. */
    ADD_ADDR_RX("MPTcpExtAddAddr"),
    /** ADD_ADDRs with a port received. */
    ADD_ADDR_PORT_RX("MPTcpExtPortAdd"),
    /** ADD_ADDRs received that were not remembered. */
    ADD_ADDR_DROPPED("MPTcpExtAddAddrDrop"),
    /** ADD_ADDRs sent, repetitions included. */
    ADD_ADDR_TX("MPTcpExtAddAddrTx"),
    /** ADD_ADDRs that could not be sent. */
    ADD_ADDR_TX_DROPPED("MPTcpExtAddAddrTxDrop"),
    /** Echoes of ADD_ADDR received. */
    ECHO_ADD_RX("MPTcpExtEchoAdd"),
    /** Echoes of ADD_ADDR sent. */
    ECHO_ADD_TX("MPTcpExtEchoAddTx"),
    /** Echoes of ADD_ADDR that could not be sent. */
    ECHO_ADD_TX_DROPPED("MPTcpExtEchoAddTxDrop"),
    /** REMOVE_ADDRs received. */
    REMOVE_ADDR_RX("MPTcpExtRmAddr"),
    /** REMOVE_ADDRs sent. */
    REMOVE_ADDR_TX("MPTcpExtRmAddrTx"),
    /** REMOVE_ADDRs that could not be sent. */
    REMOVE_ADDR_TX_DROPPED("MPTcpExtRmAddrTxDrop"),
    /** Subflows closed because an address was removed, by either end. */
    REMOVED_SUBFLOWS("MPTcpExtRmSubflow"),
    /** MP_PRIOs received. */
    PRIO_RX("MPTcpExtMPPrioRx"),
    /** MP_PRIOs sent. */
    PRIO_TX("MPTcpExtMPPrioTx"),
    /** MP_FASTCLOSEs received. */
    FASTCLOSE_RX("MPTcpExtMPFastcloseRx"),
    /** MP_FASTCLOSEs sent. */
    FASTCLOSE_TX("MPTcpExtMPFastcloseTx"),
    /** MP_TCPRSTs received. */
    TCPRST_RX("MPTcpExtMPRstRx"),
    /** MP_TCPRSTs sent. */
    TCPRST_TX("MPTcpExtMPRstTx"),
    /** MP_FAILs sent. */
    FAIL_TX("MPTcpExtMPFailTx"),
    /** MP_FAILs received. */
    FAIL_RX("MPTcpExtMPFailRx"),
    /** Subflows reset by us. */
    SUBFLOWS_RESET(null),
    /** Path managers that could not be made, or threw and were put out of action; a defect of whoever wrote them. */
    PATH_MANAGERS_FAILED(null),

    // ---- those who watch

    /** Events that listeners were too slow to take. */
    EVENTS_LOST(null);

    private final String kernelName;

    Counter(String kernelName) {
        this.kernelName = kernelName;
    }

    /** The name under which {@code nstat} shows what the Linux kernel counts of this kind. */
    public Optional<String> kernelName() {
        return Optional.ofNullable(kernelName);
    }
}
