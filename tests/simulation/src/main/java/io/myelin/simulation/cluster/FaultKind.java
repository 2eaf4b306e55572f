package io.myelin.simulation.cluster;

/** What goes wrong. */
enum FaultKind {
  BROKER_KILLED
}
