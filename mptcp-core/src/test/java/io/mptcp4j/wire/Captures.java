package io.mptcp4j.wire;

import io.mptcp4j.testing.Pcap;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** The golden captures, and what tshark reads in them. */
public final class Captures {
    private static final String FOLDER = "/captures/";

    private Captures() {}

    /** The names of all captures. */
    public static Stream<String> names() {
        return Stream.of(
                "mptcp-v0",
                "mptcp-v1",
                "mptcp-aa-v1",
                "mptcp-aa-echo",
                "mptcp-fclose",
                "mptcp-tcprst",
                "mptcp-dss-oobr",
                "linux-v1-ipv4",
                "linux-v1-ipv6");
    }

    /** The packets of one capture. */
    public static List<Pcap.Packet> packets(String name) {
        return Pcap.resource(FOLDER + name + ".pcap");
    }

    /** All IP packets of all captures. */
    public static List<Pcap.Packet> ipPackets() {
        return names().flatMap(name -> packets(name).stream())
                .filter(Pcap.Packet::isIp)
                .toList();
    }

    /** What tshark reads in each packet of one capture, by the names of its fields. */
    public static List<Map<String, String>> tsharkRows(String name) {
        try (InputStream in = Captures.class.getResourceAsStream(FOLDER + name + ".tsv");
                BufferedReader reader = new BufferedReader(
                        new InputStreamReader(Objects.requireNonNull(in, name), StandardCharsets.UTF_8))) {
            String[] names = reader.readLine().split("\t", -1);
            List<Map<String, String>> rows = new ArrayList<>();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                String[] values = line.split("\t", -1);
                Map<String, String> row = new LinkedHashMap<>();
                for (int i = 0; i < names.length; i++) {
                    row.put(names[i], values[i]);
                }
                rows.add(row);
            }
            return rows;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
