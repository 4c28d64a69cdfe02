package io.mptcp4j.examples.bench;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One thing that is measured.
 *
 * @param name what {@code --case} takes
 * @param ends who sends and who receives
 * @param paths TUN devices, or veth pairs
 * @param offload whether super-segments and partial checksums are used
 * @param reference the case that the ratio is taken to; null where there is none
 */
record BenchCase(String name, Ends ends, int paths, boolean offload, String reference) {
    /** Who sends and who receives. */
    enum Ends {
        /** Our stack sends to the kernel's MPTCP over TUN. */
        OURS_TO_KERNEL("mptcp4j", "kernel MPTCP"),
        /** The kernel's MPTCP sends to our stack over TUN. */
        KERNEL_TO_OURS("kernel MPTCP", "mptcp4j"),
        /** The kernel's MPTCP at both ends, over veth. */
        KERNEL_MPTCP("kernel MPTCP", "kernel MPTCP"),
        /** The kernel's plain TCP at both ends, over veth. */
        KERNEL_TCP("kernel TCP", "kernel TCP");

        private final String sender;
        private final String receiver;

        Ends(String sender, String receiver) {
            this.sender = sender;
            this.receiver = receiver;
        }

        String sender() {
            return sender;
        }

        String receiver() {
            return receiver;
        }

        boolean isOurs() {
            return this == OURS_TO_KERNEL || this == KERNEL_TO_OURS;
        }

        boolean isMptcp() {
            return this != KERNEL_TCP;
        }
    }

    private static final List<BenchCase> ALL = List.of(
            new BenchCase("send-1", Ends.OURS_TO_KERNEL, 1, true, "kernel-1"),
            new BenchCase("send-2", Ends.OURS_TO_KERNEL, 2, true, "kernel-2"),
            new BenchCase("receive-1", Ends.KERNEL_TO_OURS, 1, true, "kernel-1"),
            new BenchCase("receive-2", Ends.KERNEL_TO_OURS, 2, true, "kernel-2"),
            new BenchCase("kernel-1", Ends.KERNEL_MPTCP, 1, true, null),
            new BenchCase("kernel-2", Ends.KERNEL_MPTCP, 2, true, null),
            new BenchCase("kernel-tcp", Ends.KERNEL_TCP, 1, true, null),
            new BenchCase("send-1-no-offload", Ends.OURS_TO_KERNEL, 1, false, "kernel-1-no-offload"),
            new BenchCase("send-2-no-offload", Ends.OURS_TO_KERNEL, 2, false, "kernel-2-no-offload"),
            new BenchCase("receive-1-no-offload", Ends.KERNEL_TO_OURS, 1, false, "kernel-1-no-offload"),
            new BenchCase("receive-2-no-offload", Ends.KERNEL_TO_OURS, 2, false, "kernel-2-no-offload"),
            new BenchCase("kernel-1-no-offload", Ends.KERNEL_MPTCP, 1, false, null),
            new BenchCase("kernel-2-no-offload", Ends.KERNEL_MPTCP, 2, false, null));

    /** All cases, in the order of the table. */
    static List<BenchCase> all() {
        return ALL;
    }

    /** The cases with offload, or also those without. */
    static List<BenchCase> usual(boolean alsoWithoutOffload) {
        return ALL.stream().filter(each -> each.offload || alsoWithoutOffload).toList();
    }

    static Optional<BenchCase> named(String name) {
        return ALL.stream().filter(each -> each.name.equals(name)).findFirst();
    }

    static String names() {
        return ALL.stream().map(BenchCase::name).collect(Collectors.joining(", "));
    }

    /** What it is, in a line. */
    String description() {
        String link = (paths == 1 ? "one " : "two ") + (ends.isOurs() ? "TUN" : "veth pair") + (paths == 1 ? "" : "s");
        return ends.sender + " -> " + ends.receiver + ", " + link + (offload ? "" : ", no offload");
    }

    String sender() {
        return ends.sender;
    }

    String receiver() {
        return ends.receiver;
    }
}
