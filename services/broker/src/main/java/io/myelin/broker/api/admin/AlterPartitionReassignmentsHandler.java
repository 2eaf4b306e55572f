package io.myelin.broker.api.admin;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.RequestContext;
import io.myelin.metadata.Controller;
import io.myelin.metadata.Controller.Reassignment;
import io.myelin.metadata.Controller.Result;
import io.myelin.metadata.MetadataPublisher;
import io.myelin.metadata.PartitionImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignablePartition;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignableTopic;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData.ReassignablePartitionResponse;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData.ReassignableTopicResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/** AlterPartitionReassignments: moves partitions between brokers, or calls that off (KIP-455). */
public final class AlterPartitionReassignmentsHandler
    implements ApiHandler<
        AlterPartitionReassignmentsRequestData, AlterPartitionReassignmentsResponseData> {
  private final MetadataPublisher metadata;
  private final Controller controller;

  public AlterPartitionReassignmentsHandler(MetadataPublisher metadata, Controller controller) {
    this.metadata = metadata;
    this.controller = controller;
  }

  @Override
  public ApiKeys key() {
    return ApiKeys.ALTER_PARTITION_REASSIGNMENTS;
  }

  @Override
  public CompletionStage<AlterPartitionReassignmentsResponseData> handle(
      RequestContext context, AlterPartitionReassignmentsRequestData request) {
    AlterPartitionReassignmentsResponseData response =
        new AlterPartitionReassignmentsResponseData()
            .setAllowReplicationFactorChange(request.allowReplicationFactorChange());
    List<Reassignment> asked = new ArrayList<>();
    List<ReassignablePartitionResponse> answers = new ArrayList<>();
    for (ReassignableTopic topic : request.topics()) {
      ReassignableTopicResponse answer = new ReassignableTopicResponse().setName(topic.name());
      response.responses().add(answer);
      for (ReassignablePartition partition : topic.partitions()) {
        ReassignablePartitionResponse of =
            new ReassignablePartitionResponse().setPartitionIndex(partition.partitionIndex());
        answer.partitions().add(of);
        if (!request.allowReplicationFactorChange() && changesFactor(topic.name(), partition)) {
          of.setErrorCode(Errors.INVALID_REPLICATION_FACTOR.code())
              .setErrorMessage("The replication factor is changed by the reassignment.");
        } else {
          asked.add(
              new Reassignment(
                  topic.name(),
                  partition.partitionIndex(),
                  Optional.ofNullable(partition.replicas())));
          answers.add(of);
        }
      }
    }
    return controller
        .alterReassignments(asked)
        .thenApply(
            results -> {
              for (int i = 0; i < results.size(); i++) {
                fill(answers.get(i), results.get(i));
              }
              return response;
            });
  }

  private boolean changesFactor(String topic, ReassignablePartition partition) {
    PartitionImage present = metadata.image().partition(topic, partition.partitionIndex());
    return present != null
        && partition.replicas() != null
        && partition.replicas().size() != present.replicas().size() - present.adding().size();
  }

  private static void fill(ReassignablePartitionResponse answer, Result<PartitionImage> result) {
    if (result instanceof Result.Refused<PartitionImage> refused) {
      answer
          .setErrorCode(Refusals.error(refused.refusal()).code())
          .setErrorMessage(refused.message());
    }
  }
}
