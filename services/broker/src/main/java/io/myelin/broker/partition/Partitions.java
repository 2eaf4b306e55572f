package io.myelin.broker.partition;

import io.myelin.env.Threads;
import io.myelin.log.CorruptLogException;
import io.myelin.log.LogDirectory;
import io.myelin.log.PartitionLog;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.MetadataPublisher;
import io.myelin.metadata.PartitionImage;
import io.myelin.metadata.TopicImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.kafka.common.internals.Topic;
import org.jboss.logging.Logger;

/**
 * The replicas on this broker, kept as the metadata say: made, configured, led, removed.
 *
 * <p>Threads: {@link #onImage} is called by the publisher, one call at a time; look-ups from
 * anywhere.
 *
 * <p>Crash rule: what the metadata know and the disk does not have is made anew; what the disk has
 * and the metadata do not know is left alone until {@link #setStraysAside}.
 */
public final class Partitions implements MetadataPublisher.Listener {
  private static final Logger log = Logger.getLogger(Partitions.class);

  /** A log directory and the shards that own its partitions: a slow disk stalls only its own. */
  private record Home(LogDirectory directory, List<Shard> shards, LogOpener opener) {}

  record Key(String topic, int partition) {}

  private final int brokerId;
  private final List<Home> homes = new ArrayList<>();
  private final Executor workers;
  private final Executor validators;
  private final BiFunction<ClusterImage, String, PartitionSettings> settings;
  private final Traffic traffic = new Traffic();
  private final Map<Key, Home> stored = new HashMap<>();
  private final ConcurrentHashMap<String, Partition[]> byTopic = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<UUID, String> names = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Partition, Home> homeOf = new ConcurrentHashMap<>();
  private final FolderRemovals removals;
  private final ConcurrentHashMap<Partition, FailedOpening> failedOpenings =
      new ConcurrentHashMap<>();
  private boolean closed;
  private Function<ClusterImage, Set<Path>> cordon = image -> Set.of();
  private volatile Set<Path> cordoned = Set.of();

  /** Null: this broker has no peers. */
  private Replication replication;

  /**
   * An attempt that may be worth another one.
   *
   * @param message what went wrong, which need not be said again
   * @param log what was recovered and could not be flushed; null if the log could not be opened
   */
  private record FailedOpening(String message, PartitionLog log) {}

  /**
   * @param shardsPerDirectory as many as cores: CRC and copying to the page cache are work for a
   *     processor
   * @param workers open, flush and delete logs, which may block on disks
   * @param settings a topic's settings in an image
   */
  public Partitions(
      int brokerId,
      List<LogDirectory> directories,
      int shardsPerDirectory,
      Threads threads,
      Executor workers,
      BiFunction<ClusterImage, String, PartitionSettings> settings)
      throws IOException {
    this.brokerId = brokerId;
    this.workers = workers;
    // Their own, as many as cores: what unpacks to gigabytes may hold up other compressed batches,
    // but no fsync, no opening of a log, no retention.
    this.validators = threads.pool("validator", shardsPerDirectory);
    this.settings = settings;
    this.removals = new FolderRemovals(workers);
    for (int d = 0; d < directories.size(); d++) {
      List<Shard> shards = new ArrayList<>();
      for (int s = 0; s < shardsPerDirectory; s++) {
        shards.add(new Shard(threads.serial("shard-" + d + "-" + s)));
      }
      Home home = new Home(directories.get(d), shards, new LogOpener(workers, shardsPerDirectory));
      homes.add(home);
      for (LogDirectory.StoredPartition found : home.directory.stored()) {
        stored.put(new Key(found.topic(), found.partition()), home);
      }
    }
  }

  /** This broker has peers. Before the first image. */
  public synchronized void replicateBy(Replication withPeers) {
    replication = withPeers;
  }

  /**
   * Before the first image.
   *
   * @param directories log directories that get no new partitions, as an image has it
   */
  public synchronized void cordonBy(Function<ClusterImage, Set<Path>> directories) {
    cordon = directories;
  }

  /** Whether new partitions go elsewhere. Any thread. */
  public boolean isCordoned(LogDirectory directory) {
    return cordoned.contains(directory.path().toAbsolutePath().normalize());
  }

  /** The replica, or null. */
  public Partition get(String topic, int partition) {
    Partition[] partitions = byTopic.get(topic);
    return partitions == null || partition < 0 || partition >= partitions.length
        ? null
        : partitions[partition];
  }

  /** Whether there is such a partition, all of whose replicas are on other brokers. */
  public boolean isElsewhere(String topic, int partition) {
    Partition[] partitions = byTopic.get(topic);
    return partitions != null
        && partition >= 0
        && partition < partitions.length
        && partitions[partition] == null;
  }

  /** The topic's name, or null. */
  public String name(UUID topicId) {
    return names.get(topicId);
  }

  /** All replicas, in no order. */
  public Collection<Partition> all() {
    return homeOf.keySet();
  }

