package io.myelin.wire;

import io.myelin.metadata.ConfigKey;
import io.myelin.metadata.Controller;
import io.myelin.metadata.Controller.Election;
import io.myelin.metadata.Controller.InSyncChange;
import io.myelin.metadata.Controller.Member;
import io.myelin.rpc.controller.v1.AlterConfigsRequest;
import io.myelin.rpc.controller.v1.AlterPartitionsRequest;
import io.myelin.rpc.controller.v1.AlterReassignmentsRequest;
import io.myelin.rpc.controller.v1.ConfigChange;
import io.myelin.rpc.controller.v1.CreatePartitionsRequest;
import io.myelin.rpc.controller.v1.CreateTopicsRequest;
import io.myelin.rpc.controller.v1.ElectLeadersRequest;
import io.myelin.rpc.controller.v1.FeatureUpdate;
import io.myelin.rpc.controller.v1.NewPartitions;
import io.myelin.rpc.controller.v1.NewTopic;
import io.myelin.rpc.controller.v1.PartitionChange;
import io.myelin.rpc.controller.v1.PartitionName;
import io.myelin.rpc.controller.v1.Reassignment;
import io.myelin.rpc.controller.v1.Replicas;
import io.myelin.rpc.controller.v1.Setting;
import io.myelin.rpc.controller.v1.TopicPartition;
import io.myelin.rpc.controller.v1.UpdateFeaturesRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What brokers ask of {@link Controller}, as messages. Stateless. */
public final class AdminRequests {
  private AdminRequests() {}

  public static CreateTopicsRequest createTopics(
      List<Controller.NewTopic> topics, boolean validateOnly) {
    CreateTopicsRequest.Builder to = CreateTopicsRequest.newBuilder().setValidateOnly(validateOnly);
    for (Controller.NewTopic topic : topics) {
      NewTopic.Builder each =
          to.addTopicsBuilder()
              .setName(topic.name())
              .setPartitions(topic.partitions())
              .setReplicationFactor(topic.replicationFactor())
              .putAllConfigs(topic.configs());
      topic.assignment().forEach((p, ids) -> each.putAssignment(p, replicas(ids)));
    }
    return to.build();
  }

  public static List<Controller.NewTopic> newTopics(CreateTopicsRequest from) {
    return from.getTopicsList().stream()
        .map(
            topic -> {
              Map<Integer, List<Integer>> assignment = new LinkedHashMap<>();
              topic
                  .getAssignmentMap()
                  .forEach((p, ids) -> assignment.put(p, List.copyOf(ids.getBrokerIdsList())));
              return new Controller.NewTopic(
                  topic.getName(),
                  topic.getPartitions(),
                  topic.getReplicationFactor(),
                  assignment,
                  Map.copyOf(topic.getConfigsMap()));
            })
        .toList();
  }

  public static CreatePartitionsRequest createPartitions(
      List<Controller.NewPartitions> requests, boolean validateOnly) {
    CreatePartitionsRequest.Builder to =
        CreatePartitionsRequest.newBuilder().setValidateOnly(validateOnly);
    for (Controller.NewPartitions request : requests) {
      NewPartitions.Builder each =
          to.addTopicsBuilder().setTopic(request.topic()).setTotalCount(request.totalCount());
      request.assignment().forEach(ids -> each.addAssignment(replicas(ids)));
    }
    return to.build();
  }

  public static List<Controller.NewPartitions> newPartitions(CreatePartitionsRequest from) {
    return from.getTopicsList().stream()
        .map(
            topic ->
                new Controller.NewPartitions(
                    topic.getTopic(),
                    topic.getTotalCount(),
                    topic.getAssignmentList().stream()
                        .map(ids -> List.copyOf(ids.getBrokerIdsList()))
                        .toList()))
        .toList();
  }

