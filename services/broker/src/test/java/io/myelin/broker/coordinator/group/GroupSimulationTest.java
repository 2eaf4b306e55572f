package io.myelin.broker.coordinator.group;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.broker.coordinator.CoordinatorRecord;
import io.myelin.broker.coordinator.CoordinatorRuntime;
import io.myelin.broker.coordinator.FakeCoordinatorLog;
import io.myelin.broker.coordinator.FakeCoordinatorLog.Mode;
import io.myelin.broker.coordinator.FakeWorld;
import io.myelin.broker.coordinator.RuntimeContext;
import io.myelin.broker.coordinator.RuntimeProbe;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.LongStream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.internals.Topic;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Members of one group come, go, crash and commit, while appends are held, refused and lost, and
 * the coordinator moves. A failure names its seed; {@code -Dmyelin.seed=N} runs that one alone.
 */
class GroupSimulationTest {
  private static final int P = 0;
  private static final int STEPS = 1_500;
  private static final TopicPartition T0 = new TopicPartition("t", 0);

  static LongStream seeds() {
    Long seed = Long.getLong("myelin.seed");
    return seed == null ? LongStream.rangeClosed(1, 40) : LongStream.of(seed);
  }

  private FakeWorld world;
  private FakeCoordinatorLog.Partition log;
  private GroupShard shard;
  private CoordinatorRuntime<Groups, GroupRequest, GroupTimer> runtime;
  private final List<SimulatedMember> members = new ArrayList<>();
  private final SimulatedMember.Acknowledged acknowledged = new SimulatedMember.Acknowledged();
  private int epoch = 1;
  private Groups replayed = Groups.EMPTY;
  private int replayedRecords;

  private static final class OnePartition implements OffsetsTopic {
    @Override
    public int partitionCount() {
      return 1;
    }

    @Override
    public Optional<Node> leader(int partition, String listener) {
      return Optional.empty();
    }

    @Override
    public CompletionStage<Void> create() {
      return CompletableFuture.completedStage(null);
    }
  }

  private void start(long seed) {
    world = new FakeWorld(seed);
    FakeCoordinatorLog logs = new FakeCoordinatorLog();
    log = logs.partition(P);
    shard = new GroupShard(GroupConfig.DEFAULT, world);
    runtime =
        new CoordinatorRuntime<>(
            shard,
            logs,
            new RuntimeContext(Topic.GROUP_METADATA_TOPIC_NAME, world, world, world, 5_000));
    GroupCoordinator coordinator = new GroupCoordinator(runtime, new OnePartition());
    for (int i = 0; i < 6; i++) {
      members.add(
          new SimulatedMember(coordinator, world, i < 2 ? "static-" + i : null, acknowledged));
    }
    lead();
  }

