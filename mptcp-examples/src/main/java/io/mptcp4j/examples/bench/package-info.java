/**
 * The command {@code bench}: our stack and the kernel's, side by side, in one run on one machine. It uses the library as
 * any other program would and knows nothing of its insides. Main types: {@link io.mptcp4j.examples.bench.BenchCommand},
 * {@link io.mptcp4j.examples.bench.BenchCase}, {@link io.mptcp4j.examples.bench.AggregationCase}.
 */
package io.mptcp4j.examples.bench;
