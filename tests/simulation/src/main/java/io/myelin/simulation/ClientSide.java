package io.myelin.simulation;

import io.myelin.env.Scheduler;
import io.myelin.sim.SimRandomness;

/** What clients' connections need of the run that they are part of. */
public interface ClientSide {
  SimRandomness random();

  /** Timers of clients. */
  Scheduler clock();

  /** Something happened that must not. */
  void violation(String what);

  void requested();

  void answered();

  void connected(ClientConnection connection);

  void disconnected(ClientConnection connection);
}
