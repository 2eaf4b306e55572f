package io.myelin.broker.coordinator.group;

import io.myelin.broker.coordinator.CoordinatorRecord;
import io.myelin.broker.coordinator.CoordinatorShard;
import io.myelin.broker.coordinator.Decision;
import io.myelin.env.Randomness;

/**
 * The state machine of the classic group protocol: sends every event to the rules that know it.
 *
 * <p>Thread-safe; pure but for the randomness in member ids.
 */
final class GroupShard implements CoordinatorShard<Groups, GroupRequest, GroupTimer> {
  private final GroupConfig config;
  private final GroupReplay replay = new GroupReplay();
  private final Rebalance rebalance;
  private final JoinRules joins;
  private final MemberRules members;
  private final OffsetRules offsets;
  private final ExpiryRules expiry;

  GroupShard(GroupConfig config, Randomness randomness) {
    this.config = config;
    this.rebalance = new Rebalance(config);
    this.joins = new JoinRules(config, rebalance, randomness);
    this.members = new MemberRules(rebalance);
    this.offsets = new OffsetRules(config);
    this.expiry = new ExpiryRules(config);
  }

  @Override
  public Groups empty() {
    return Groups.EMPTY;
  }

  @Override
  public Groups replay(Groups state, CoordinatorRecord record, long nowMs) {
    return replay.replay(state, record, nowMs);
  }

  @Override
  public Decision<Groups, GroupTimer> loaded(Groups state, long nowMs) {
    GroupTurn turn = new GroupTurn(state, nowMs);
    for (ClassicGroup group : state.byId().values()) {
      group.members().values().forEach(m -> Rebalance.restartSession(turn, group.id(), m));
      if (group.members().size() > config.groupSizeMax()) {
        rebalance.start(turn, group, "it is larger than group.max.size allows now");
      }
    }
    turn.schedule(new GroupTimer.Expiry(), config.offsetsRetentionCheckIntervalMs());
    return turn.end();
  }

  @Override
  public Decision<Groups, GroupTimer> decide(Groups state, GroupRequest request, long nowMs) {
    GroupTurn turn = new GroupTurn(state, nowMs);
    switch (request) {
      case GroupRequest.Join join -> joins.join(turn, join);
      case GroupRequest.Sync sync -> members.sync(turn, sync);
      case GroupRequest.Heartbeat heartbeat -> members.heartbeat(turn, heartbeat);
      case GroupRequest.Leave leave -> members.leave(turn, leave);
      case GroupRequest.CommitOffsets commit -> offsets.commit(turn, commit);
      case GroupRequest.FetchOffsets fetch -> offsets.fetch(turn, fetch);
      case GroupRequest.DeleteOffsets delete -> offsets.delete(turn, delete);
      case GroupRequest.ForgetTopics forget -> offsets.forget(turn, forget);
      case GroupRequest.Describe describe -> AdminRules.describe(turn, describe);
      case GroupRequest.ListAll list -> AdminRules.list(turn, list);
      case GroupRequest.Delete delete -> AdminRules.delete(turn, delete);
    }
    return turn.end();
  }

  @Override
  public Decision<Groups, GroupTimer> expired(Groups state, GroupTimer timer, long nowMs) {
    GroupTurn turn = new GroupTurn(state, nowMs);
    switch (timer) {
      case GroupTimer.Session session -> {
        ClassicGroup group = state.group(session.groupId());
        if (group != null) {
          rebalance.sessionEnded(turn, group, session.memberId());
        }
      }
      case GroupTimer.Join join -> {
        ClassicGroup group = state.group(join.groupId());
        if (group != null) {
          rebalance.joinTimeIsUp(turn, group);
        }
      }
      case GroupTimer.Sync sync -> {
        ClassicGroup group = state.group(sync.groupId());
        if (group != null) {
          rebalance.syncTimeIsUp(turn, group);
        }
      }
      case GroupTimer.Expiry ignored -> expiry.expire(turn);
    }
    return turn.end();
  }
}
