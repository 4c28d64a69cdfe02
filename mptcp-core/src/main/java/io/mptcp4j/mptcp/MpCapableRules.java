package io.mptcp4j.mptcp;

import io.mptcp4j.wire.TcpOptions;
import io.mptcp4j.wire.mptcp.MpCapable;
import io.mptcp4j.wire.mptcp.MptcpOption;
import io.mptcp4j.wire.mptcp.MptcpSubtype;
import java.util.Set;

/** What an MP_CAPABLE must be like to be believed (RFC 8684 3.1, RFC 6824 3.1). */
final class MpCapableRules {
    private MpCapableRules() {}

    /**
     * What a SYN asks for, as far as a listener may give it.
     *
     * @param version the version to answer with; null when it is plain TCP
     * @param reason why it is plain TCP; null when it is not
     * @param key the initiator's key, which version 0 has in the SYN
     */
    record Request(MptcpVersion version, FallbackReason reason, long key) {
        private static Request refused(FallbackReason reason) {
            return new Request(null, reason, 0);
        }
    }

    /** Judges a SYN by the versions that the listener speaks. */
    static Request judgeSyn(TcpOptions options, Set<MptcpVersion> versions) {
        MpCapable view = new MpCapable();
        if (!isPresent(options)) {
            return Request.refused(FallbackReason.NO_MP_CAPABLE_IN_SYN);
        }
        if (!find(options, view) || !isUsable(view) || view.length() != synLength(view.version())) {
            return Request.refused(FallbackReason.UNUSABLE_MP_CAPABLE_IN_SYN);
        }
        // RFC 8684 3.1: answered with the highest version that is not above the one asked for. A SYN of version 1 has
        // no key, without which a listener of version 0 can do nothing but ignore the option.
        MptcpVersion version = view.version() == MptcpOption.VERSION_0 ? MptcpVersion.V0 : MptcpVersion.V1;
        if (!versions.contains(version)) {
            return Request.refused(FallbackReason.OTHER_VERSION_IN_SYN);
        }
        return new Request(version, null, view.hasSenderKey() ? view.senderKey() : 0);
    }

    /**
     * Judges a SYN/ACK that answers our SYN of a version.
     *
     * @param view shows the option when the answer is null
     * @return null when it accepts, else why not
     */
    static FallbackReason judgeSynAck(TcpOptions options, MptcpVersion version, MpCapable view) {
        if (!isPresent(options)) {
            return FallbackReason.NO_MP_CAPABLE_IN_SYN_ACK;
        }
        if (!find(options, view) || view.length() != MpCapable.LENGTH_KEY || !isUsable(view)) {
            return FallbackReason.UNUSABLE_MP_CAPABLE_IN_SYN_ACK;
        }
        if (view.version() != version.number()) {
            // RFC 8684 3.1: a lower version is the responder's to choose; but version 0 wants our key in the SYN.
            return FallbackReason.OTHER_VERSION_IN_SYN_ACK;
        }
        return null;
    }

    private static int synLength(int version) {
        return version == MptcpOption.VERSION_0 ? MpCapable.LENGTH_KEY : MpCapable.LENGTH_SYN;
    }

    private static boolean isUsable(MpCapable view) {
        // RFC 8684 3.1: ignored when B is set, or when no crypto algorithm is named that we know.
        return !view.isExtensible() && view.isHmacSha256();
    }

    /** RFC 8684 3.1: flag A of the option that leaves, when either end has asked for checksums so far. */
    static int checksumFlag(MptcpConnection connection) {
        return connection.usesChecksums() ? MpCapable.FLAG_CHECKSUM_REQUIRED : 0;
    }

    /** RFC 8684 3.1: if either end requires checksums, both MUST use them. */
    static void noteChecksums(MptcpConnection connection, MpCapable view) {
        if (view.isChecksumRequired()) {
            connection.data().useChecksums();
        }
    }

    /** Whether there is an MP_CAPABLE, of whatever length. */
    static boolean isPresent(TcpOptions options) {
        return indexOf(options) >= 0;
    }

    /** Looks at the MP_CAPABLE; false when there is none, or none of a length that exists. */
    static boolean find(TcpOptions options, MpCapable view) {
        int i = indexOf(options);
        return i >= 0 && view.wrap(options.buffer(), options.mptcpIndex(i), options.mptcpLength(i));
    }

    private static int indexOf(TcpOptions options) {
        for (int i = 0; i < options.mptcpCount(); i++) {
            if (options.mptcpSubtype(i) == MptcpSubtype.MP_CAPABLE) {
                return i;
            }
        }
        return -1;
    }
}
