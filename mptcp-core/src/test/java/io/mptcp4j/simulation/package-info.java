/** Whole transfers over simulated networks: many seeds, middleboxes, both ends ours. */
package io.mptcp4j.simulation;
