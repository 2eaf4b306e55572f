package io.myelin.controller;

import io.myelin.metadata.MetadataStore.Outcome;
import io.myelin.metadata.NotControllerException;

/** What the active controller makes of the store's answers. */
final class Outcomes {
  private Outcomes() {}

  /**
   * The revision of a transaction that nobody can have contradicted.
   *
   * @throws NotControllerException if another controller was elected
   */
  static long revision(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Committed committed -> committed.revision();
      case Outcome.Conflict conflict ->
          throw new IllegalStateException(
              "Another controller wrote to the metadata store: " + conflict.keys());
      case Outcome.Deposed ignored ->
          throw new NotControllerException("This controller is not the active one any more");
    };
  }
}
