package io.myelin.broker.api.fetch;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.RequestContext;
import io.myelin.broker.image.CurrentLeaders;
import io.myelin.broker.partition.Partitions;
import io.myelin.env.Scheduler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.protocol.ApiKeys;

/**
 * Fetch: resolves the session, reads what the partitions' views have, and answers with slices of
 * files; a fetch that cannot be filled is parked until a partition moves or its time is up.
 */
public final class FetchHandler implements ApiHandler<FetchRequestData, FetchResponseData> {
  private final Partitions partitions;
  private final CurrentLeaders leaders;
  private final ReadReplicas replicas;
  private final FetchSessions sessions;
  private final Scheduler scheduler;
  private final Executor readers;
  private final int responseBytesMax;
  private final LongAdder parked = new LongAdder();

  /**
   * @param replicas where consumers are sent that had better read elsewhere
   * @param readers workers that read what is not in memory
   * @param responseBytesMax fetch.max.bytes, the broker's own limit
   */
  public FetchHandler(
      Partitions partitions,
      CurrentLeaders leaders,
      ReadReplicas replicas,
      FetchSessions sessions,
      Scheduler scheduler,
      Executor readers,
      int responseBytesMax) {
    this.partitions = partitions;
    this.leaders = leaders;
    this.replicas = replicas;
    this.sessions = sessions;
    this.scheduler = scheduler;
    this.readers = readers;
    this.responseBytesMax = responseBytesMax;
  }

  /** Fetches that wait for records now. */
  public long parked() {
    return parked.sum();
  }

  @Override
  public ApiKeys key() {
    return ApiKeys.FETCH;
  }

  @Override
  public Ordering ordering() {
    return Ordering.PIPELINED; // reads change nothing that a following request could see
  }

  @Override
  public CompletionStage<FetchResponseData> handle(
      RequestContext context, FetchRequestData request) {
    return switch (sessions.open(request, context.apiVersion())) {
      case FetchSessions.Opened.Failed failed ->
          CompletableFuture.completedFuture(
              new FetchResponseData().setErrorCode(failed.error().code()));
      case FetchSessions.Opened.Ready ready ->
          new FetchCall(
                  new PartitionReader(partitions, replicas, request, context.apiVersion()),
                  new LeaderHints(leaders, context),
                  ready.session(),
                  ready.incremental(),
                  request,
                  Math.min(request.maxBytes(), responseBytesMax),
                  context.eventLoop(),
                  readers,
                  scheduler,
                  parked)
              .start();
    };
  }
}
