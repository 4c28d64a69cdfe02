package io.mptcp4j.tun.testing;

import java.util.Map;
import java.util.TreeMap;

/** The kernel's counters of one namespace, by the names that {@code nstat} gives them. */
public final class KernelCounters {
    private final Map<String, Long> values;

    private KernelCounters(Map<String, Long> values) {
        this.values = values;
    }

    static KernelCounters parse(String nstat) {
        Map<String, Long> values = new TreeMap<>();
        for (String line : nstat.split("\n")) {
            String[] parts = line.trim().split("\\s+");
            if (parts.length >= 2 && !line.startsWith("#")) {
                values.put(parts[0], Long.parseLong(parts[1]));
            }
        }
        return new KernelCounters(values);
    }

    /** The value of a counter; {@code MPTcpExtMPJoinAckRx}, {@code TcpRetransSegs}. */
    public long get(String name) {
        Long value = values.get(name);
        if (value == null) {
            throw new AssertionError("this kernel has no counter " + name + "; it has " + values.keySet());
        }
        return value;
    }

    /** The sum of all counters whose names match; 0 when none does. */
    public long sum(String regex) {
        return values.entrySet().stream()
                .filter(entry -> entry.getKey().matches(regex))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** Those that are not 0 and whose names match, for a message. */
    public String describe(String regex) {
        StringBuilder text = new StringBuilder();
        values.forEach((name, value) -> {
            if (value != 0 && name.matches(regex)) {
                text.append(name).append(' ').append(value).append('\n');
            }
        });
        return text.toString();
    }
}
