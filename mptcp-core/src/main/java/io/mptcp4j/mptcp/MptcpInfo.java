package io.mptcp4j.mptcp;

/**
 * What was known about the MPTCP of a connection at one moment: what {@code MPTCP_INFO} tells of the kernel's. All 0 for a
 * connection that has never asked for MPTCP.
 *
 * @param version the version that is spoken, or was asked for; null when none ever was
 * @param checksums whether mappings have checksums (RFC 8684 3.3)
 * @param localToken our token, by which the peer names the connection when it joins (RFC 8684 3.2)
 * @param remoteToken the peer's; 0 before its key is known
 * @param writeSequence the data sequence number of the octet that is sent next (RFC 8684 3.3)
 * @param sendUnacknowledged the first data sequence number that the peer has not acknowledged
 * @param receiveNext the data sequence number that we expect
 * @param subflowsEver how many subflows there have been, those that did not come to be included
 * @param maxSubflows how many there may be at the same time
 * @param addressesAccepted addresses of the peer to which subflows may be opened, its first one included
 * @param maxAddressesAccepted how many of them are remembered at most
 * @param joinsToInitialAddress whether the peer lets subflows be opened to its first address (RFC 8684 3.1, flag C)
 * @param reinjectedUnits how often a piece of the stream went again on another subflow
 * @param reinjectedOctets its octets
 * @param duplicateOctets octets that arrived more than once
 * @param outOfOrderOctets octets that wait for others before them
 */
public record MptcpInfo(
        MptcpVersion version,
        boolean checksums,
        int localToken,
        int remoteToken,
        long writeSequence,
        long sendUnacknowledged,
        long receiveNext,
        int subflowsEver,
        int maxSubflows,
        int addressesAccepted,
        int maxAddressesAccepted,
        boolean joinsToInitialAddress,
        long reinjectedUnits,
        long reinjectedOctets,
        long duplicateOctets,
        long outOfOrderOctets) {

    /** Takes down what is known now. */
    static MptcpInfo of(MptcpConnection connection) {
        DataLevel data = connection.data();
        ConnectionKeys keys = connection.keys();
        boolean complete = keys != null && keys.isComplete();
        return new MptcpInfo(
                connection.version(),
                connection.usesChecksums(),
                keys == null ? 0 : keys.localToken(),
                complete ? keys.remoteToken() : 0,
                complete ? data.dsn(data.sndNxt()) : 0,
                complete ? data.dsn(data.sndUna()) : 0,
                complete ? connection.dataAck() : 0,
                connection.subflowList().named(),
                connection.settings().maxSubflows(),
                connection.signals().remoteAddressCount(),
                AddressSignals.MAXIMUM_REMOTE_ADDRESSES,
                complete && !connection.agreement().isJoinForbidden(),
                data.reinjectedUnits(),
                data.reinjectedOctets(),
                connection.receiveStream().duplicateOctets(),
                connection.receiveStream().outOfOrderOctets());
    }
}
