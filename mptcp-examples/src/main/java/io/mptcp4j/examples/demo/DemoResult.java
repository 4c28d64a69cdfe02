package io.mptcp4j.examples.demo;

import java.util.Map;

/**
 * How a run went.
 *
 * @param run which
 * @param octets the size of the file
 * @param nanos from connecting to the receiver's verdict
 * @param carried octets of payload by path
 * @param isMptcp whether the connection was MPTCP
 * @param wasCut whether the Wi-Fi was cut before the end
 * @param isDigestRight whether what arrived is what was sent
 */
public record DemoResult(
        DemoRun run,
        long octets,
        long nanos,
        Map<String, Long> carried,
        boolean isMptcp,
        boolean wasCut,
        boolean isDigestRight) {}
