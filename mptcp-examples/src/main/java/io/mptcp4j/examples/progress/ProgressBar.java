package io.mptcp4j.examples.progress;

import java.io.PrintWriter;

/** A {@link ProgressLine} that is rewritten in place on a terminal; where there is none, nothing is printed. */
public final class ProgressBar {
    private static final String ERASE_REST_OF_LINE = "\033[K";

    private final PrintWriter terminal;
    private boolean visible;

    private ProgressBar(PrintWriter terminal) {
        this.terminal = terminal;
    }

    /** A bar on this writer, which leads to a terminal. */
    public static ProgressBar on(PrintWriter terminal) {
        return new ProgressBar(terminal);
    }

    /** A bar that nobody sees. */
    public static ProgressBar silent() {
        return new ProgressBar(null);
    }

    /** Shows how far the transfer is; a negative total is not known. */
    public synchronized void show(long done, long total, PathMeter meter) {
        if (terminal != null) {
            terminal.print('\r' + ProgressLine.format(done, total, meter.rates()) + ERASE_REST_OF_LINE);
            terminal.flush();
            visible = true;
        }
    }

    /** Makes room for other words. */
    public synchronized void erase() {
        if (visible) {
            terminal.print('\r' + ERASE_REST_OF_LINE);
            terminal.flush();
            visible = false;
        }
    }
}
