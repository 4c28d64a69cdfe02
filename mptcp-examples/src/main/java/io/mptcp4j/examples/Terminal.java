package io.mptcp4j.examples;

import java.io.Console;
import java.lang.reflect.Method;

/** Whether a person looks at the output. */
final class Terminal {
    private Terminal() {}

    static boolean isThere() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            // JDK 22 and later have a console in any case, and this method to ask it.
            Method isTerminal = Console.class.getMethod("isTerminal");
            return (boolean) isTerminal.invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }
}
