package io.myelin.simulation;

/** Ends whatever a killed process was doing. An error, so that no code under test catches it. */
final class ProcessEnded extends Error {
  private static final long serialVersionUID = 1;

  ProcessEnded() {
    super("the process was killed", null, false, false);
  }
}
