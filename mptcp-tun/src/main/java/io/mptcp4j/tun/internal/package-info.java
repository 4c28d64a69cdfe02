/**
 * The C library as jnr-ffi needs to see it, in public. Not for users of this project; may change at any time.
 *
 * <p>Main type: {@link io.mptcp4j.tun.internal.LibC}.
 */
package io.mptcp4j.tun.internal;
