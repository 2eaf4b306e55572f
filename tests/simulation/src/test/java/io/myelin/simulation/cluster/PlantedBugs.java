package io.myelin.simulation.cluster;

import io.myelin.broker.partition.Partition;
import io.myelin.broker.partition.Partitions;
import io.myelin.log.LogView;
import io.myelin.metadata.BrokerRegistration;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.ConfigKey;
import io.myelin.metadata.Controller;
import io.myelin.metadata.MetadataPublisher;
import io.myelin.metadata.MetadataRecord;
import io.myelin.metadata.MetadataStore;
import io.myelin.metadata.PartitionImage;
import io.myelin.rpc.RpcTransport;
import io.myelin.rpc.replication.FollowerMessage;
import io.myelin.rpc.replication.FollowerMessage.AckPartition;
import io.myelin.rpc.replication.LeaderMessage;
import io.myelin.rpc.replication.LeaderMessage.Append;
import io.myelin.rpc.replication.LeaderMessage.OpenedPartition;
import io.myelin.rpc.replication.LeaderMessage.ProgressPartition;
import io.myelin.rpc.replication.LeaderMessage.Start;
import io.myelin.rpc.replication.PartitionId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;
import org.pcollections.HashTreePMap;

/** Rules that are broken, each at the port through which its decision goes. */
enum PlantedBugs {
  /** KIP-101: whatever a follower has stays, also where the leader has something else. */
  FOLLOWER_IS_NOT_CUT(
      1,
      () ->
          new Seams() {
            @Override
            RpcTransport transport(BrokerMachine broker, RpcTransport sound) {
              return new TamperedTransport(sound) {
                @Override
                Object received(Object message) {
                  return startingAt(message, broker, (view, start) -> view.logEndOffset());
                }
              };
            }
          }),

  WATERMARK_IS_THE_LOG_END(
      1,
      () ->
          new Seams() {
            @Override
            RpcTransport transport(BrokerMachine broker, RpcTransport sound) {
              return new TamperedTransport(sound) {
                @Override
                Object sent(Object message) {
                  return withWatermarks(message);
                }
              };
            }
          }),

  FOLLOWER_ACKNOWLEDGES_WHAT_IT_DOES_NOT_HAVE(
      1,
      () ->
          new Seams() {
            @Override
            RpcTransport transport(BrokerMachine broker, RpcTransport sound) {
              return new TamperedTransport(sound) {
                @Override
                Object sent(Object message) {
                  return acknowledging(message, offset -> offset + 1);
                }
              };
            }
          }),

  /** KIP-966: the watermark moves with one replica in sync, where the controller counts on two. */
  TOO_FEW_IN_SYNC_ARE_ENOUGH(
      1,
      () ->
          new Seams() {
            @Override
            MetadataPublisher metadata(BrokerMachine broker, MetadataPublisher sound) {
              return new RewritingPublisher(sound) {
                @Override
                ClusterImage seen(ClusterImage image) {
                  return image.withConfig(
                      new ConfigKey(ConfigKey.Type.BROKER, ""),
                      HashTreePMap.singleton("min.insync.replicas", "1"));
                }
              };
            }
          }),

  /** A machine that has lost its power says that its page cache is as it was. */
  LOST_RECORDS_ARE_TRUSTED(
      21,
      () ->
          new Seams() {
            @Override
            BrokerRegistration registration(BrokerMachine broker, BrokerRegistration sound) {
              return new BrokerRegistration(
                  sound.id(),
                  sound.incarnation(),
                  sound.listeners(),
                  sound.peers(),
                  sound.rack(),
                  true,
                  sound.storage());
            }
          }),

  PRODUCER_IDS_ARE_GIVEN_OUT_TWICE(
      1,
      () ->
          new Seams() {
            @Override
            Controller controller(BrokerMachine broker, Controller sound) {
              return new ForwardingController(sound) {
                @Override
                public CompletableFuture<ProducerIdBlock> allocateProducerIds() {
                  return super.allocateProducerIds().thenApply(block -> new ProducerIdBlock(0, 1));
                }
              };
            }
          }),

  /** A controller whose time is over writes through whoever is active now. */
  DEPOSED_CONTROLLERS_WRITE(
      22,
      () ->
          new Seams() {
            private MetadataStore newest;

            @Override
            MetadataStore store(ControllerMachine controller, MetadataStore sound) {
              newest = sound;
              return new RewritingStore(sound) {
                @Override
                public CompletableFuture<Outcome> commit(Transaction transaction) {
                  return sound
                      .commit(transaction)
                      .thenCompose(
                          outcome ->
                              outcome instanceof Outcome.Deposed && newest != sound
                                  ? newest.commit(transaction)
                                  : CompletableFuture.completedFuture(outcome));
                }
              };
            }
          }),

  FENCED_BROKERS_STAY_IN_SYNC(
      1,
      () ->
          new Seams() {
            @Override
            MetadataStore store(ControllerMachine controller, MetadataStore sound) {
              return new RewritingStore(sound) {
                @Override
                Optional<MetadataRecord> written(MetadataRecord record, boolean fences) {
                  return record instanceof MetadataRecord.Partition && fences
                      ? Optional.empty()
                      : Optional.of(record);
                }
              };
            }
          }),

