/**
 * The Linux kernel as the other host: network namespaces that a program makes for itself, with the kernel's own MPTCP in
 * them, and TUN devices that lead there. Needs root. It knows nothing of what is sent. Main type:
 * {@link io.mptcp4j.examples.kernel.Namespace}.
 */
package io.mptcp4j.examples.kernel;
