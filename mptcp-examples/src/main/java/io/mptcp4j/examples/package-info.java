/**
 * The programs that users run: file transfer, demo and bench, each a command of {@link io.mptcp4j.examples.Main}. They
 * use the public edge of the library alone, as any other program would.
 */
package io.mptcp4j.examples;
