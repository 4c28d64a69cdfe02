package io.mptcp4j.wire;

import io.netty.buffer.ByteBuf;

/** Walks the extension headers of one IPv6 packet (RFC 8200 4), a bounded number of them. */
final class Ipv6Extensions {
    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int FRAGMENT = 44;
    private static final int AUTHENTICATION = 51;
    private static final int DESTINATION_OPTIONS = 60;
    private static final int MOBILITY = 135;
    private static final int HIP = 139;
    private static final int SHIM6 = 140;

    private static final int MAXIMUM_HEADERS = 8;
    private static final int UNIT = 8;
    private static final int PAD1 = 0;
    private static final int ROUTING_SEGMENTS_LEFT = 3;
    private static final int FRAGMENT_OFFSET_UNITS = 0xfff8;
    private static final int FRAGMENT_MORE = 1;

    private int protocol;
    private int transportIndex;
    private int fragmentOffset;
    private boolean fragment;

    /**
     * Walks from the first header to the transport.
     *
     * @param first the IPv6 header's next header field
     * @param index where that header begins
     * @param end where the packet ends
     * @return false when a header is cut, or asks that a host that does not know it drop the packet
     */
    boolean skip(ByteBuf buffer, int first, int index, int end) {
        protocol = first;
        transportIndex = index;
        fragment = false;
        fragmentOffset = 0;
        for (int headers = 0; isExtension(protocol); headers++) {
            // RFC 8200 4.1: hop-by-hop options stand first or not at all.
            if (headers == MAXIMUM_HEADERS || protocol == HOP_BY_HOP && headers > 0 || end - transportIndex < UNIT) {
                return false;
            }
            int length = length(buffer);
            if (length > end - transportIndex || !isAcceptable(buffer, length)) {
                return false;
            }
            if (protocol == FRAGMENT && noteFragment(buffer)) {
                protocol = buffer.getUnsignedByte(transportIndex);
                transportIndex += length;
                // RFC 8200 4.5: what follows in a later fragment is no header.
                return true;
            }
            protocol = buffer.getUnsignedByte(transportIndex);
            transportIndex += length;
        }
        return true;
    }

    private int length(ByteBuf buffer) {
        if (protocol == FRAGMENT) {
            return UNIT;
        }
        int field = buffer.getUnsignedByte(transportIndex + 1);
        // RFC 4302 2.2: the authentication header counts in 4 octets, less 2; all others in 8 octets, less 1.
        return protocol == AUTHENTICATION ? (field + 2) * 4 : (field + 1) * UNIT;
    }

    private boolean isAcceptable(ByteBuf buffer, int length) {
        return switch (protocol) {
            case HOP_BY_HOP, DESTINATION_OPTIONS -> areOptionsAcceptable(buffer, length);
            // RFC 8200 4.4: with segments left, a host that does not know the type drops the packet.
            case ROUTING -> buffer.getByte(transportIndex + ROUTING_SEGMENTS_LEFT) == 0;
            default -> true;
        };
    }

    private boolean areOptionsAcceptable(ByteBuf buffer, int length) {
        int at = transportIndex + 2;
        int end = transportIndex + length;
        while (at < end) {
            int type = buffer.getUnsignedByte(at);
            if (type == PAD1) {
                at++;
                continue;
            }
            // RFC 8200 4.2: an unknown option whose two highest bits are not 0 has the packet dropped.
            if (type >>> 6 != 0 || end - at < 2) {
                return false;
            }
            at += 2 + buffer.getUnsignedByte(at + 1);
        }
        return at == end;
    }

    /** Reads the fragment header; returns whether the packet is a real fragment. */
    private boolean noteFragment(ByteBuf buffer) {
        int field = buffer.getUnsignedShort(transportIndex + 2);
        fragmentOffset = field & FRAGMENT_OFFSET_UNITS;
        fragment = (field & (FRAGMENT_OFFSET_UNITS | FRAGMENT_MORE)) != 0;
        return fragment;
    }

    private static boolean isExtension(int header) {
        return switch (header) {
            case HOP_BY_HOP, ROUTING, FRAGMENT, AUTHENTICATION, DESTINATION_OPTIONS, MOBILITY, HIP, SHIM6 -> true;
            default -> false;
        };
    }

    int protocol() {
        return protocol;
    }

    int transportIndex() {
        return transportIndex;
    }

    boolean isFragment() {
        return fragment;
    }

    int fragmentOffset() {
        return fragmentOffset;
    }
}
