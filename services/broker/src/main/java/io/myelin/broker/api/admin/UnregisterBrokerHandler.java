package io.myelin.broker.api.admin;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.RequestContext;
import io.myelin.metadata.Controller;
import io.myelin.metadata.Controller.Result;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.UnregisterBrokerRequestData;
import org.apache.kafka.common.message.UnregisterBrokerResponseData;
import org.apache.kafka.common.protocol.ApiKeys;

/** UnregisterBroker: forgets a broker that will not come back. */
public final class UnregisterBrokerHandler
    implements ApiHandler<UnregisterBrokerRequestData, UnregisterBrokerResponseData> {
  private final Controller controller;

  public UnregisterBrokerHandler(Controller controller) {
    this.controller = controller;
  }

  @Override
  public ApiKeys key() {
    return ApiKeys.UNREGISTER_BROKER;
  }

  @Override
  public CompletionStage<UnregisterBrokerResponseData> handle(
      RequestContext context, UnregisterBrokerRequestData request) {
    return controller
        .unregisterBroker(request.brokerId())
        .thenApply(
            result ->
                switch (result) {
                  case Result.Ok<Void> ok -> new UnregisterBrokerResponseData();
                  case Result.Refused<Void> refused ->
                      new UnregisterBrokerResponseData()
                          .setErrorCode(Refusals.error(refused.refusal()).code())
                          .setErrorMessage(refused.message());
                });
  }
}
