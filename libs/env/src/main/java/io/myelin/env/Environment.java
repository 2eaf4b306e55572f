package io.myelin.env;

/** The outside world, handed to whoever needs several of its parts. */
public record Environment(
    Clock clock, Scheduler scheduler, Threads threads, Disk disk, Randomness randomness) {}
