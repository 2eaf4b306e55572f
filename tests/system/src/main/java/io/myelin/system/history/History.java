package io.myelin.system.history;

import java.util.function.Consumer;

/** Events that can be gone through again and again, each time in the same order. */
@FunctionalInterface
public interface History {
  void forEach(Consumer<? super Event> visitor);
}