  LEADERS_CHANGE_WITHIN_AN_EPOCH(
      1,
      () ->
          new Seams() {
            @Override
            MetadataStore store(ControllerMachine controller, MetadataStore sound) {
              return new RewritingStore(sound) {
                @Override
                Optional<MetadataRecord> written(MetadataRecord record, boolean fences) {
                  return Optional.of(
                      record instanceof MetadataRecord.Partition partition
                          ? inEpochOne(partition)
                          : record);
                }
              };
            }
          }),

  /** Where nobody is left who is known to have everything, the first replica leads. */
  ANYBODY_LEADS(
      1,
      () ->
          new Seams() {
            @Override
            MetadataStore store(ControllerMachine controller, MetadataStore sound) {
              return new RewritingStore(sound) {
                @Override
                Optional<MetadataRecord> written(MetadataRecord record, boolean fences) {
                  return Optional.of(
                      record instanceof MetadataRecord.Partition partition
                              && !partition.image().hasLeader()
                          ? ledByTheFirst(partition)
                          : record);
                }
              };
            }
          }),

  /** Each broker takes itself for the coordinator of all groups. */
  EVERYBODY_COORDINATES(
      1,
      () ->
          new Seams() {
            @Override
            MetadataPublisher metadata(BrokerMachine broker, MetadataPublisher sound) {
              return new RewritingPublisher(sound) {
                @Override
                PartitionImage seen(String topic, PartitionImage partition) {
                  return topic.equals("__consumer_offsets")
                      ? ledBy(broker.id, partition)
                      : partition;
                }
              };
            }
          });

  /** Finds it. */
  final long seed;

  private final Supplier<Seams> seams;

  PlantedBugs(long seed, Supplier<Seams> seams) {
    this.seed = seed;
    this.seams = seams;
  }

  Seams seams() {
    return seams.get();
  }

  private interface Cut {
    long at(LogView follower, long start);
  }

  private static Object startingAt(Object message, BrokerMachine follower, Cut cut) {
    if (!(message instanceof LeaderMessage.Opened opened)) {
      return message;
    }
    List<OpenedPartition> changed = new ArrayList<>();
    for (OpenedPartition p : opened.partitions()) {
      LogView view = view(follower, p.partition());
      Start start =
          p.start() instanceof Start.TruncateTo to && view != null
              ? new Start.TruncateTo(cut.at(view, to.offset()))
              : p.start();
      changed.add(
          new OpenedPartition(
              p.partition(),
              p.session(),
              p.leaderEpoch(),
              start,
              p.highWatermark(),
              p.logStartOffset(),
              p.epochs()));
    }
    return new LeaderMessage.Opened(changed);
  }

  private static LogView view(BrokerMachine broker, PartitionId id) {
    if (broker.core() == null) {
      return null;
    }
    Partitions partitions = broker.core().partitions();
    String topic = partitions.name(id.topicId());
    Partition partition = topic == null ? null : partitions.get(topic, id.partition());
    return partition == null || !partition.isOpen() ? null : partition.view();
  }

  private static Object withWatermarks(Object message) {
    if (message instanceof LeaderMessage.Appends appends) {
      return new LeaderMessage.Appends(
          appends.appends().stream()
              .map(
                  a ->
                      new Append(
                          a.partition(),
                          a.session(),
                          a.leaderEpoch(),
                          a.fromOffset(),
                          Integer.MAX_VALUE,
                          a.logStartOffset(),
                          a.records()))
              .toList());
    }
    if (message instanceof LeaderMessage.Progress progress) {
      return new LeaderMessage.Progress(
          progress.partitions().stream()
              .map(
                  p ->
                      new ProgressPartition(
                          p.partition(),
                          p.session(),
                          p.leaderEpoch(),
                          Integer.MAX_VALUE,
                          p.logStartOffset()))
              .toList());
    }
    return message;
  }

  private static Object acknowledging(Object message, LongUnaryOperator how) {
    return message instanceof FollowerMessage.Ack ack
        ? new FollowerMessage.Ack(
            ack.partitions().stream()
                .map(
                    p ->
                        new AckPartition(
                            p.partition(),
                            p.session(),
                            p.leaderEpoch(),
                            how.applyAsLong(p.logEndOffset()),
                            p.flushedOffset(),
                            p.logStartOffset()))
                .toList())
        : message;
  }

  private static MetadataRecord inEpochOne(MetadataRecord.Partition record) {
    PartitionImage now = record.image();
    return new MetadataRecord.Partition(
        record.topicId(),
        record.partition(),
        new PartitionImage(
            now.replicas(),
            now.inSync(),
            now.eligible(),
            now.lastKnown(),
            now.adding(),
            now.removing(),
            now.leader(),
            Math.min(1, now.leaderEpoch()),
            now.partitionEpoch()));
  }

  private static MetadataRecord ledByTheFirst(MetadataRecord.Partition record) {
    PartitionImage now = record.image();
    int first = now.replicas().getFirst();
    return new MetadataRecord.Partition(
        record.topicId(),
        record.partition(),
        PartitionImage.of(
            now.replicas(), List.of(first), first, now.leaderEpoch() + 1, now.partitionEpoch()));
  }

  private static PartitionImage ledBy(int leader, PartitionImage now) {
    return PartitionImage.of(
        now.replicas(), now.inSync(), leader, now.leaderEpoch(), now.partitionEpoch());
  }
}
