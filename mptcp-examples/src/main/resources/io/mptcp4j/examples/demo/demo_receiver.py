"""`receive` on the kernel's own MPTCP: takes one file and keeps nothing but its SHA-256. For `demo --tun`."""
import hashlib
import socket
import struct
import sys

IPPROTO_MPTCP = 262
READY, RECEIVED, DAMAGED = 0, 1, 3
CHUNK = 1 << 18


def exactly(connection, count):
    octets = b""
    while len(octets) < count:
        more = connection.recv(count - len(octets))
        if not more:
            sys.exit("torn")
        octets += more
    return octets


def reply(connection, code):
    connection.sendall(struct.pack("!4sBH", b"MP4R", code, 0))


listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, IPPROTO_MPTCP)
listener.bind((sys.argv[1], 0))
listener.listen(1)
print("listening", listener.getsockname()[1], flush=True)
listener.settimeout(60)
connection = listener.accept()[0]
connection.settimeout(60)
magic, version, _, name_length, left = struct.unpack("!4sBBHQ", exactly(connection, 16))
if magic != b"MP4J" or version != 1:
    sys.exit("not a transfer of version 1")
exactly(connection, name_length)
reply(connection, READY)
digest = hashlib.sha256()
while left > 0:
    octets = connection.recv(min(left, CHUNK))
    if not octets:
        sys.exit("torn")
    digest.update(octets)
    left -= len(octets)
reply(connection, RECEIVED if exactly(connection, 32) == digest.digest() else DAMAGED)
print("received", digest.hexdigest(), flush=True)
connection.recv(1)
connection.close()
