package io.myelin.broker.api.data;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.RequestContext;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/**
 * InitProducerId: a new id for an idempotent producer. Transactional ids have no coordinator here
 * yet and are told to try again.
 */
public final class InitProducerIdHandler
    implements ApiHandler<InitProducerIdRequestData, InitProducerIdResponseData> {
  private static final long NO_PRODUCER_ID = -1;
  private static final short NO_EPOCH = -1;

  private final ProducerIds ids;

  public InitProducerIdHandler(ProducerIds ids) {
    this.ids = ids;
  }

  @Override
  public ApiKeys key() {
    return ApiKeys.INIT_PRODUCER_ID;
  }

  @Override
  public CompletionStage<InitProducerIdResponseData> handle(
      RequestContext context, InitProducerIdRequestData request) {
    if ((request.producerId() == NO_PRODUCER_ID) != (request.producerEpoch() == NO_EPOCH)) {
      return CompletableFuture.completedFuture(failed(Errors.INVALID_REQUEST));
    }
    if (request.transactionalId() != null) {
      Errors error =
          request.transactionalId().isEmpty()
              ? Errors.INVALID_REQUEST
              : Errors.COORDINATOR_NOT_AVAILABLE;
      return CompletableFuture.completedFuture(failed(error));
    }
    return ids.next()
        .handle(
            (id, error) ->
                error == null
                    ? new InitProducerIdResponseData().setProducerId(id).setProducerEpoch((short) 0)
                    : failed(Errors.COORDINATOR_LOAD_IN_PROGRESS));
  }

  private static InitProducerIdResponseData failed(Errors error) {
    return new InitProducerIdResponseData()
        .setErrorCode(error.code())
        .setProducerId(NO_PRODUCER_ID)
        .setProducerEpoch(NO_EPOCH);
  }
}
