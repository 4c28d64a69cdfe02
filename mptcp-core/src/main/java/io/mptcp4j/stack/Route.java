package io.mptcp4j.stack;

import java.util.Objects;

/**
 * Destinations that an interface reaches.
 *
 * @param destination which addresses
 * @param metric the cost; of two routes with prefixes of one length the cheaper is taken
 */
public record Route(Prefix destination, int metric) {
    /** Checks the metric. */
    public Route {
        Objects.requireNonNull(destination, "destination");
        if (metric < 0) {
            throw new IllegalArgumentException("a metric is not negative: " + metric);
        }
    }

    /** A route of metric 0 to what {@link Prefix#parse} reads. */
    public static Route to(String destination) {
        return new Route(Prefix.parse(destination), 0);
    }
}
