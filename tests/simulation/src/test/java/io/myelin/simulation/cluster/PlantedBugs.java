package io.myelin.simulation.cluster;

import io.myelin.metadata.BrokerRegistration;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.ConfigKey;
import io.myelin.metadata.Controller;
import io.myelin.metadata.Controller.ProducerIdBlock;
import io.myelin.metadata.MetadataPublisher;
import io.myelin.metadata.MetadataRecord;
import io.myelin.metadata.MetadataStore;
import io.myelin.metadata.PartitionImage;
import io.myelin.rpc.RpcTransport;
import io.myelin.rpc.testing.ForwardingTransport;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.pcollections.HashTreePMap;

/** Rules that are broken, each at the port through which its decision goes. */
enum PlantedBugs {
  /** KIP-101: whatever a follower has stays, also where the leader has something else. */
  FOLLOWER_IS_NOT_CUT(1, receiving(WrongMessages::withoutCut)),

  WATERMARK_IS_THE_LOG_END(1, sending(WrongMessages::withWatermarksAtTheEnd)),

  FOLLOWER_ACKNOWLEDGES_WHAT_IT_DOES_NOT_HAVE(1, sending(WrongMessages::acknowledgingOneMore)),

  /** KIP-966: the watermark moves with one replica in sync, where the controller counts on two. */
  TOO_FEW_IN_SYNC_ARE_ENOUGH(
      25,
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
      112,
      () ->
          new Seams() {
            @Override
            BrokerRegistration registration(BrokerMachine broker, BrokerRegistration sound) {
              return cleanlyStopped(sound);
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
      40,
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

  /** Who has missed changes of a former controller is told that there were none. */
  A_TAKEOVER_LEAVES_A_GAP(
      237,
      () ->
          new Seams() {
            @Override
            MetadataStore store(ControllerMachine controller, MetadataStore sound) {
              return new RewritingStore(sound) {
                @Override
                public CompletableFuture<Optional<List<Change>>> changes(long after, long upTo) {
                  return CompletableFuture.completedFuture(Optional.of(List.of()));
                }
              };
            }
          }),

  FENCED_BROKERS_STAY_IN_SYNC(
      1,
      writing(
          (record, fences) ->
              record instanceof MetadataRecord.Partition && fences
                  ? Optional.empty()
                  : Optional.of(record))),

  LEADERS_CHANGE_WITHIN_AN_EPOCH(1, writing(PlantedBugs::inEpochOne)),

  /** Where nobody is left who is known to have everything, the first replica leads. */
  ANYBODY_LEADS(1, writing(state -> state.hasLeader() ? state : ledByTheFirst(state))),

  /** Of the last known replicas the one leads that has least. */
  THE_WORST_OF_THE_LAST_KNOWN_LEADS(22, sending(WrongMessages::withLogEndsTurnedRound)),

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

  /** Brokers send something else than they should. */
  private static Supplier<Seams> sending(UnaryOperator<Object> change) {
    return () ->
        new Seams() {
          @Override
          RpcTransport transport(BrokerMachine broker, RpcTransport sound) {
            return new ForwardingTransport(sound) {
              @Override
              protected Object sent(Object message) {
                return change.apply(message);
              }
            };
          }
        };
  }

  /** Brokers take what they receive for something else. */
  private static Supplier<Seams> receiving(BiFunction<BrokerMachine, Object, Object> change) {
    return () ->
        new Seams() {
          @Override
          RpcTransport transport(BrokerMachine broker, RpcTransport sound) {
            return new ForwardingTransport(sound) {
              @Override
              protected Object received(Object message) {
                return change.apply(broker, message);
              }
            };
          }
        };
  }

  /** Controllers write something else than they should; whether a broker is fenced by it. */
  private static Supplier<Seams> writing(
      BiFunction<MetadataRecord, Boolean, Optional<MetadataRecord>> change) {
    return () ->
        new Seams() {
          @Override
          MetadataStore store(ControllerMachine controller, MetadataStore sound) {
            return new RewritingStore(sound) {
              @Override
              Optional<MetadataRecord> written(MetadataRecord record, boolean fences) {
                return change.apply(record, fences);
              }
            };
          }
        };
  }

  /** Controllers write another state of a partition than they should. */
  private static Supplier<Seams> writing(UnaryOperator<PartitionImage> change) {
    return writing(
        (record, fences) ->
            Optional.of(
                record instanceof MetadataRecord.Partition(var topic, var id, var state)
                    ? new MetadataRecord.Partition(topic, id, change.apply(state))
                    : record));
  }

  private static BrokerRegistration cleanlyStopped(BrokerRegistration broker) {
    return new BrokerRegistration(
        broker.id(),
        broker.incarnation(),
        broker.listeners(),
        broker.peers(),
        broker.rack(),
        true,
        broker.storage(),
        broker.formerEpoch());
  }

  private static PartitionImage inEpochOne(PartitionImage state) {
    return new PartitionImage(
        state.replicas(),
        state.inSync(),
        state.eligible(),
        state.lastKnown(),
        state.adding(),
        state.removing(),
        state.leader(),
        Math.min(1, state.leaderEpoch()),
        state.partitionEpoch());
  }

  private static PartitionImage ledByTheFirst(PartitionImage state) {
    int first = state.replicas().getFirst();
    return PartitionImage.of(
        state.replicas(), List.of(first), first, state.leaderEpoch() + 1, state.partitionEpoch());
  }

  private static PartitionImage ledBy(int leader, PartitionImage state) {
    return PartitionImage.of(
        state.replicas(), state.inSync(), leader, state.leaderEpoch(), state.partitionEpoch());
  }
}
