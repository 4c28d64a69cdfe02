package io.mptcp4j.examples.transfer;

/**
 * A file that has arrived.
 *
 * @param name what the sender calls it
 * @param place where it is, in words for the user
 * @param octets its size
 * @param digest its SHA-256
 */
public record Received(String name, String place, long octets, byte[] digest) {}
