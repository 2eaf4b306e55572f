package io.myelin.wire;

import com.google.protobuf.ByteString;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.Controller;
import io.myelin.metadata.Controller.Quorum;
import io.myelin.metadata.Controller.QuorumMember;
import io.myelin.metadata.Controller.Refusal;
import io.myelin.metadata.Controller.Result;
import io.myelin.metadata.ImageChanges;
import io.myelin.metadata.MetadataCodec;
import io.myelin.metadata.MetadataKeys;
import io.myelin.metadata.MetadataRecord;
import io.myelin.metadata.PartitionImage;
import io.myelin.metadata.TopicImage;
import io.myelin.rpc.controller.v1.DescribeQuorumAnswer;
import io.myelin.rpc.controller.v1.ElectLeadersAnswer;
import io.myelin.rpc.controller.v1.Election;
import io.myelin.rpc.controller.v1.Refused;
import io.myelin.rpc.controller.v1.ResultsAnswer;
import io.myelin.rpc.controller.v1.TopicRecords;
import io.myelin.rpc.controller.v1.TopicResult;
import io.myelin.rpc.controller.v1.TopicsAnswer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What {@link Controller} answers, as messages. Stateless. */
public final class AdminAnswers {
  private static final String REFUSAL_PREFIX = "REFUSAL_";
  private static final UUID ANY_TOPIC = new UUID(0, 0);

  private AdminAnswers() {}

  public static TopicsAnswer topics(List<Result<TopicImage>> results, long revision) {
    TopicsAnswer.Builder to = TopicsAnswer.newBuilder().setRevision(revision);
    for (Result<TopicImage> result : results) {
      switch (result) {
        case Result.Ok<TopicImage>(TopicImage topic) ->
            to.addResultsBuilder()
                .setTopic(TopicRecords.newBuilder().addAllEntries(ImageEntries.of(topic)));
        case Result.Refused<TopicImage> refused ->
            to.addResultsBuilder().setRefused(refused(refused));
      }
    }
    return to.build();
  }

  public static List<Result<TopicImage>> topics(TopicsAnswer from) {
    return from.getResultsList().stream().map(AdminAnswers::topic).toList();
  }

  private static Result<TopicImage> topic(TopicResult from) {
    return switch (from.getResultCase()) {
      case TOPIC -> {
        ClusterImage alone =
            ImageChanges.apply(
                    ClusterImage.empty(""),
                    0,
                    ImageEntries.changes(from.getTopic().getEntriesList()))
                .image();
        yield new Result.Ok<>(alone.topics().values().iterator().next());
      }
      case REFUSED -> refused(from.getRefused());
      case RESULT_NOT_SET ->
          new Result.Refused<>(Refusal.UNAVAILABLE, "The controller's answer is not understood");
    };
  }

  public static ResultsAnswer results(List<Result<Void>> results, long revision) {
    ResultsAnswer.Builder to = ResultsAnswer.newBuilder().setRevision(revision);
    for (Result<Void> result : results) {
      var each = to.addResultsBuilder();
      switch (result) {
        case Result.Ok<Void> ignored -> {}
        case Result.Refused<Void> refused -> each.setRefused(refused(refused));
      }
    }
    return to.build();
  }

  public static List<Result<Void>> results(ResultsAnswer from) {
    return from.getResultsList().stream()
        .map(
            each ->
                each.hasRefused()
                    ? AdminAnswers.<Void>refused(each.getRefused())
                    : new Result.Ok<Void>(null))
        .toList();
  }

  public static ResultsAnswer partitions(List<Result<PartitionImage>> results, long revision) {
    return ResultsAnswer.newBuilder()
        .setRevision(revision)
        .addAllResults(results.stream().map(AdminAnswers::partition).toList())
        .build();
  }

  public static List<Result<PartitionImage>> partitions(ResultsAnswer from) {
    return from.getResultsList().stream().map(AdminAnswers::partition).toList();
  }

  public static ElectLeadersAnswer elections(
      Map<Controller.TopicPartition, Result<PartitionImage>> results, long revision) {
    ElectLeadersAnswer.Builder to = ElectLeadersAnswer.newBuilder().setRevision(revision);
    results.forEach(
        (name, result) ->
            to.addElectionsBuilder()
                .setPartition(AdminRequests.name(name))
                .setResult(partition(result)));
    return to.build();
  }