  public List<LogDirectory> directories() {
    return homes.stream().map(Home::directory).toList();
  }

  /** What has gone in and out. */
  public Traffic traffic() {
    return traffic;
  }

  /** The topic's replicas here by partition, null where another broker has them. */
  public List<Partition> of(String topic) {
    Partition[] partitions = byTopic.get(topic);
    return partitions == null ? List.of() : Arrays.asList(partitions);
  }

  /** Messages that the shards have not got to. */
  public int mailboxed() {
    int sum = 0;
    for (Home home : homes) {
      for (Shard shard : home.shards) {
        sum += shard.mailboxed();
      }
    }
    return sum;
  }

  /** The directory that holds {@code partition}; null once it is removed. */
  public LogDirectory directoryOf(Partition partition) {
    Home home = homeOf.get(partition);
    return home == null ? null : home.directory;
  }

  @Override
  public void onImage(ClusterImage before, ClusterImage now) {
    Set<String> topics = new HashSet<>(before.topics().keySet());
    topics.addAll(now.topics().keySet());
    onImage(before, now, new MetadataPublisher.Changes(topics, now.configs().keySet(), Set.of()));
  }

  @Override
  public synchronized void onImage(
      ClusterImage before, ClusterImage now, MetadataPublisher.Changes changes) {
    if (closed) {
      return;
    }
    cordoned = cordon.apply(now);
    for (String name : changes.topics()) {
      TopicImage old = before.topic(name);
      TopicImage current = now.topic(name);
      if (old != null && (current == null || !current.id().equals(old.id()))) {
        remove(old);
      }
      if (current != null && current != old) {
        update(now, old, current);
      }
    }
    if (!changes.configs().isEmpty()) {
      // A broker's setting is the default of every topic.
      byTopic.forEach((topic, partitions) -> reconfigure(now, topic, partitions));
    }
  }

