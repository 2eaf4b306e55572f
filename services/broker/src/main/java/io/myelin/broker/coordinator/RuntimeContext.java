package io.myelin.broker.coordinator;

import io.myelin.env.Clock;
import io.myelin.env.Scheduler;
import io.myelin.env.Threads;

/**
 * What a runtime needs of the world.
 *
 * @param name of the coordinator's topic: names threads, and partitions in messages
 * @param commitTimeoutMs longest time that an answer waits for an append to commit
 */
public record RuntimeContext(
    String name, Clock clock, Scheduler scheduler, Threads threads, long commitTimeoutMs) {}
