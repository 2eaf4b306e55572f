package io.myelin.broker.coordinator;

/** Effect of a decision: {@code response} goes to {@code to} once the decision is committed. */
public record Reply<A>(Answer<A> to, A response) {
  void send() {
    to.complete(response);
  }

  void fail(CoordinatorUnavailable why) {
    to.fail(why);
  }
}