  public static AlterConfigsRequest alterConfigs(List<Controller.ConfigChange> changes) {
    AlterConfigsRequest.Builder to = AlterConfigsRequest.newBuilder();
    for (Controller.ConfigChange change : changes) {
      ConfigChange.Builder each =
          to.addChangesBuilder().setType(type(change.key().type())).setName(change.key().name());
      change
          .changes()
          .forEach(
              (name, value) -> {
                Setting.Builder setting = each.addSettingsBuilder().setName(name);
                value.ifPresent(setting::setValue);
              });
    }
    return to.build();
  }

  public static List<Controller.ConfigChange> configChanges(AlterConfigsRequest from) {
    return from.getChangesList().stream()
        .map(
            change -> {
              Map<String, Optional<String>> settings = new LinkedHashMap<>();
              for (Setting setting : change.getSettingsList()) {
                settings.put(
                    setting.getName(),
                    setting.hasValue() ? Optional.of(setting.getValue()) : Optional.empty());
              }
              return new Controller.ConfigChange(
                  new ConfigKey(type(change.getType()), change.getName()), settings);
            })
        .toList();
  }

  public static AlterPartitionsRequest alterPartitions(List<InSyncChange> changes) {
    AlterPartitionsRequest.Builder to = AlterPartitionsRequest.newBuilder();
    for (InSyncChange change : changes) {
      to.addChangesBuilder()
          .setPartition(
              TopicPartition.newBuilder()
                  .setTopicId(Ids.bytes(change.topicId()))
                  .setPartition(change.partition()))
          .setLeader(member(change.broker()))
          .setLeaderEpoch(change.leaderEpoch())
          .setPartitionEpoch(change.partitionEpoch())
          .addAllInSync(change.inSync().stream().map(AdminRequests::member).toList());
    }
    return to.build();
  }

  public static List<InSyncChange> inSyncChanges(AlterPartitionsRequest from) {
    return from.getChangesList().stream().map(AdminRequests::inSyncChange).toList();
  }

  private static InSyncChange inSyncChange(PartitionChange change) {
    return new InSyncChange(
        Ids.uuid(change.getPartition().getTopicId()),
        change.getPartition().getPartition(),
        member(change.getLeader()),
        change.getLeaderEpoch(),
        change.getPartitionEpoch(),
        change.getInSyncList().stream().map(AdminRequests::member).toList());
  }

  public static ElectLeadersRequest electLeaders(
      Election election, List<Controller.TopicPartition> partitions) {
    return ElectLeadersRequest.newBuilder()
        .setType(
            switch (election) {
              case PREFERRED -> ElectLeadersRequest.Type.TYPE_PREFERRED;
              case UNCLEAN -> ElectLeadersRequest.Type.TYPE_UNCLEAN;
            })
        .addAllPartitions(partitions.stream().map(AdminRequests::name).toList())
        .build();
  }

  public static Election election(ElectLeadersRequest from) {
    return switch (from.getType()) {
      case TYPE_PREFERRED -> Election.PREFERRED;
      case TYPE_UNCLEAN -> Election.UNCLEAN;
      case TYPE_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException("Unknown kind of election: " + from.getTypeValue());
    };
  }

  public static List<Controller.TopicPartition> partitions(ElectLeadersRequest from) {
    return from.getPartitionsList().stream().map(AdminRequests::name).toList();
  }

  public static AlterReassignmentsRequest alterReassignments(
      List<Controller.Reassignment> requests) {
    AlterReassignmentsRequest.Builder to = AlterReassignmentsRequest.newBuilder();
    for (Controller.Reassignment request : requests) {
      Reassignment.Builder each =
          to.addReassignmentsBuilder()
              .setPartition(
                  name(new Controller.TopicPartition(request.topic(), request.partition())));
      request.replicas().ifPresent(ids -> each.setTarget(replicas(ids)));
    }
    return to.build();
  }

