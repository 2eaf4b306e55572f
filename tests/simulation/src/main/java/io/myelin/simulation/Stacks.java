package io.myelin.simulation;

import java.io.PrintWriter;
import java.io.StringWriter;

/** Stack traces as text. */
public final class Stacks {
  private Stacks() {}

  public static String of(Throwable e) {
    StringWriter text = new StringWriter();
    e.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