  private void lead() {
    runtime.lead(P, epoch++);
    world.run();
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void keepsItsPromisesUnderFaults(long seed) {
    start(seed);
    for (int step = 0; step < STEPS; step++) {
      act(members.get(world.nextInt(members.size())));
      disturb();
      members.forEach(SimulatedMember::tick);
      world.advance(world.nextInt(400));
      check();
    }
    settle();
    check();
    checkSettled();
  }

  private void act(SimulatedMember member) {
    switch (world.nextInt(12)) {
      case 0, 1 -> member.start();
      case 2 -> {
        if (world.nextInt(4) == 0) {
          member.crash();
        }
      }
      case 3 -> {
        if (world.nextInt(4) == 0) {
          member.leave();
        }
      }
      case 4 -> {
        if (world.nextInt(6) == 0) {
          member.changeSubscription();
        }
      }
      case 5, 6, 7 -> member.commit();
      default -> {
        // Time passes.
      }
    }
  }

  private void disturb() {
    if (log.holds()) {
      if (world.nextInt(4) == 0) {
        log.end(world.nextInt(3) == 0 ? Mode.REFUSE : Mode.COMMIT);
      }
      return;
    }
    switch (world.nextInt(40)) {
      case 0 -> log.mode(Mode.REFUSE);
      case 1, 2 -> log.mode(Mode.HOLD);
      case 3 -> log.mode(world.nextInt(2) == 0 ? Mode.LOSE : Mode.LOSE_WRITTEN);
      case 4 -> lead();
      default -> {
        log.mode(Mode.COMMIT);
        if (RuntimeProbe.committed(runtime, P) == null && world.nextInt(2) == 0) {
          lead();
        }
      }
    }
  }

  /** Faults end; everybody lives. */
  private void settle() {
    if (log.holds()) {
      log.end(Mode.COMMIT);
    }
    log.mode(Mode.COMMIT);
    lead();
    members.forEach(SimulatedMember::start);
    for (int i = 0; i < 1_500; i++) {
      members.forEach(SimulatedMember::tick);
      world.advance(100);
    }
  }

  private void check() {
    Groups state = RuntimeProbe.committed(runtime, P);
    if (state == null) {
      return;
    }
    Groups loaded = replayed();
    CommittedOffset offset = loaded.offsetsOf(GroupFixture.GROUP).get(T0);
    assertThat(offset == null ? -1 : offset.offset())
        .as("acknowledged commits survive")
        .isGreaterThanOrEqualTo(SimulatedMember.acknowledgedOffset(acknowledged));
    if (!RuntimeProbe.isQuiet(runtime, P)) {
      return;
    }
    assertThat(loaded.offsets()).as("offsets in the log").isEqualTo(state.offsets());
    ClassicGroup group = state.group(GroupFixture.GROUP);
    checkTimers(group);
    if (group != null && group.is(ClassicState.STABLE)) {
      checkStable(group, loaded.group(GroupFixture.GROUP));
    }
  }

  /** What another broker would load now. */
  private Groups replayed() {
    for (CoordinatorRecord record : log.records().subList(replayedRecords, log.records().size())) {
      replayed = shard.replay(replayed, record, world.wallMs());
      replayedRecords++;
    }
    return replayed;
  }

  private static void checkStable(ClassicGroup live, ClassicGroup loaded) {
    assertThat(loaded.generation()).isEqualTo(live.generation());
    assertThat(loaded.leader()).isEqualTo(live.leader());
    assertThat(loaded.protocolName()).isEqualTo(live.protocolName());
    assertThat(loaded.subscribed()).isEqualTo(live.subscribed());
    assertThat(loaded.members().keySet()).isEqualTo(live.members().keySet());
    Set<String> nonces = new HashSet<>();
    for (ClassicMember member : live.members().values()) {
      assertThat(loaded.member(member.id()).assignment()).isEqualTo(member.assignment());
      assertThat(member.join()).isNull();
      assertThat(member.sync()).isNull();
      nonces.add(new String(member.assignment(), UTF_8).split(":")[0]);
    }
    assertThat(nonces).as("one leader assigned the whole generation").hasSize(1);
  }

  private void checkTimers(ClassicGroup group) {
    Set<GroupTimer> armed = new HashSet<>(RuntimeProbe.armedTimers(runtime, P));
    assertThat(armed.remove(new GroupTimer.Expiry())).isTrue();
    if (group == null) {
      assertThat(armed).isEmpty();
      return;
    }
    assertThat(armed.remove(new GroupTimer.Join(group.id())))
        .as("join timer in state %s", group.state())
        .isEqualTo(group.is(ClassicState.PREPARING));
    assertThat(armed.remove(new GroupTimer.Sync(group.id())))
        .as("sync timer in state %s", group.state())
        .isEqualTo(!group.unsynced().isEmpty());
    for (ClassicMember member : group.members().values()) {
      boolean watched = armed.remove(new GroupTimer.Session(group.id(), member.id()));
      assertThat(watched || member.isExcusedFromHeartbeat())
          .as("%s is watched", member.id())
          .isTrue();
    }
    for (String id : group.expected()) {
      assertThat(armed.remove(new GroupTimer.Session(group.id(), id))).isTrue();
    }
    assertThat(armed).as("timers of nobody").isEmpty();
  }

  private void checkSettled() {
    ClassicGroup group = RuntimeProbe.committed(runtime, P).group(GroupFixture.GROUP);
    assertThat(group.state()).isEqualTo(ClassicState.STABLE);
    assertThat(group.members()).hasSameSizeAs(members);
    for (SimulatedMember member : members) {
      assertThat(member.isAlive()).isTrue();
      assertThat(group.members()).containsKey(member.id());
      assertThat(member.isStableIn(group.generation())).isTrue();
    }
    assertThat(RuntimeProbe.openAnswers(runtime, P)).isZero();
    assertThat(group.generation()).as("enough has happened").isGreaterThan(5);
    assertThat(SimulatedMember.acknowledgedOffset(acknowledged)).isGreaterThan(20);
  }
}
