package io.mptcp4j.socket;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The stacks of this JVM that can be found by name, for socket factories that a library makes by class name
 * ({@link MptcpSocketFactory}). Nothing is here unless a program puts it here. Safe for all threads.
 */
public final class MptcpStacks {
    private static final String DEFAULT = "";
    private static final Map<String, MptcpStack> STACKS = new ConcurrentHashMap<>();

    private MptcpStacks() {}

    /** Makes a stack the one without a name; null takes it away. */
    public static void setDefault(MptcpStack stack) {
        set(DEFAULT, stack);
    }

    /** Gives a stack a name; null takes the name away. */
    public static void register(String name, MptcpStack stack) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("the empty name is the default stack's: use setDefault");
        }
        set(name, stack);
    }

    /**
     * The stack without a name.
     *
     * @throws IllegalStateException when there is none
     */
    public static MptcpStack getDefault() {
        return find(DEFAULT);
    }

    /**
     * The stack of this name; the empty name is the default stack's.
     *
     * @throws IllegalStateException when there is none
     */
    public static MptcpStack find(String name) {
        MptcpStack stack = STACKS.get(name);
        if (stack == null) {
            throw new IllegalStateException(
                    name.isEmpty()
                            ? "there is no default MPTCP stack: build one and call MptcpStacks.setDefault"
                            : "there is no MPTCP stack '" + name + "': build one and call MptcpStacks.register");
        }
        return stack;
    }

    private static void set(String name, MptcpStack stack) {
        if (stack == null) {
            STACKS.remove(name);
        } else {
            STACKS.put(name, stack);
        }
    }
}