  public static List<Controller.Reassignment> reassignments(AlterReassignmentsRequest from) {
    return from.getReassignmentsList().stream()
        .map(
            each ->
                new Controller.Reassignment(
                    each.getPartition().getTopic(),
                    each.getPartition().getPartition(),
                    each.hasTarget()
                        ? Optional.of(List.copyOf(each.getTarget().getBrokerIdsList()))
                        : Optional.empty()))
        .toList();
  }

  public static UpdateFeaturesRequest updateFeatures(
      List<Controller.FeatureUpdate> updates, boolean validateOnly) {
    UpdateFeaturesRequest.Builder to =
        UpdateFeaturesRequest.newBuilder().setValidateOnly(validateOnly);
    for (Controller.FeatureUpdate update : updates) {
      to.addUpdatesBuilder()
          .setName(update.name())
          .setLevel(update.level())
          .setType(
              switch (update.type()) {
                case UPGRADE -> FeatureUpdate.Type.TYPE_UPGRADE;
                case SAFE_DOWNGRADE -> FeatureUpdate.Type.TYPE_SAFE_DOWNGRADE;
                case UNSAFE_DOWNGRADE -> FeatureUpdate.Type.TYPE_UNSAFE_DOWNGRADE;
              });
    }
    return to.build();
  }

  public static List<Controller.FeatureUpdate> featureUpdates(UpdateFeaturesRequest from) {
    return from.getUpdatesList().stream()
        .map(
            update ->
                new Controller.FeatureUpdate(
                    update.getName(), (short) update.getLevel(), upgrade(update)))
        .toList();
  }

  private static Controller.FeatureUpdate.Upgrade upgrade(FeatureUpdate from) {
    return switch (from.getType()) {
      case TYPE_UPGRADE -> Controller.FeatureUpdate.Upgrade.UPGRADE;
      case TYPE_SAFE_DOWNGRADE -> Controller.FeatureUpdate.Upgrade.SAFE_DOWNGRADE;
      case TYPE_UNSAFE_DOWNGRADE -> Controller.FeatureUpdate.Upgrade.UNSAFE_DOWNGRADE;
      case TYPE_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException("Unknown kind of upgrade: " + from.getTypeValue());
    };
  }

  static PartitionName name(Controller.TopicPartition partition) {
    return PartitionName.newBuilder()
        .setTopic(partition.topic())
        .setPartition(partition.partition())
        .build();
  }

  static Controller.TopicPartition name(PartitionName from) {
    return new Controller.TopicPartition(from.getTopic(), from.getPartition());
  }

  private static io.myelin.rpc.controller.v1.Member member(Member member) {
    return io.myelin.rpc.controller.v1.Member.newBuilder()
        .setBrokerId(member.brokerId())
        .setBrokerEpoch(member.brokerEpoch())
        .build();
  }

  private static Member member(io.myelin.rpc.controller.v1.Member from) {
    return new Member(from.getBrokerId(), from.getBrokerEpoch());
  }

  private static Replicas replicas(List<Integer> ids) {
    return Replicas.newBuilder().addAllBrokerIds(ids).build();
  }

  private static ConfigChange.Type type(ConfigKey.Type type) {
    return switch (type) {
      case TOPIC -> ConfigChange.Type.TYPE_TOPIC;
      case BROKER -> ConfigChange.Type.TYPE_BROKER;
      case GROUP -> ConfigChange.Type.TYPE_GROUP;
      case CLIENT_METRICS -> ConfigChange.Type.TYPE_CLIENT_METRICS;
    };
  }

  private static ConfigKey.Type type(ConfigChange.Type from) {
    return switch (from) {
      case TYPE_TOPIC -> ConfigKey.Type.TOPIC;
      case TYPE_BROKER -> ConfigKey.Type.BROKER;
      case TYPE_GROUP -> ConfigKey.Type.GROUP;
      case TYPE_CLIENT_METRICS -> ConfigKey.Type.CLIENT_METRICS;
      case TYPE_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException("Unknown kind of configuration");
    };
  }
}
