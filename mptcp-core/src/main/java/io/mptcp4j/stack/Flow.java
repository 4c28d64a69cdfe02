package io.mptcp4j.stack;

import io.mptcp4j.mptcp.Subflow;

/**
 * What a 4-tuple leads to.
 *
 * @param subflow the subflow
 * @param entry its connection
 */
record Flow(Subflow subflow, ConnectionEntry entry) {}
