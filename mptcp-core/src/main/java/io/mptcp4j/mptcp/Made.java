package io.mptcp4j.mptcp;

import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What an application's factory makes, or its substitute: a factory may throw anything, checked exceptions of other languages
 * included, and make nothing; neither ends the stack.
 */
final class Made {
    private Made() {}

    /** @param onFault hears once what the factory threw, or null when it made nothing */
    static <T> T by(Supplier<? extends T> factory, Consumer<Throwable> onFault, Supplier<? extends T> substitute) {
        T made = null;
        Throwable cause = null;
        try {
            made = factory.get();
        } catch (Throwable e) {
            cause = e;
        }
        if (made == null) {
            onFault.accept(cause);
            return substitute.get();
        }
        return made;
    }
}
