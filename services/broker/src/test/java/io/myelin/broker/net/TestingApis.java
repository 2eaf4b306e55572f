package io.myelin.broker.net;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.Apis;
import io.myelin.broker.api.Features;
import io.myelin.broker.api.RequestContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/** Handlers that a test answers by hand. */
final class TestingApis {
  /** A request that has been dispatched. */
  record Call<Q extends ApiMessage, A extends ApiMessage>(
      RequestContext context, Q request, CompletableFuture<A> answer) {}

  static final class ByHand<Q extends ApiMessage, A extends ApiMessage>
      implements ApiHandler<Q, A> {
    private final ApiKeys key;
    private final Ordering ordering;
    private final boolean keepsFrame;
    final List<Call<Q, A>> calls = new ArrayList<>();

    ByHand(ApiKeys key, Ordering ordering, boolean keepsFrame) {
      this.key = key;
      this.ordering = ordering;
      this.keepsFrame = keepsFrame;
    }

    @Override
    public ApiKeys key() {
      return key;
    }

    @Override
    public Ordering ordering() {
      return ordering;
    }

    @Override
    public boolean keepsFrame() {
      return keepsFrame;
    }

    @Override
    public synchronized CompletionStage<A> handle(RequestContext context, Q request) {
      Call<Q, A> call = new Call<>(context, request, new CompletableFuture<>());
      calls.add(call);
      return call.answer();
    }

    synchronized Call<Q, A> call(int index) {
      return calls.get(index);
    }
  }

  private TestingApis() {}

  static Apis of(ApiHandler<?, ?>... handlers) {
    return new Apis(List.of(handlers), () -> Features.NONE);
  }
}
