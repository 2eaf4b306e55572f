/**
 * Producers, consumers and a consumer group on Kafka's own clients, which record what they do and
 * see. Read {@link io.myelin.system.load.Load} first.
 */
package io.myelin.system.load;
