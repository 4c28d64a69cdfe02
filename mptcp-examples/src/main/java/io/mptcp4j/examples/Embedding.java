package io.mptcp4j.examples;

import io.mptcp4j.socket.ConnectionInfo;
import io.mptcp4j.socket.MptcpStack;
import io.mptcp4j.socket.SubflowInfo;
import io.mptcp4j.tun.TunDevice;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** The example of README.md, to the letter: fetches a page over two TUN devices. */
final class Embedding {
    private Embedding() {}

    // readme: begin
    public static void main(String[] arguments) throws IOException {
        try (MptcpStack stack = MptcpStack.builder()
                        .device(TunDevice.open("mptcp1"), "10.77.1.2/24")
                        .device(TunDevice.open("mptcp2"), "10.77.2.2/24")
                        .build();
                Socket socket = stack.createSocket()) {
            socket.connect(new InetSocketAddress(arguments[0], Integer.parseInt(arguments[1])), 10_000);
            socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().transferTo(System.out);

            ConnectionInfo info = MptcpStack.info(socket);
            System.out.println(info.mptcp() ? "MPTCP" : "plain TCP: " + info.fallback());
            for (SubflowInfo subflow : info.subflows()) {
                System.out.println(subflow.local() + " brought " + subflow.octetsReceived() + " octets");
            }
        }
    }
    // readme: end
}
