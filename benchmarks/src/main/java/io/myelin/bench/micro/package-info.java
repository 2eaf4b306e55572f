/** Micro-benchmarks of the hot loops: {@code bin/myelin bench jmh}. */
package io.myelin.bench.micro;
