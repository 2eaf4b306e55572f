/**
 * Side-by-side runs of brokers that speak the Kafka protocol. Start with {@link
 * io.myelin.bench.Peer}, then {@link io.myelin.bench.Scenario}.
 */
package io.myelin.bench;
