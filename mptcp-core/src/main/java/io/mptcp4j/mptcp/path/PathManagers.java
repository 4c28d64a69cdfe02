package io.mptcp4j.mptcp.path;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The path managers that come with the stack, by name. */
public final class PathManagers {
    /** Full mesh in which no subflow is a backup: Apple's {@code aggregate}. */
    public static final String AGGREGATE = "aggregate";

    private static final Pattern NDIFFPORTS = Pattern.compile(NdiffPortsPathManager.NAME + "(?:\\((\\d{1,3})\\))?");

    private PathManagers() {}

    /** The names that {@link #byName} knows; {@code ndiffports} may have a number in parentheses. */
    public static List<String> names() {
        return List.of(
                FullMeshPathManager.NAME,
                EndpointPathManager.NAME,
                NdiffPortsPathManager.NAME,
                SignalPathManager.NAME,
                HandoverPathManager.NAME,
                InteractivePathManager.NAME,
                AGGREGATE,
                NoPathManager.APPLICATION,
                NoPathManager.NAME);
    }

    /**
     * The factory of the path manager with this name: {@code fullmesh}, {@code ndiffports(4)}.
     *
     * @throws IllegalArgumentException when there is none; the message lists those there are
     */
    public static PathManager.Factory byName(String name) {
        Matcher ndiffports = NDIFFPORTS.matcher(name);
        if (ndiffports.matches()) {
            int subflows = ndiffports.group(1) == null
                    ? NdiffPortsPathManager.DEFAULT_SUBFLOWS
                    : Integer.parseInt(ndiffports.group(1));
            // Refuses a number that cannot be, here and not when the first connection is made.
            new NdiffPortsPathManager(subflows);
            return () -> new NdiffPortsPathManager(subflows);
        }
        return switch (name) {
            case FullMeshPathManager.NAME -> FullMeshPathManager::new;
            case EndpointPathManager.NAME -> EndpointPathManager::new;
            case SignalPathManager.NAME -> SignalPathManager::new;
            case HandoverPathManager.NAME -> HandoverPathManager::new;
            case InteractivePathManager.NAME -> InteractivePathManager::new;
            case AGGREGATE -> FullMeshPathManager::withoutBackups;
            case NoPathManager.NAME, NoPathManager.APPLICATION -> NoPathManager::new;
            default -> throw new IllegalArgumentException("unknown path manager '" + name + "'; there are " + names());
        };
    }
}
