package io.myelin.broker.coordinator.group;

/**
 * Where a group of the classic protocol stands.
 *
 * <pre>
 *            first member joins            all have joined, or time is up
 *   EMPTY ───────────────────▶ PREPARING ─────────────────▶ COMPLETING
 *     ▲                         ▲  │  ▲   somebody joins,         │ the leader's
 *     └─────────────────────────┼──┘  └── leaves, or fails ───────┤ assignment
 *           nobody is left      └──────────────────── STABLE ◀────┘
 * </pre>
 */
public enum ClassicState {
  EMPTY("Empty"),
  PREPARING("PreparingRebalance"),
  COMPLETING("CompletingRebalance"),
  STABLE("Stable");

  private final String wireName;

  ClassicState(String wireName) {
    this.wireName = wireName;
  }

  /** As clients are told. */
  public String wireName() {
    return wireName;
  }
}
