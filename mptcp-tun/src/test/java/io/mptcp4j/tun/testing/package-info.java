/**
 * The kernel as a witness: network namespaces with TUN devices, the kernel's own MPTCP as the other end, its counters,
 * and captures judged by tshark.
 *
 * <p>All traffic stays inside namespaces that a test makes and removes. Main type:
 * {@link io.mptcp4j.tun.testing.NetworkNamespace}; tests that need one are marked {@link
 * io.mptcp4j.tun.testing.KernelTest}.
 */
package io.mptcp4j.tun.testing;
