package io.mptcp4j.mptcp.congestion;

import io.mptcp4j.congestion.CongestionController;
import io.mptcp4j.congestion.CongestionControllers;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The congestion control that comes with the stack, coupled and uncoupled, by name. */
public final class CongestionGroups {
    private static final List<Coupling> COUPLINGS = List.of(new Lia(), new Olia(), new Balia());

    private CongestionGroups() {}

    /** The names that {@link #byName} knows: {@code cubic}, {@code reno} and {@code bbr} (uncoupled), {@code lia}, {@code olia}, {@code balia}. */
    public static List<String> names() {
        List<String> names = new ArrayList<>(CongestionControllers.names());
        COUPLINGS.forEach(coupling -> names.add(coupling.name()));
        return List.copyOf(names);
    }

    /**
     * The congestion control with this name.
     *
     * @throws IllegalArgumentException when there is none; the message lists those there are
     */
    public static CongestionGroup.Factory byName(String name) {
        for (Coupling coupling : COUPLINGS) {
            if (coupling.name().equals(name)) {
                return () -> new CoupledGroup(coupling);
            }
        }
        if (CongestionControllers.names().contains(name)) {
            return uncoupled(CongestionControllers.byName(name));
        }
        throw new IllegalArgumentException("unknown congestion control '" + name + "'; there are " + names());
    }

    /** Each subflow for itself, with a controller of this kind. */
    public static CongestionGroup.Factory uncoupled(CongestionController.Factory controllers) {
        Objects.requireNonNull(controllers, "controllers");
        return () -> new UncoupledGroup(controllers);
    }
}
