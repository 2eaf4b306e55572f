package io.myelin.broker.api.group;

import io.myelin.broker.coordinator.CoordinatorUnavailable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.utils.Utils;

/** What the group APIs share: errors of the coordinator as Kafka's, and answers put together. */
final class GroupErrors {
  /** What may be done to a group: all of it, as long as nothing is forbidden. */
  static final int ALL_OPERATIONS =
      Utils.to32BitField(
          Set.of(
              AclOperation.READ.code(),
              AclOperation.DELETE.code(),
              AclOperation.DESCRIBE.code(),
              AclOperation.DESCRIBE_CONFIGS.code(),
              AclOperation.ALTER_CONFIGS.code()));

  private GroupErrors() {}

  /** The answer, or what {@code onError} makes of the error that the client is to be told. */
  static <A> CompletionStage<A> orError(CompletionStage<A> answer, Function<Errors, A> onError) {
    return answer.exceptionally(failure -> onError.apply(error(failure)));
  }

  /** Anything but {@link CoordinatorUnavailable} is a defect and goes on as it is. */
  static Errors error(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (!(cause instanceof CoordinatorUnavailable unavailable)) {
      throw new CompletionException(cause);
    }
    return switch (unavailable.reason()) {
      case NOT_COORDINATOR -> Errors.NOT_COORDINATOR;
      case LOADING -> Errors.COORDINATOR_LOAD_IN_PROGRESS;
      case NOT_WRITTEN, TIMED_OUT -> Errors.COORDINATOR_NOT_AVAILABLE;
      case TOO_LARGE, FAILED -> Errors.UNKNOWN_SERVER_ERROR;
    };
  }

  /** All answers, in the order of the stages; fails if one of them does. */
  static <A> CompletionStage<List<A>> all(List<? extends CompletionStage<A>> stages) {
    CompletionStage<List<A>> sum = CompletableFuture.completedStage(new ArrayList<>());
    for (CompletionStage<A> stage : stages) {
      sum =
          sum.thenCombine(
              stage,
              (list, one) -> {
                list.add(one);
                return list;
              });
    }
    return sum;
  }
}
