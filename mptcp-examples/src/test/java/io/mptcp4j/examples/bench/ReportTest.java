package io.mptcp4j.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static final String JSON = """
                        {
                          "machine": {
                            "cores": 2,
                            "processor": "a \\"fast\\" one",
                            "kernel": "6.1",
                            "jdk": "17.0.1 Some VM",
                            "mtu": 1500,
                            "kernelCongestionControl": "cubic",
                            "congestionControl": "reno",
                            "otherLoad": 0.2500
                          },
                          "runs": 1,
                          "seconds": 1.5000,
                          "cases": [
                            {
                              "name": "send-1",
                              "description": "mptcp4j -> kernel MPTCP, one TUN",
                              "sender": "mptcp4j",
                              "receiver": "kernel MPTCP",
                              "paths": 1,
                              "offload": true,
                              "reference": "kernel-1",
                              "failure": null,
                              "gigabitsPerSecond": {
                                "median": 8.0000,
                                "min": 8.0000,
                                "max": 8.0000
                              },
                              "cpuSecondsPerGigabyte": {
                                "median": 2.0000,
                                "min": 2.0000,
                                "max": 2.0000
                              },
                              "ownCpuSecondsPerGigabyte": {
                                "median": 1.0000,
                                "min": 1.0000,
                                "max": 1.0000
                              },
                              "ratioToReference": null,
                              "samples": [
                                {
                                  "octets": 1000000000,
                                  "seconds": 1.0000,
                                  "gigabitsPerSecond": 8.0000,
                                  "cpuSeconds": 2.0000,
                                  "ownCpuSeconds": 1.0000,
                                  "subflows": 1,
                                  "pathOctets": [
                                    1100000000
                                  ]
                                }
                              ]
                            }
                          ]
                        }
                        """;

    private static final MachineFacts FACTS =
            new MachineFacts(2, "a \"fast\" one", "6.1", "17.0.1 Some VM", 1500, "cubic", "reno", 0.25);

    @Test
    void theTableHasMedianSpreadAndRatioToTheReference() {
        // given: ours at 8, 2 and 4 Gbit/s, the kernel's at 8
        CaseResult ours = result("send-1", sample(1_000_000_000), sample(250_000_000), sample(500_000_000));
        CaseResult kernels = result("kernel-1", sample(1_000_000_000));

        String table = new Report(FACTS, 3, 1, List.of(ours, kernels)).table();

        assertThat(row(table, "send-1")).contains(" 4.00 ", "(2.00-8.00)").endsWith(" 0.50");
        assertThat(row(table, "kernel-1")).contains(" 8.00 ", "(8.00-8.00)");
    }

    @Test
    void aFailedCaseSaysWhyAndIsNoReference() {
        CaseResult ours = result("send-1", sample(1_000_000_000));
        CaseResult kernels = result("kernel-1", sample(1_000_000_000));
        kernels.fail("the connection fell back to TCP");

        Report report = new Report(FACTS, 1, 1, List.of(ours, kernels));

        assertThat(row(report.table(), "kernel-1")).endsWith("failed: the connection fell back to TCP");
        assertThat(report.json())
                .contains("\"failure\": \"the connection fell back to TCP\"")
                .contains("\"ratioToReference\": null");
    }

    @Test
    void jsonHasTheMachineTheFiguresAndEachRun() {
        CaseResult ours = result("send-1", sample(1_000_000_000));

        String json = new Report(FACTS, 1, 1.5, List.of(ours)).json();

        assertThat(json).isEqualTo(JSON);
    }

    @Test
    void emptyListsAndControlCharactersAreValidJson() {
        assertThat(Json.write(List.of(List.of(), "\t\\", true))).isEqualTo("[\n  [],\n  \"\\u0009\\\\\",\n  true\n]\n");
    }

    /** So many octets in one second, with two CPU seconds of the machine and one of ours for each 10^9. */
    private static Sample sample(long octets) {
        return new Sample(octets, 1_000_000_000, 2 * octets, octets, 1, List.of(1_100_000_000L));
    }

    private static CaseResult result(String name, Sample... samples) {
        CaseResult result = new CaseResult(BenchCase.named(name).orElseThrow());
        List.of(samples).forEach(result::add);
        return result;
    }

    private static String row(String table, String name) {
        return table.lines()
                .filter(line -> line.startsWith(name + " "))
                .findFirst()
                .orElseThrow()
                .stripTrailing();
    }
}
