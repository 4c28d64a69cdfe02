"""The kernel's end of a connection over links with rates, for "mptcp4j bench --case aggregation".

Prints "listening PORT" (a server), then "connected". Then takes a word a line on its input:
go    begin to send; before that a client sends one octet and a server nothing, so that no end of the stream comes before the joins
look  print what was received since the last look: "interval octets=N nanos=N gap=N subflows=N fallback=N"
Prints "done ..." with the same, since "go", when all is sent and the other end's stream has ended.
"""
import argparse
import select
import signal
import socket
import struct
import sys
import threading
import time

IPPROTO_MPTCP = 262
SOL_MPTCP = 284
MPTCP_INFO = 1
BUFFER = 1 << 18
LOOK_SECONDS = 0.05


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("role", choices=["server", "client"])
    parser.add_argument("address")
    parser.add_argument("port", type=int)
    parser.add_argument("congestion", help="congestion control")
    parser.add_argument("octets", type=int, help="to send, and end the stream; 0: nothing, and -1: without end")
    return parser.parse_args()


def connect(args):
    end = socket.socket(socket.AF_INET, socket.SOCK_STREAM, IPPROTO_MPTCP)
    # By the socket, as a namespace may have only algorithms that the machine's administrator allows to everybody.
    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, args.congestion.encode())
    if args.role == "client":
        end.connect((args.address, args.port))
        # Its acknowledgment says that the other end speaks MPTCP too; joins come after that.
        end.sendall(b"0")
        return end, None
    end.bind((args.address, args.port))
    end.listen(1)
    print("listening", end.getsockname()[1], flush=True)
    # Without its listener the kernel refuses joins, so the caller keeps it.
    return end.accept()[0], end


def send(end, octets):
    zeros = memoryview(bytes(BUFFER))
    left = octets
    try:
        while left:
            part = BUFFER if left < 0 else min(left, BUFFER)
            end.sendall(zeros[:part])
            left -= 0 if left < 0 else part
        end.shutdown(socket.SHUT_WR)
    except OSError:
        # The other end has closed a stream without end.
        pass


class Meter:
    """Octets, and the longest time without any, since the last look."""

    def __init__(self):
        self.begin = self.last = time.monotonic_ns()
        self.octets = self.gap = 0

    def add(self, octets):
        now = time.monotonic_ns()
        self.gap = max(self.gap, now - self.last)
        self.last = now
        self.octets += octets

    def take(self):
        now = time.monotonic_ns()
        taken = self.octets, now - self.begin, max(self.gap, now - self.last)
        self.begin = now
        self.octets = self.gap = 0
        return taken


class Subflows:
    """What the kernel says of the connection, asked now and then."""

    def __init__(self, end):
        self.end = end
        self.most = self.now = self.fallback = self.next = 0

    def look(self):
        self.next = time.monotonic() + LOOK_SECONDS
        try:
            info = self.end.getsockopt(SOL_MPTCP, MPTCP_INFO, 256)
            self.now = info[0] + 1
            self.most = max(self.most, self.now)
            self.fallback |= struct.unpack_from("=I", info, 8)[0] & 1
        except OSError:
            # A connection that has fallen back no longer knows MPTCP's options.
            self.fallback = 1

    def look_if_due(self):
        if time.monotonic() >= self.next:
            self.look()


def say(word, measured, subflows, fallback):
    print("%s octets=%d nanos=%d gap=%d subflows=%d fallback=%d" % (word, *measured, subflows, fallback), flush=True)


def main():
    # Whoever interrupts the whole program wants no word from this part of it.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    args = arguments()
    end, listener = connect(args)
    print("connected", flush=True)
    into = memoryview(bytearray(BUFFER))
    commands = sys.stdin.buffer.raw
    sender = threading.Thread(target=send, args=(end, args.octets), daemon=True)
    meter, whole = Meter(), Meter()
    subflows = Subflows(end)
    while True:
        ready = select.select([end, commands], [], [])[0]
        if end in ready:
            count = end.recv_into(into)
            if not count:
                break
            meter.add(count)
            whole.add(count)
            subflows.look_if_due()
        if commands in ready:
            word = commands.readline().strip()
            if word == b"":
                return
            if word == b"go":
                meter, whole = Meter(), Meter()
                if args.octets:
                    sender.start()
            else:
                subflows.look()
                say("interval", meter.take(), subflows.now, subflows.fallback)
    if sender.ident is None and args.octets:
        # The other end gave up before it began.
        return
    if args.octets:
        sender.join()
    say("done", whole.take(), subflows.most, subflows.fallback)
    # The connection stays until the caller has seen enough of it.
    commands.readline()


main()
