"""Connections of the kernel's MPTCP to servers that answer with the SHA-256 of what they got, for the tests.

Opens them all, sends one octet on each so that subflows are added, waits for a line, sends the rest, and prints how many
digests were right.
"""
import hashlib
import random
import socket
import sys

IPPROTO_MPTCP = 262


def main():
    address, port, own, count, octets = sys.argv[1:6]
    connections = []
    for i in range(int(count)):
        connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM, IPPROTO_MPTCP)
        connection.settimeout(60)
        connection.bind((own, 0))
        connection.connect((address, int(port)))
        content = random.Random(i).randbytes(int(octets))
        connection.sendall(content[:1])
        connections.append((connection, content))
    print("connected", flush=True)
    sys.stdin.readline()
    right = 0
    for connection, content in connections:
        connection.sendall(content[1:])
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while True:
            more = connection.recv(64)
            if not more:
                break
            answer += more
        right += answer == hashlib.sha256(content).digest()
        connection.close()
    print("right", right, flush=True)


main()
