package io.myelin.simulation;

/** A broker as its clients see it. */
public interface ServerSide {

  /** A client's connection arrives; null if nobody listens. */
  SimulatedSocket accept(SimulatedSocket.Wire wire);

  boolean isAlive();

  /** Counts its processes: what was said to a former one does not reach the next. */
  int life();
}
