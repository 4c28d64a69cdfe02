package io.mptcp4j.mptcp.path;

import io.mptcp4j.wire.IpAddress;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * An address of this host that connections may use or announce: what {@code ip mptcp endpoint add} takes.
 *
 * @param address an address of this host, there now or only later
 * @param port the port that is announced with it; 0 for none
 * @param id its address ID (RFC 8684 3.4), 1 to 255; 0 lets the stack choose
 * @param flags what it is for
 */
public record Endpoint(IpAddress address, int port, int id, Set<Flag> flags) {
    /** The largest address ID. */
    public static final int MAXIMUM_ID = 255;

    private static final int MAXIMUM_PORT = 0xffff;
    private static final String ID = "id";
    private static final String PORT = "port";

    /** Checks each part, and the flags against each other as {@code ip mptcp} does. */
    public Endpoint {
        Objects.requireNonNull(address, "address");
        flags = flags.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(flags));
        if (!address.isHost()) {
            throw new IllegalArgumentException("no host has this address: " + address);
        }
        if (id < 0 || id > MAXIMUM_ID) {
            throw new IllegalArgumentException("an address id is 1 to 255, or 0 to have one chosen: " + id);
        }
        if (port < 0 || port > MAXIMUM_PORT) {
            throw new IllegalArgumentException("a port is 1 to 65535, or 0 for none: " + port);
        }
        if (port != 0 && !flags.contains(Flag.SIGNAL)) {
            throw new IllegalArgumentException("a port is announced: it needs the flag signal");
        }
        if (flags.contains(Flag.FULLMESH) && flags.contains(Flag.SIGNAL)) {
            throw new IllegalArgumentException("fullmesh is for addresses that join, signal for those that are joined");
        }
    }

    /** An endpoint without a port, with an ID that the stack chooses. */
    public static Endpoint of(String address, Flag... flags) {
        Set<Flag> all = EnumSet.noneOf(Flag.class);
        Collections.addAll(all, flags);
        return new Endpoint(IpAddress.parse(address), 0, 0, all);
    }

    /**
     * Reads what stands behind {@code ip mptcp endpoint add}: {@code 10.0.2.2 id 3 port 8080 signal backup}; commas may stand
     * for spaces.
     *
     * @throws IllegalArgumentException when it is none; the message says what is wrong
     */
    public static Endpoint parse(String text) {
        String[] words = text.strip().split("[\\s,]+");
        IpAddress address = IpAddress.parse(words[0]);
        int id = 0;
        int port = 0;
        Set<Flag> flags = EnumSet.noneOf(Flag.class);
        for (int i = 1; i < words.length; i++) {
            if (words[i].equals(ID) || words[i].equals(PORT)) {
                int value = number(words, i + 1);
                id = words[i].equals(ID) ? value : id;
                port = words[i].equals(PORT) ? value : port;
                i++;
            } else {
                flags.add(Flag.of(words[i]));
            }
        }
        return new Endpoint(address, port, id, flags);
    }

    private static int number(String[] words, int at) {
        try {
            return Integer.parseInt(words[at]);
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new IllegalArgumentException("a number stands behind '" + words[at - 1] + "'", e);
        }
    }

    /** Whether it has a flag. */
    public boolean is(Flag flag) {
        return flags.contains(flag);
    }

    /** The same, with an ID. */
    public Endpoint withId(int chosen) {
        return new Endpoint(address, port, chosen, flags);
    }

    /** The same, with a flag more or less. */
    public Endpoint with(Flag flag, boolean on) {
        Set<Flag> changed = EnumSet.noneOf(Flag.class);
        changed.addAll(flags);
        if (on) {
            changed.add(flag);
        } else {
            changed.remove(flag);
        }
        return new Endpoint(address, port, id, changed);
    }

    /** As {@code ip mptcp endpoint show} prints it. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder().append(address);
        if (port != 0) {
            text.append(" port ").append(port);
        }
        text.append(" id ").append(id);
        flags.forEach(flag -> text.append(' ').append(flag));
        return text.toString();
    }

    /** What an endpoint is for; the names are those of {@code ip mptcp}. */
    public enum Flag {
        /** It is announced to the peer. */
        SIGNAL,
        /** Subflows are opened from it to the peer's first address. */
        SUBFLOW,
        /** Subflows that have it are backups (RFC 8684 3.3.8). */
        BACKUP,
        /** Subflows are opened from it to each address that the peer announced, and with {@link #SUBFLOW} to its first. */
        FULLMESH,
        /** Its address is the source of one subflow to an address that the peer announced, in place of the route's choice. */
        LAMINAR;

        /**
         * The flag with this name, in small letters.
         *
         * @throws IllegalArgumentException when there is none
         */
        public static Flag of(String name) {
            for (Flag flag : values()) {
                if (flag.toString().equals(name)) {
                    return flag;
                }
            }
            throw new IllegalArgumentException(
                    "no flag '" + name + "'; there are signal, subflow, backup, fullmesh, laminar");
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
