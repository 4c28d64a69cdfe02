/**
 * The demonstration: one file from a phone to a server over an emulated Wi-Fi and LTE, over one path, over both, and over
 * both with one cut half way. Knows nothing of command lines. Main type: {@link io.mptcp4j.examples.demo.Demo}.
 */
package io.mptcp4j.examples.demo;
