/** Holds the sources of the core to the floors of {@code docs/architecture.md}. Reads text; knows no class of the core. */
package io.mptcp4j.floors;
