package io.myelin.sim;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.LongConsumer;

/** What goes wrong on a disk, and how long things take. Confined to the simulation's thread. */
public final class DiskFaults {
  private final SimRandomness random;
  private final LongConsumer chargeNs;
  private FailRule failRule = (operation, path) -> false;
  private CostRule costRule = (operation, path, bytes) -> 0;

  DiskFaults(SimRandomness random, LongConsumer chargeNs) {
    this.random = random;
    this.chargeNs = chargeNs;
  }

  /** Replaces the rule that says which operations fail. */
  public void failWhen(FailRule rule) {
    failRule = rule;
  }

  /** Each of these operations fails with this probability, 0 to 1. */
  public void failRandomly(Set<DiskOperation> operations, double probability) {
    EnumSet<DiskOperation> prone = EnumSet.copyOf(operations);
    failRule = (operation, path) -> prone.contains(operation) && random.chance(probability);
  }

  /** Replaces the rule that says how long operations take. */
  public void chargeTime(CostRule rule) {
    costRule = rule;
  }

  /** From now on nothing fails and everything is fast. */
  public void heal() {
    failRule = (operation, path) -> false;
    costRule = (operation, path, bytes) -> 0;
  }

  boolean fails(DiskOperation operation, Path path, long bytes) {
    long ns = costRule.ns(operation, path, bytes);
    if (ns > 0) {
      chargeNs.accept(ns);
    }
    return failRule.fails(operation, path);
  }

  void check(DiskOperation operation, Path path, long bytes) throws IOException {
    if (fails(operation, path, bytes)) {
      throw error(operation, path);
    }
  }

  static IOException error(DiskOperation operation, Path path) {
    return new IOException("Input/output error (injected) at " + operation + " of " + path);
  }

  /** Asked once per operation, before it has any effect. */
  @FunctionalInterface
  public interface FailRule {
    boolean fails(DiskOperation operation, Path path);
  }

  /** How long an operation takes; {@code bytes} is 0 where none are moved. */
  @FunctionalInterface
  public interface CostRule {
    long ns(DiskOperation operation, Path path, long bytes);
  }
}
