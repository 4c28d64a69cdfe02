"""The kernel's TCP or MPTCP as one end of a connection, for the tests.

Sends so many random octets of a seed, receives until the other end has finished, both at once, and prints what it saw as
one line of name=value pairs. A server prints "listening PORT" first.
"""
import argparse
import hashlib
import random
import socket
import struct
import sys
import threading
import time

IPPROTO_MPTCP = 262
SO_PROTOCOL = 38
SOL_MPTCP = 284
MPTCP_INFO = 1
CHUNK = 1 << 18
LISTENERS = []


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("role", choices=["server", "client"])
    parser.add_argument("address")
    parser.add_argument("port", type=int)
    parser.add_argument("--protocol", choices=["mptcp", "tcp"], default="mptcp")
    parser.add_argument("--bind", help="a client's own address")
    parser.add_argument("--send", type=int, default=0, help="octets")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--save", help="a file for the received octets")
    parser.add_argument("--answer-first", action="store_true", help="send only when all is received")
    parser.add_argument("--subflows", type=int, default=0, help="finish only when there have been so many subflows")
    parser.add_argument("--read-after", type=float, default=0, help="seconds before the first read")
    parser.add_argument("--read-at-subflows", type=int, default=0, help="read only when there have been so many subflows")
    parser.add_argument("--abort-after", type=int, default=-1, help="received octets after which the connection is aborted")
    parser.add_argument("--timeout", type=float, default=120, help="seconds without progress")
    return parser.parse_args()


def make_socket(args):
    family = socket.AF_INET6 if ":" in args.address else socket.AF_INET
    protocol = IPPROTO_MPTCP if args.protocol == "mptcp" else socket.IPPROTO_TCP
    made = socket.socket(family, socket.SOCK_STREAM, protocol)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return made


def open_connection(args):
    end = make_socket(args)
    if args.role == "client":
        end.settimeout(args.timeout)
        if args.bind:
            end.bind((args.bind, 0))
        end.connect((args.address, args.port))
        return end
    end.bind((args.address, args.port))
    end.listen(16)
    print("listening", end.getsockname()[1], flush=True)
    end.settimeout(args.timeout)
    connection = end.accept()[0]
    connection.settimeout(args.timeout)
    # Without its listener the kernel refuses joins.
    LISTENERS.append(end)
    return connection


class Report(dict):
    def note_mptcp(self, connection):
        """What the kernel says of the connection: an MPTCP socket that fell back no longer knows MPTCP's options."""
        self["mptcp"] = int(connection.getsockopt(socket.SOL_SOCKET, SO_PROTOCOL) == IPPROTO_MPTCP)
        try:
            info = connection.getsockopt(SOL_MPTCP, MPTCP_INFO, 256)
            self["subflows"] = max(self.get("subflows", 0), info[0] + 1)
            self["fallback"] = struct.unpack_from("=I", info, 8)[0] & 1
        except OSError:
            self["fallback"] = self["mptcp"]

    def await_subflows(self, connection, count, timeout):
        give_up = time.monotonic() + timeout
        while self.get("subflows", 0) < count and time.monotonic() < give_up:
            time.sleep(0.01)
            self.note_mptcp(connection)

    def __str__(self):
        return " ".join("%s=%s" % pair for pair in self.items())


def send(connection, args, report):
    generator = random.Random(args.seed)
    digest = hashlib.sha256()
    left = args.send
    try:
        while left > 0:
            octets = generator.randbytes(min(left, CHUNK))
            connection.sendall(octets)
            digest.update(octets)
            left -= len(octets)
        report.note_mptcp(connection)
        report.await_subflows(connection, args.subflows, args.timeout)
        connection.shutdown(socket.SHUT_WR)
    except OSError as e:
        report["sendError"] = type(e).__name__
    report["sent"] = args.send - left
    report["sentDigest"] = digest.hexdigest()


def receive(connection, args, report):
    digest = hashlib.sha256()
    received = 0
    save = open(args.save, "wb") if args.save else None
    time.sleep(args.read_after)
    report.await_subflows(connection, args.read_at_subflows, args.timeout)
    try:
        while args.abort_after < 0 or received < args.abort_after:
            octets = connection.recv(CHUNK)
            if not octets:
                break
            received += len(octets)
            digest.update(octets)
            if save:
                save.write(octets)
            if received & 0xfffff < CHUNK:
                report.note_mptcp(connection)
    except OSError as e:
        report["receiveError"] = type(e).__name__
    if args.abort_after >= 0:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    if save:
        save.close()
    report["received"] = received
    report["receivedDigest"] = digest.hexdigest()


def main():
    args = arguments()
    report = Report()
    try:
        connection = open_connection(args)
    except OSError as e:
        print("error=" + type(e).__name__, flush=True)
        return
    report.note_mptcp(connection)
    sender = threading.Thread(target=send, args=(connection, args, report))
    if not args.answer_first:
        sender.start()
    receive(connection, args, report)
    if args.answer_first:
        sender.start()
    if args.abort_after < 0:
        sender.join()
    connection.close()
    print(report, flush=True)
    sys.exit(0)


main()
