package io.mptcp4j.congestion;

import java.util.List;

/** The congestion controllers that come with the stack, by name. */
public final class CongestionControllers {
    /** The name of the one that is used when none is named: CUBIC, as with Linux. */
    public static final String DEFAULT = CubicAvoidance.NAME;

    private CongestionControllers() {}

    /** The names that {@link #byName} knows. */
    public static List<String> names() {
        return List.of(CubicAvoidance.NAME, NewReno.NAME, Bbr.NAME);
    }

    /** The factory of CUBIC (RFC 9438). */
    public static CongestionController.Factory cubic() {
        return segment -> new NewReno(segment, new CubicAvoidance());
    }

    /**
     * The factory of the controller with this name.
     *
     * @throws IllegalArgumentException when there is none; the message lists those there are
     */
    public static CongestionController.Factory byName(String name) {
        if (CubicAvoidance.NAME.equals(name)) {
            return cubic();
        }
        if (Bbr.NAME.equals(name)) {
            return Bbr::new;
        }
        if (NewReno.NAME.equals(name)) {
            return NewReno::new;
        }
        throw new IllegalArgumentException("unknown congestion control '" + name + "'; there are " + names());
    }
}
