package io.myelin.broker.coordinator.group;

import io.myelin.broker.coordinator.Answer;
import io.myelin.broker.coordinator.CoordinatorRecord;
import io.myelin.broker.coordinator.Decision;
import io.myelin.broker.coordinator.Reply;
import io.myelin.broker.coordinator.TimerEffect;
import java.util.ArrayList;
import java.util.List;

/**
 * One decision in the making. Lives for one event, on one thread: the rules read the state from it
 * and leave their changes and effects in it.
 */
final class GroupTurn {
  private final long nowMs;
  private Groups state;
  private final List<CoordinatorRecord> records = new ArrayList<>();
  private final List<Reply<?>> replies = new ArrayList<>();
  private final List<TimerEffect<GroupTimer>> timers = new ArrayList<>();

  GroupTurn(Groups state, long nowMs) {
    this.state = state;
    this.nowMs = nowMs;
  }

  /** Wall clock. */
  long nowMs() {
    return nowMs;
  }

  Groups state() {
    return state;
  }

  /** The group, or null. */
  ClassicGroup group(String id) {
    return state.group(id);
  }

  void put(ClassicGroup group) {
    state = state.with(group);
  }

  void set(Groups newState) {
    state = newState;
  }

  void append(CoordinatorRecord record) {
    records.add(record);
  }

  int records() {
    return records.size();
  }

  /** Without effect if {@code to} is null: nobody waits. */
  <A> void reply(Answer<A> to, A response) {
    if (to != null) {
      replies.add(new Reply<>(to, response));
    }
  }

  void schedule(GroupTimer timer, long delayMs) {
    timers.add(new TimerEffect.Schedule<>(timer, delayMs));
  }

  void cancel(GroupTimer timer) {
    timers.add(new TimerEffect.Cancel<>(timer));
  }

  Decision<Groups, GroupTimer> end() {
    return new Decision<>(state, records, replies, timers);
  }
}
