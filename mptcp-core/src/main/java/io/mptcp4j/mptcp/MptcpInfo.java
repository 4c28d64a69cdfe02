package io.mptcp4j.mptcp;

/**
 * What was known about the data level of a connection at one moment: what {@code MPTCP_INFO} tells of the kernel's, beside
 * what the connection's own record has. Tokens and data sequence numbers are 0 before the keys are known, and for plain TCP.
 * Times since something are -1 when it has never happened.
 *
 * @param version the version that is spoken, or was asked for; null when none ever was
 * @param checksums whether mappings have checksums (RFC 8684 3.3)
 * @param localToken our token, by which the peer names the connection when it joins (RFC 8684 3.2)
 * @param remoteKeyReceived whether the peer's key is known
 * @param remoteToken the peer's; 0 before its key is known
 * @param writeSequence the data sequence number of the octet that the application writes next; a DATA_FIN that was sent takes one
 *     (RFC 8684 3.3.3)
 * @param sendNext the data sequence number of the octet that is sent next for the first time (RFC 8684 3.3)
 * @param sendUnacknowledged the first data sequence number that the peer has not acknowledged
 * @param receiveNext the data sequence number that we expect
 * @param subflowsEver how many subflows there have been, those that did not come to be included
 * @param maxSubflows how many there may be at the same time
 * @param addressesAccepted addresses of the peer to which subflows may be opened, its first one included unless flag C
 *     forbids that
 * @param maxAddressesAccepted how many of them are remembered at most
 * @param addressesAnnounced addresses, and ports of them, that the peer was told by ADD_ADDR and that were not taken back
 * @param maxAddressesAnnounced how many addresses and ports the peer may come to know
 * @param localAddresses addresses of ours that subflows may be opened from
 * @param localAddressesUsed addresses of ours that there are subflows from
 * @param joinsToInitialAddress whether the peer lets subflows be opened to its first address (RFC 8684 3.1, flag C)
 * @param octetsSent octets of the stream that were sent, each counted once
 * @param reinjectedUnits how often a piece of the stream went again on another subflow
 * @param reinjectedOctets its octets
 * @param duplicateOctets octets that arrived more than once
 * @param outOfOrderOctets octets that wait for others before them
 * @param sendBuffer octets that may be written and not acknowledged, as it has grown
 * @param receiveBuffer octets that may be received and not read, as it has grown
 * @param sinceDataSentNanos time since octets were last sent on any subflow
 * @param sinceDataReceivedNanos time since octets last arrived on any subflow
 * @param sinceAckReceivedNanos time since the peer last acknowledged at data level
 */
public record MptcpInfo(
        MptcpVersion version,
        boolean checksums,
        int localToken,
        boolean remoteKeyReceived,
        int remoteToken,
        long writeSequence,
        long sendNext,
        long sendUnacknowledged,
        long receiveNext,
        int subflowsEver,
        int maxSubflows,
        int addressesAccepted,
        int maxAddressesAccepted,
        int addressesAnnounced,
        int maxAddressesAnnounced,
        int localAddresses,
        int localAddressesUsed,
        boolean joinsToInitialAddress,
        long octetsSent,
        long reinjectedUnits,
        long reinjectedOctets,
        long duplicateOctets,
        long outOfOrderOctets,
        int sendBuffer,
        int receiveBuffer,
        long sinceDataSentNanos,
        long sinceDataReceivedNanos,
        long sinceAckReceivedNanos) {

    /** Takes down what is known now. */
    static MptcpInfo of(MptcpConnection connection, long nowNanos) {
        DataLevel data = connection.data();
        ConnectionKeys keys = connection.keys();
        DataActivity activity = connection.activity();
        boolean complete = keys != null && keys.isComplete();
        int finPlaced = data.isFinPlaced() ? 1 : 0;
        int finAcknowledged = data.isFinAcknowledged() ? 1 : 0;
        return new MptcpInfo(
                connection.version(),
                connection.usesChecksums(),
                keys == null ? 0 : keys.localToken(),
                complete,
                complete ? keys.remoteToken() : 0,
                complete ? data.dsn(connection.sendStream().written()) + finPlaced : 0,
                complete ? data.dsn(data.sndNxt()) + finPlaced : 0,
                complete ? data.dsn(data.sndUna()) + finAcknowledged : 0,
                complete ? connection.dataAck() : 0,
                connection.subflowList().named(),
                connection.settings().maxSubflows(),
                connection.signals().remoteAddressCount(),
                AddressSignals.MAXIMUM_REMOTE_ADDRESSES,
                connection.paths().announcedCount(),
                LocalAddressIds.MAXIMUM_KNOWN,
                connection.host().localAddressCount(),
                connection.subflowList().localAddressCount(),
                complete && !connection.agreement().isJoinForbidden(),
                data.sndNxt(),
                data.reinjectedUnits(),
                data.reinjectedOctets(),
                connection.receiveStream().duplicateOctets(),
                connection.receiveStream().outOfOrderOctets(),
                connection.sendStream().capacity(),
                connection.receiveStream().capacity(),
                activity.sinceSent(nowNanos),
                activity.sinceReceived(nowNanos),
                activity.sinceAcknowledged(nowNanos));
    }
}
