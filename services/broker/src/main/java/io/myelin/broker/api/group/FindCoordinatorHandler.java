package io.myelin.broker.api.group;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.RequestContext;
import io.myelin.broker.coordinator.group.GroupCoordinator;
import io.myelin.broker.coordinator.group.OffsetsTopic;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.FindCoordinatorResponseData.Coordinator;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.jboss.logging.Logger;

/**
 * FindCoordinator: which broker serves a group; since version 4 for several keys at once. The first
 * one to ask makes {@code __consumer_offsets}, and is answered when it is there.
 *
 * <p>Design note: keys of transactions (and of share groups) are answered with UNSUPPORTED_VERSION
 * and a message, until they are served. The retriable COORDINATOR_NOT_AVAILABLE would let a
 * transactional producer wait for a minute, and then blame a timeout; this fails at once and says
 * why.
 *
 * <p>Exclusive: no mailbox decides its order, and clients send nothing behind it.
 */
public final class FindCoordinatorHandler
    implements ApiHandler<FindCoordinatorRequestData, FindCoordinatorResponseData> {
  private static final Logger LOG = Logger.getLogger(FindCoordinatorHandler.class);
  private static final int BATCH_VERSION = 4; // KIP-699
  private static final byte GROUP = 0;
  private static final byte TRANSACTION = 1;
  private static final byte SHARE = 2;

  private final OffsetsTopic topic;

  public FindCoordinatorHandler(OffsetsTopic topic) {
    this.topic = topic;
  }

  @Override
  public ApiKeys key() {
    return ApiKeys.FIND_COORDINATOR;
  }

  @Override
  public CompletionStage<FindCoordinatorResponseData> handle(
      RequestContext context, FindCoordinatorRequestData request) {
    boolean batch = context.apiVersion() >= BATCH_VERSION;
    List<String> keys = batch ? request.coordinatorKeys() : List.of(request.key());
    return topicExists(request.keyType())
        .thenApply(
            exists -> {
              List<Coordinator> found =
                  keys.stream().map(key -> find(context, request.keyType(), key)).toList();
              return batch
                  ? new FindCoordinatorResponseData().setCoordinators(found)
                  : single(found.getFirst());
            });
  }

  private CompletionStage<Void> topicExists(byte keyType) {
    if (keyType != GROUP || topic.partitionCount() > 0) {
      return CompletableFuture.completedStage(null);
    }
    return topic
        .create()
        .exceptionally(
            failure -> {
              // The client is told to try again, and then so do we.
              LOG.warnf(failure, "%s could not be created", Topic.GROUP_METADATA_TOPIC_NAME);
              return null;
            });
  }

  private Coordinator find(RequestContext context, byte keyType, String key) {
    return switch (keyType) {
      case GROUP -> {
        int partitions = topic.partitionCount();
        yield partitions == 0
            ? unavailable(key)
            : topic
                .leader(GroupCoordinator.partitionFor(key, partitions), context.listener())
                .map(
                    node ->
                        new Coordinator()
                            .setKey(key)
                            .setNodeId(node.id())
                            .setHost(node.host())
                            .setPort(node.port()))
                .orElseGet(() -> unavailable(key));
      }
      case TRANSACTION ->
          error(key, Errors.UNSUPPORTED_VERSION, "this cluster does not serve transactions yet");
      case SHARE ->
          error(key, Errors.UNSUPPORTED_VERSION, "this cluster does not serve share groups yet");
      default -> error(key, Errors.INVALID_REQUEST, "unknown type of coordinator: " + keyType);
    };
  }

  private static Coordinator unavailable(String key) {
    return error(key, Errors.COORDINATOR_NOT_AVAILABLE, null);
  }

  private static Coordinator error(String key, Errors error, String message) {
    return new Coordinator()
        .setKey(key)
        .setErrorCode(error.code())
        .setErrorMessage(message == null ? error.message() : message)
        .setNodeId(-1)
        .setHost("")
        .setPort(-1);
  }

  private static FindCoordinatorResponseData single(Coordinator found) {
    return new FindCoordinatorResponseData()
        .setErrorCode(found.errorCode())
        .setErrorMessage(found.errorMessage())
        .setNodeId(found.nodeId())
        .setHost(found.host())
        .setPort(found.port());
  }
}