  public static Map<Controller.TopicPartition, Result<PartitionImage>> elections(
      ElectLeadersAnswer from) {
    Map<Controller.TopicPartition, Result<PartitionImage>> results = new LinkedHashMap<>();
    for (Election each : from.getElectionsList()) {
      results.put(AdminRequests.name(each.getPartition()), partition(each.getResult()));
    }
    return results;
  }

  public static DescribeQuorumAnswer quorum(Result<Quorum> result) {
    return switch (result) {
      case Result.Ok<Quorum>(Quorum quorum) ->
          DescribeQuorumAnswer.newBuilder()
              .setLeaderId(quorum.leaderId())
              .setControllerEpoch(quorum.epoch())
              .setRevision(quorum.revision())
              .addAllVoters(quorum.voters().stream().map(AdminAnswers::member).toList())
              .addAllObservers(quorum.observers().stream().map(AdminAnswers::member).toList())
              .build();
      case Result.Refused<Quorum> refused ->
          DescribeQuorumAnswer.newBuilder().setRefused(refused(refused)).build();
    };
  }

  public static Result<Quorum> quorum(DescribeQuorumAnswer from) {
    return from.hasRefused()
        ? refused(from.getRefused())
        : new Result.Ok<>(
            new Quorum(
                from.getLeaderId(),
                from.getControllerEpoch(),
                from.getRevision(),
                from.getVotersList().stream().map(AdminAnswers::member).toList(),
                from.getObserversList().stream().map(AdminAnswers::member).toList()));
  }

  private static io.myelin.rpc.controller.v1.QuorumMember member(QuorumMember member) {
    var to =
        io.myelin.rpc.controller.v1.QuorumMember.newBuilder()
            .setId(member.id())
            .setRevision(member.revision())
            .setLastHeardMs(member.lastHeardMs())
            .setLastCaughtUpMs(member.lastCaughtUpMs());
    member.endpoint().ifPresent(at -> to.setEndpoint(Ids.endpoint(at)));
    return to.build();
  }

  private static QuorumMember member(io.myelin.rpc.controller.v1.QuorumMember from) {
    return new QuorumMember(
        from.getId(),
        from.getRevision(),
        from.getLastHeardMs(),
        from.getLastCaughtUpMs(),
        from.hasEndpoint() ? Optional.of(Ids.endpoint(from.getEndpoint())) : Optional.empty());
  }

  /** The record's value does not say which partition it is of; whoever asked knows. */
  private static io.myelin.rpc.controller.v1.Result partition(Result<PartitionImage> result) {
    var to = io.myelin.rpc.controller.v1.Result.newBuilder();
    switch (result) {
      case Result.Ok<PartitionImage>(PartitionImage image) ->
          to.setPartition(
              ByteString.copyFrom(
                  MetadataCodec.encode(new MetadataRecord.Partition(ANY_TOPIC, 0, image))));
      case Result.Refused<PartitionImage> refused -> to.setRefused(refused(refused));
    }
    return to.build();
  }

  private static Result<PartitionImage> partition(io.myelin.rpc.controller.v1.Result from) {
    if (from.hasRefused()) {
      return refused(from.getRefused());
    }
    MetadataRecord record =
        MetadataCodec.decode(
            MetadataKeys.partition(ANY_TOPIC, 0), from.getPartition().toByteArray());
    return new Result.Ok<>(((MetadataRecord.Partition) record).image());
  }

  private static <T> Refused refused(Result.Refused<T> refused) {
    return Refused.newBuilder()
        .setRefusal(
            io.myelin.rpc.controller.v1.Refusal.valueOf(REFUSAL_PREFIX + refused.refusal().name()))
        .setMessage(refused.message() == null ? "" : refused.message())
        .build();
  }

  /** A refusal that this version has no name for says at least why. */
  private static <T> Result<T> refused(Refused from) {
    String name = from.getRefusal().name();
    for (Refusal refusal : Refusal.values()) {
      if (name.equals(REFUSAL_PREFIX + refusal.name())) {
        return new Result.Refused<>(refusal, from.getMessage());
      }
    }
    return new Result.Refused<>(Refusal.UNAVAILABLE, from.getMessage());
  }
}
