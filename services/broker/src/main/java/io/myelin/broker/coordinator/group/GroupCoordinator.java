package io.myelin.broker.coordinator.group;

import io.myelin.broker.coordinator.Answer;
import io.myelin.broker.coordinator.CoordinatorLog;
import io.myelin.broker.coordinator.CoordinatorRuntime;
import io.myelin.broker.coordinator.CoordinatorUnavailable;
import io.myelin.broker.coordinator.CoordinatorUnavailable.Reason;
import io.myelin.broker.coordinator.RuntimeContext;
import io.myelin.env.Clock;
import io.myelin.env.Environment;
import io.myelin.env.Randomness;
import io.myelin.env.Scheduler;
import io.myelin.env.Threads;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.utils.Utils;

/**
 * Consumer groups, and everything else that uses the classic group protocol or stores offsets, for
 * the partitions of {@code __consumer_offsets} that this broker leads.
 *
 * <p>Thread-safe; never blocks. Requests of a group are decided in the order of the calls. An
 * answer means that what it tells is committed. After a crash, or when the leader moves, groups go
 * on with their last generation; members notice by NOT_COORDINATOR, find the new coordinator, and
 * go on with heartbeats.
 */
public final class GroupCoordinator {
  private final CoordinatorRuntime<Groups, GroupRequest, GroupTimer> runtime;
  private final OffsetsTopic topic;

  public GroupCoordinator(
      GroupConfig config, Environment env, CoordinatorLog.Opener logs, OffsetsTopic topic) {
    this(
        runtime(config, env.clock(), env.scheduler(), env.threads(), env.randomness(), logs),
        topic);
  }

  GroupCoordinator(
      CoordinatorRuntime<Groups, GroupRequest, GroupTimer> runtime, OffsetsTopic topic) {
    this.runtime = runtime;
    this.topic = topic;
  }

  /** With only those parts of the environment that it needs. */
  public static GroupCoordinator on(
      GroupConfig config,
      Clock clock,
      Scheduler scheduler,
      Threads threads,
      Randomness randomness,
      CoordinatorLog.Opener logs,
      OffsetsTopic topic) {
    return new GroupCoordinator(
        runtime(config, clock, scheduler, threads, randomness, logs), topic);
  }

  private static CoordinatorRuntime<Groups, GroupRequest, GroupTimer> runtime(
      GroupConfig config,
      Clock clock,
      Scheduler scheduler,
      Threads threads,
      Randomness randomness,
      CoordinatorLog.Opener logs) {
    return new CoordinatorRuntime<>(
        new GroupShard(config, randomness),
        logs,
        new RuntimeContext(
            Topic.GROUP_METADATA_TOPIC_NAME,
            clock,
            scheduler,
            threads,
            config.offsetsCommitTimeoutMs()));
  }

  /** See {@link CoordinatorRuntime#lead}. */
  public void lead(int partition, int leaderEpoch) {
    runtime.lead(partition, leaderEpoch);
  }

  /** See {@link CoordinatorRuntime#resign}. */
  public void resign(int partition) {
    runtime.resign(partition);
  }

  /** The broker stops: everybody who waits is told to look for another coordinator. */
  public void close() {
    runtime.close();
  }

  /** These topics were deleted: every broker tells its coordinator, which drops their offsets. */
  public void topicsDeleted(Set<String> topics) {
    for (int partition : runtime.partitions()) {
      runtime.<Void>submit(partition, answer -> new GroupRequest.ForgetTopics(topics, answer));
    }
  }

  /** The partition that is responsible for a group, as Kafka and its tools compute it. */
  public static int partitionFor(String groupId, int partitions) {
    return Utils.abs(groupId.hashCode()) % partitions;
  }

  /**
   * Puts the request in the queue of the group's partition; its place is fixed when this returns.
   *
   * @return fails with {@link CoordinatorUnavailable} only
   */
  public <A> CompletionStage<A> submit(String groupId, Function<Answer<A>, GroupRequest> request) {
    int partitions = topic.partitionCount();
    if (partitions == 0) {
      return CompletableFuture.failedStage(
          new CoordinatorUnavailable(
              Reason.NOT_COORDINATOR, Topic.GROUP_METADATA_TOPIC_NAME + " does not exist yet"));
    }
    return runtime.submit(partitionFor(groupId, partitions), request);
  }

  /** How many groups are coordinated here, in the given state or, with null, in any. */
  public int groupCount(ClassicState state) {
    int count = 0;
    for (Groups groups : runtime.states()) {
      if (state == null) {
        count += groups.byId().size();
      } else {
        for (ClassicGroup group : groups.byId().values()) {
          count += group.state() == state ? 1 : 0;
        }
      }
    }
    return count;
  }

  /** How many committed offsets are kept here. */
  public int offsetCount() {
    int count = 0;
    for (Groups groups : runtime.states()) {
      for (var offsets : groups.offsets().values()) {
        count += offsets.size();
      }
    }
    return count;
  }

  /** Asks every partition that is led here. */
  public <A> List<CompletionStage<A>> submitToAll(Function<Answer<A>, GroupRequest> request) {
    List<CompletionStage<A>> answers = new ArrayList<>();
    for (int partition : runtime.partitions()) {
      answers.add(runtime.submit(partition, request));
    }
    return answers;
  }
}
