package io.mptcp4j.floors;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a source file of the core may name, by the floor its package stands on.
 *
 * <p>Code is searched, not only imports, so that a fully qualified name is found too. Comments may name anything: an
 * {@code @link} upward in Javadoc is a help for readers, but must be written without an import.
 */
final class FloorRules {
    private static final String ROOT = "io.mptcp4j.";
    private static final int TOP = 7;

    private static final Map<String, Integer> FLOORS = Map.ofEntries(
            Map.entry("socket", TOP),
            Map.entry("stack", 6),
            Map.entry("mptcp", 5),
            Map.entry("mptcp.scheduler", 4),
            Map.entry("mptcp.path", 4),
            Map.entry("mptcp.congestion", 4),
            Map.entry("tcp", 3),
            Map.entry("stream", 2),
            Map.entry("congestion", 2),
            Map.entry("device", 2),
            Map.entry("wire.mptcp", 1),
            Map.entry("wire", 1),
            Map.entry("number", 0),
            Map.entry("time", 0),
            Map.entry("metric", 0));

    /**
     * The steps to the side that are allowed: the codecs of MPTCP's options build on the checksums of the TCP package,
     * and a stream hands out spans by adding them to a packet. Never both ways.
     */
    private static final Set<String> SIDE_STEPS = Set.of("wire.mptcp -> wire", "stream -> device");

    /**
     * The files below the socket floor that two threads meet in. Everything else there belongs to the one thread that
     * drives the stack. Each has its reason; think twice before you add one.
     */
    private static final Map<String, String> MEETING_PLACES = Map.of(
            "stream/SendStream", "the application writes, the loop reads: published cursors",
            "stream/Page", "the writer links the next page, the loop follows",
            "stream/HandOver", "the ring from the loop to the reader: published cursors",
            "stream/ReceiveStream", "the loop places, the application reads: published cursors",
            "stream/MemoryBudget", "charged by the loop and by writing applications",
            "device/FrameRing", "hands packets of a virtual link to the stack at its other end: published cursors",
            "device/LinkDirection", "any thread may cut a virtual link or change its profile",
            "device/LinkEnd", "any thread may close it, and the peer's thread rings its doorbell");

    private static final Pattern OURS = Pattern.compile("\\bio\\.mptcp4j((?:\\.[a-z][a-z0-9]*)+)");
    /** Of VarHandle only what orders memory between threads: it also reads an int out of plain octets. */
    private static final Pattern THREADS = Pattern.compile("\\b(?:volatile|synchronized|Thread|ThreadLocal"
            + "|java\\.util\\.concurrent\\.(?!TimeUnit\\b)[\\w.]+|(?:notify|notifyAll|wait)\\s*\\()"
            + "|\\.(?:[gs]et(?:Volatile|Acquire|Release|Opaque)|compareAnd\\w+|weakCompareAnd\\w+|getAnd\\w+)\\s*\\("
            + "|\\bVarHandle\\.\\w*Fence\\b");

    private static final Pattern CLOCKS = Pattern.compile(
            "\\bSystem\\.(?:nanoTime|currentTimeMillis)\\b|\\bjava\\.time\\.\\w*Clock\\b|\\bInstant\\.now\\b");
    private static final Pattern CHANCE = Pattern.compile(
            "\\bMath\\.random\\b|\\bThreadLocalRandom\\b|\\bjava\\.util\\.Random\\b|\\b(?:java\\.security\\.)?SecureRandom\\b");
    private static final Pattern SOCKETS =
            Pattern.compile("\\bjava\\.net\\.(?!Inet(?:4|6)?Address\\b|UnknownHostException\\b)\\w+");
    private static final Pattern NATIVE =
            Pattern.compile("\\b(?:jnr|com\\.kenai\\.jffi|sun\\.misc|java\\.lang\\.foreign)\\.[\\w.]+");

    private final String file;
    private final String code;
    private final String ownPackage;
    private final List<String> breaches = new ArrayList<>();

    private FloorRules(String file, String source) {
        this.file = file;
        this.code = SourceText.codeOf(source);
        this.ownPackage =
                file.contains("/") ? file.substring(0, file.lastIndexOf('/')).replace('/', '.') : "";
    }

    /**
     * The breaches in one source file.
     *
     * @param file its path below {@code io/mptcp4j}, with slashes, such as {@code tcp/Tcb.java}
     * @return a line for each breach, empty when there is none
     */
    static List<String> breaches(String file, String source) {
        return new FloorRules(file, source).check();
    }

    /** Whether two threads may meet in this file. */
    static boolean isMeetingPlace(String file) {
        return MEETING_PLACES.containsKey(file.replaceFirst("\\.java$", ""));
    }

    /** The files where two threads may meet, as paths below {@code io/mptcp4j}. */
    static List<String> meetingPlaces() {
        return MEETING_PLACES.keySet().stream()
                .map(name -> name + ".java")
                .sorted()
                .toList();
    }

    /** Whether the code names anything of threads. */
    static boolean namesThreads(String source) {
        return THREADS.matcher(SourceText.codeOf(source)).find();
    }

    private List<String> check() {
        Integer own = FLOORS.get(ownPackage);
        if (own == null) {
            return List.of(file + ": package io.mptcp4j." + ownPackage + " stands on no floor");
        }
        checkDirection(own);
        forbid(NATIVE, "nothing native in the core");
        if (own < TOP) {
            forbid(SOCKETS, "sockets and their exceptions belong to the socket floor");
            forbid(CLOCKS, "time is an argument below the socket floor");
            if (!isMeetingPlace(file)) {
                forbid(THREADS, "one thread below the socket floor (exceptions: FloorRules.MEETING_PLACES)");
            }
            if (!file.equals("number/Entropy.java")) {
                forbid(CHANCE, "randomness is injected, as number.Entropy");
            }
        }
        return breaches;
    }

    private void checkDirection(int own) {
        Matcher names = OURS.matcher(code);
        while (names.find()) {
            String other = names.group(1).substring(1);
            if (other.equals(ownPackage)) {
                continue;
            }
            Integer floor = FLOORS.get(other);
            if (floor == null) {
                breach(names.start(), ROOT + other, "stands on no floor");
            } else if (floor > own) {
                breach(names.start(), ROOT + other, "is upward, from floor " + own + " to " + floor);
            } else if (floor == own && !SIDE_STEPS.contains(ownPackage + " -> " + other)) {
                breach(names.start(), ROOT + other, "is sideways, on floor " + own);
            }
        }
    }

    private void forbid(Pattern pattern, String reason) {
        Matcher found = pattern.matcher(code);
        while (found.find()) {
            breach(found.start(), found.group(), reason);
        }
    }

    private void breach(int at, String what, String reason) {
        long line = 1 + code.substring(0, at).chars().filter(c -> c == '\n').count();
        breaches.add(file + ":" + line + ": " + what.strip() + " (" + reason + ")");
    }
}