  /**
   * Ends all replicas, in order: no log is opened any more, what is queued is refused. Completes
   * when nothing is appended any more, so that the directories can be closed.
   */
  public synchronized CompletableFuture<Void> close() {
    closed = true;
    homes.forEach(home -> home.opener.close());
    List<CompletableFuture<Void>> ends = new ArrayList<>(removals.underWay());
    homeOf.keySet().forEach(partition -> ends.add(partition.end()));
    return CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new));
  }

  private void remove(TopicImage topic) {
    names.remove(topic.id());
    Partition[] partitions = byTopic.remove(topic.name());
    if (partitions == null) {
      return;
    }
    traffic.forget(topic.name());
    for (Partition partition : partitions) {
      if (partition != null) {
        remove(partition);
      }
    }
  }

  private void remove(Partition partition) {
    Home home = homeOf.remove(partition);
    failedOpenings.remove(partition);
    Key key = new Key(partition.topic(), partition.id());
    stored.remove(key);
    home.opener.remove(partition);
    // After everything that is queued and an opening that has begun.
    removals.delete(home.directory, key, partition.end());
  }

  /**
   * Puts out of the way what the directories held at the start and is no replica of this broker any
   * more: its topic was deleted, or it was moved, while the broker was down. Nothing is deleted.
   * Only for metadata that are beyond doubt, or the broker would turn from what it should serve.
   */
  public synchronized void setStraysAside() {
    if (closed) {
      return;
    }
    for (Key key : List.copyOf(stored.keySet())) {
      // Of a directory that was Kafka's: its metadata are no partition to us.
      boolean metadata = key.topic.equals(Topic.CLUSTER_METADATA_TOPIC_NAME);
      if (!metadata && get(key.topic, key.partition) == null) {
        removals.setAside(stored.remove(key).directory, key);
      }
    }
  }

  /**
   * @param before the topic in the former image; may be null, or another one of that name
   */
  private void update(ClusterImage image, TopicImage before, TopicImage topic) {
    Partition[] old = byTopic.get(topic.name());
    Partition[] partitions = new Partition[topic.partitions().size()];
    PartitionSettings topicSettings = settings.apply(image, topic.name());
    for (int id = 0; id < partitions.length; id++) {
      PartitionImage state = topic.partitions().get(id);
      Partition partition = old != null && id < old.length ? old[id] : null;
      if (!state.replicas().contains(brokerId)) {
        if (partition != null) {
          remove(partition);
        }
        continue;
      }
      if (partition == null) {
        partition = create(topic, id, topicSettings);
      }
      partitions[id] = partition;
      if (!isAsBefore(before, topic, id)) {
        place(partition, state, topicSettings.inSyncMin());
      }
    }
    names.put(topic.id(), topic.name());
    byTopic.put(topic.name(), partitions);
  }

  /** One partition's change must not be told to a thousand others. */
  private static boolean isAsBefore(TopicImage before, TopicImage topic, int id) {
    return before != null
        && before.id().equals(topic.id())
        && id < before.partitions().size()
        && before.partitions().get(id).equals(topic.partitions().get(id));
  }

  private void place(Partition partition, PartitionImage state, int inSyncMin) {
    boolean leads = state.leader() == brokerId;
    if (replication != null && state.replicas().size() > 1) {
      partition.replicate(replication, state, leads, inSyncMin);
    } else if (leads) {
      partition.lead(state.leaderEpoch());
    } else {
      partition.stopLeading();
    }
  }

  private Partition create(TopicImage topic, int id, PartitionSettings topicSettings) {
    Home home = stored.computeIfAbsent(new Key(topic.name(), id), key -> emptiest());
    Shard shard = home.shards.get(Math.floorMod(topic.id().hashCode() + id, home.shards.size()));
    Partition partition = create(home, topic.name(), topic.id(), id, shard, topicSettings);
    removals
        .of(new Key(topic.name(), id))
        .thenRun(() -> home.opener.add(partition, () -> open(home, partition, null)));
    return partition;
  }

  private Partition create(
      Home home, String topic, UUID topicId, int id, Shard shard, PartitionSettings topicSettings) {
    // The demand refers to the partition that it makes urgent: hence the holder.
    Partition[] self = new Partition[1];
    Partition partition =
        new Partition(
            topic,
            topicId,
            id,
            shard,
            workers,
            validators,
            topicSettings,
            traffic.of(topic),
            () -> home.opener.demand(self[0]));
    self[0] = partition;
    homeOf.put(partition, home);
    return partition;
  }

  /**
   * Tries those again that could not be opened for a reason that may have passed: a full disk, a
   * permission, an error of the device. Each gets a new replica; whoever holds the old one is told
   * that it is offline, and asks again.
   */
  synchronized void reopenFailed() {
    if (closed) {
      return;
    }
    failedOpenings.forEach(
        (partition, failed) -> {
          failedOpenings.remove(partition);
          Partition[] replicas = byTopic.get(partition.topic());
          if (replicas != null && replicas[partition.id()] == partition) {
            Partition[] next = replicas.clone();
            next[partition.id()] = replacement(partition, failed);
            byTopic.put(partition.topic(), next);
          }
        });
  }

  private Partition replacement(Partition old, FailedOpening failed) {
    Home home = homeOf.remove(old);
    Partition fresh =
        create(home, old.topic(), old.topicId(), old.id(), old.shard(), old.settings());
    old.handOver(fresh);
    home.opener.add(fresh, () -> open(home, fresh, failed));
    return fresh;
  }

  /**
   * @param before the last attempt, null at the first
   */
  private void open(Home home, Partition partition, FailedOpening before) {
    if (!partition.beginOpening()) {
      return;
    }
    PartitionLog opened = before == null ? null : before.log;
    try {
      if (opened == null) {
        opened =
            home.directory.open(
                partition.topic(), partition.id(), partition.topicId(), partition.settings().log());
        if (opened.dropped() != null) {
          log.warnf("%s-%d: %s", partition.topic(), partition.id(), opened.dropped());
        }
      }
      partition.onRecovered(opened);
      if (before != null) {
        log.infof("%s-%d is back", partition.topic(), partition.id());
      }
    } catch (IOException e) {
      String message = String.valueOf(e.getMessage());
      if (before == null || !message.equals(before.message)) {
        log.errorf("%s-%d is offline: %s", partition.topic(), partition.id(), message);
      }
      if (mayPass(e, opened)) {
        failedOpenings.put(partition, new FailedOpening(message, opened));
      }
      partition.onOpenFailed(e);
    } catch (RuntimeException | Error e) {
      log.errorf(e, "%s-%d is offline: unexpected error", partition.topic(), partition.id());
      partition.onOpenFailed(e);
    }
  }

  /**
   * Damage stays until a person has looked at it. So does a log that could not be flushed, unless
   * it only lacked room: after a failed fsync, what is read again need not be what the disk has.
   */
  private static boolean mayPass(IOException cause, PartitionLog opened) {
    return opened == null ? !(cause instanceof CorruptLogException) : opened.failure() == null;
  }

  private Home emptiest() {
    if (homes.size() == 1) {
      return homes.getFirst();
    }
    Map<Home, Integer> counts = new HashMap<>();
    homeOf.values().forEach(home -> counts.merge(home, 1, Integer::sum));
    List<Home> open = homes.stream().filter(home -> !isCordoned(home.directory)).toList();
    // Whoever gave this broker a replica although all are cordoned wants it here all the same.
    List<Home> candidates = open.isEmpty() ? homes : open;
    Home best = candidates.getFirst();
    for (Home home : candidates) {
      if (counts.getOrDefault(home, 0) < counts.getOrDefault(best, 0)) {
        best = home;
      }
    }
    return best;
  }

  private void reconfigure(ClusterImage image, String topic, Partition[] partitions) {
    PartitionSettings topicSettings = settings.apply(image, topic);
    for (Partition partition : partitions) {
      if (partition != null && !partition.settings().equals(topicSettings)) {
        partition.configure(topicSettings);
      }
    }
  }
}
