package io.mptcp4j.tcp;

import static io.mptcp4j.tcp.TcpHarness.MS;
import static io.mptcp4j.tcp.TcpHarness.MSS;
import static io.mptcp4j.tcp.TcpHarness.PLAIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.testing.Allocations;
import io.mptcp4j.wire.TcpFlags;
import org.junit.jupiter.api.Test;

class AllocationTest {
    private static final int SEGMENTS = 100_000;

    private int received;

    private static TcpHarness quiet(int superSegment) {
        TcpHarness tcp =
                TcpHarness.established(PLAIN.toBuilder().windowScaling(true).build());
        tcp.output.quiet = true;
        tcp.output.superSegment = superSegment;
        tcp.upper.quiet = true;
        tcp.upper.window = 1 << 20;
        return tcp;
    }

    @Test
    void receivingAllocatesNothing() {
        TcpHarness tcp = quiet(0);
        receive(tcp, 2_000);
        Allocations.assertNoneIn(() -> {
            int start = tcp.connection.receivedInOrderSsn();
            receive(tcp, SEGMENTS);
            received = tcp.connection.receivedInOrderSsn() - start;
        });

        assertThat(received).isEqualTo(SEGMENTS * 100);
    }

    private static void receive(TcpHarness tcp, int segments) {
        for (int i = 0; i < segments; i += 4) {
            int seq = tcp.connection.receivedInOrderSsn();
            // Out of order, twice, and the gap filled.
            tcp.arrives(tcp.peer(TcpFlags.ACK, seq + 200, 1).octets(100));
            tcp.arrives(tcp.peer(TcpFlags.ACK, seq, 1).octets(100));
            tcp.arrives(tcp.peer(TcpFlags.ACK, seq, 1).octets(100));
            tcp.arrives(tcp.peer(TcpFlags.ACK, seq + 100, 1).octets(100));
            tcp.arrives(tcp.peer(TcpFlags.ACK, seq + 300, 1).octets(100));
            endTurn(tcp);
        }
    }

    @Test
    void sendingAndBeingAcknowledgedAllocatesNothing() {
        for (int superSegment : new int[] {0, 60_000}) {
            TcpHarness tcp = quiet(superSegment);
            send(tcp, 20_000);
            long before = tcp.connection.octetsSent();

            Allocations.assertNoneIn(() -> send(tcp, SEGMENTS));

            assertThat(tcp.connection.octetsSent() - before).isGreaterThan(SEGMENTS);
        }
    }

    private static void send(TcpHarness tcp, int segments) {
        long target = tcp.output.packets + segments;
        while (tcp.output.packets < target) {
            int first = (int) (tcp.connection.octetsSent() - tcp.connection.outstandingOctets()) + 1;
            tcp.write(200 * MSS);
            endTurn(tcp);
            int next = (int) tcp.connection.octetsSent() + 1;
            if (next - first > 6 * MSS && (next ^ first) % 3 == 0) {
                // The first segment was lost: three are reported, then it arrives after all.
                tcp.arrives(tcp.peer(TcpFlags.ACK, 1, first).sackBlock(first + MSS, first + 5 * MSS));
                endTurn(tcp);
            }
            tcp.arrives(tcp.peer(TcpFlags.ACK, 1, next));
            endTurn(tcp);
        }
    }

    private static void endTurn(TcpHarness tcp) {
        tcp.now += MS;
        tcp.connection.advance(tcp.now);
        tcp.connection.sendPending(tcp.now, 100);
        tcp.connection.sendAcknowledgment(tcp.now);
    }
}
