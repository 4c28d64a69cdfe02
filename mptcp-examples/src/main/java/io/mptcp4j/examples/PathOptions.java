package io.mptcp4j.examples;

import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Option;

/** The paths of {@code send} and {@code receive}. */
final class PathOptions {
    @Option(
            names = "--tun",
            required = true,
            paramLabel = "DEVICE=ADDRESS/LENGTH[,...]",
            converter = TunPath.Converter.class,
            description = {
                "A path: a TUN device, and the addresses that this program has on it. Once for each path.",
                "  mptcp0=10.77.1.2/24,fd00:77::2/64",
                "More may follow, behind commas:",
                "  kernel=10.77.1.1/24  sets up the kernel's side and turns it on (root)",
                "  route=10.9.0.0/16    what is reached over it; without, everything",
                "  backup               used only when other paths fail",
                "A device that does not exist is made (root), and vanishes at the end."
            })
    private List<TunPath> tuns;

    /** Opens the devices and starts a stack on them. */
    OpenPaths open(StackOptions options) throws IOException {
        return OpenPaths.open(tuns, options);
    }
}
