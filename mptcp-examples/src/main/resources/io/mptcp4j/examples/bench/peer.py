"""The kernel's end of a measured connection: sends or receives as fast as it can, for "mptcp4j bench".

Prints "listening PORT" (a server), then "connected"; waits for a line on its input; prints one "done name=value ..." line.
"""
import argparse
import signal
import socket
import struct
import sys
import time

IPPROTO_MPTCP = 262
SOL_MPTCP = 284
MPTCP_INFO = 1
BUFFER = 1 << 20
LOOK_SECONDS = 0.05
LONGER_SECONDS = 20


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("role", choices=["server", "client"])
    parser.add_argument("task", choices=["send", "receive"])
    parser.add_argument("protocol", choices=["mptcp", "tcp"])
    parser.add_argument("address")
    parser.add_argument("port", type=int)
    parser.add_argument("congestion", help="congestion control")
    parser.add_argument("seconds", type=float, help="how long to send")
    parser.add_argument("subflows", type=int, help="longer, until there are so many")
    return parser.parse_args()


def connect(args):
    protocol = IPPROTO_MPTCP if args.protocol == "mptcp" else socket.IPPROTO_TCP
    end = socket.socket(socket.AF_INET, socket.SOCK_STREAM, protocol)
    # By the socket, as a namespace may have only algorithms that the machine's administrator allows to everybody.
    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, args.congestion.encode())
    if args.role == "client":
        end.connect((args.address, args.port))
        return end, None
    end.bind((args.address, args.port))
    end.listen(1)
    print("listening", end.getsockname()[1], flush=True)
    # Without its listener the kernel refuses joins, so the caller keeps it.
    return end.accept()[0], end


class Subflows:
    """What the kernel says of the connection, asked now and then."""

    def __init__(self, end, args):
        self.end = end
        self.wanted = args.protocol == "mptcp"
        self.most = 0
        self.fallback = 0
        self.next = 0

    def look(self, now):
        if not self.wanted or now < self.next:
            return
        self.next = now + LOOK_SECONDS
        try:
            info = self.end.getsockopt(SOL_MPTCP, MPTCP_INFO, 256)
            self.most = max(self.most, info[0] + 1)
            self.fallback |= struct.unpack_from("=I", info, 8)[0] & 1
        except OSError:
            # A connection that has fallen back no longer knows MPTCP's options.
            self.fallback = 1


def send(end, seconds, wanted, subflows):
    octets = memoryview(bytes(BUFFER))
    begin = now = time.monotonic()
    sent = 0
    while now < begin + seconds or subflows.most < wanted and now < begin + seconds + LONGER_SECONDS:
        end.sendall(octets)
        sent += BUFFER
        now = time.monotonic()
        subflows.look(now)
    end.shutdown(socket.SHUT_WR)
    end.recv(1)
    return sent, time.monotonic() - begin


def receive(end, subflows):
    into = memoryview(bytearray(BUFFER))
    # The clock begins with the first octet, which does not count. No more of them: a small transfer may all be there by now.
    received = end.recv_into(into[:1])
    begin = time.monotonic()
    subflows.look(begin)
    counted = 0
    count = received
    while count:
        count = end.recv_into(into)
        counted += count
        subflows.look(time.monotonic())
    end_of_time = time.monotonic()
    # In a short run on a busy machine a join may have come after the last look.
    subflows.next = 0
    subflows.look(end_of_time)
    return counted, end_of_time - begin


def main():
    # Whoever interrupts the whole program wants no word from this part of it.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    args = arguments()
    end, listener = connect(args)
    print("connected", flush=True)
    if not sys.stdin.readline():
        return
    subflows = Subflows(end, args)
    if args.task == "send":
        octets, seconds = send(end, args.seconds, args.subflows if subflows.wanted else 0, subflows)
    else:
        octets, seconds = receive(end, subflows)
    print("done octets=%d nanos=%d subflows=%d fallback=%d"
          % (octets, seconds * 1e9, subflows.most, subflows.fallback), flush=True)
    end.close()


main()
