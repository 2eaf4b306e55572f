package io.myelin.simulation;

/** Something happened that must not. An error, so that no code under test catches it. */
public final class Violation extends Error {
  private static final long serialVersionUID = 1;

  public Violation(String what) {
    super(what);
  }
}
