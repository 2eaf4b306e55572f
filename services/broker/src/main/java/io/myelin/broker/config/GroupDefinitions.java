package io.myelin.broker.config;

import java.util.Map;

/** Kafka's group configs, as of Kafka 4.3. */
public final class GroupDefinitions {
  /** By name. */
  public static final Map<String, ConfigDefinition> ALL =
      ConfigTable.parse(
          """
          consumer.assignment.interval.ms | INT | 1000 | MEDIUM | >= 0 | Milliseconds at least between two assignments of this consumer group.
          consumer.heartbeat.interval.ms | INT | 5000 | MEDIUM | >= 1 | Milliseconds between heartbeats that members of this consumer group are told.
          consumer.session.timeout.ms | INT | 45000 | MEDIUM | >= 1 | Milliseconds without a heartbeat after which a member of this consumer group is removed.
          share.assignment.interval.ms | INT | 1000 | MEDIUM | >= 0 | Milliseconds at least between two assignments of this share group.
          share.auto.offset.reset | STRING | latest | MEDIUM | share offset reset | Where this share group starts in a partition that is new to it.
          share.delivery.count.limit | INT | 5 | MEDIUM | >= 2 | How often this share group delivers a record before it gives it up.
          share.heartbeat.interval.ms | INT | 5000 | MEDIUM | >= 1 | Milliseconds between heartbeats that members of this share group are told.
          share.isolation.level | STRING | read_uncommitted | MEDIUM | one of read_committed,read_uncommitted | Whether this share group sees records of open transactions.
          share.partition.max.record.locks | INT | 2000 | MEDIUM | >= 100 | Records of a partition that this share group may have locked at once.
          share.record.lock.duration.ms | INT | 30000 | MEDIUM | >= 1000 | Milliseconds for which a record is locked for a member of this share group.
          share.renew.acknowledge.enable | BOOLEAN | true | MEDIUM | - | Whether members of this share group may renew their locks.
          share.session.timeout.ms | INT | 45000 | MEDIUM | >= 1 | Milliseconds without a heartbeat after which a member of this share group is removed.
          streams.assignment.interval.ms | INT | 1000 | MEDIUM | >= 0 | Milliseconds at least between two assignments of this streams group.
          streams.heartbeat.interval.ms | INT | 5000 | MEDIUM | >= 1 | Milliseconds between heartbeats that members of this streams group are told.
          streams.initial.rebalance.delay.ms | INT | 3000 | MEDIUM | >= 0 | Milliseconds that this streams group, when empty, waits for more members.
          streams.num.standby.replicas | INT | 0 | MEDIUM | >= 0 | Standby replicas of each task of this streams group.
          streams.session.timeout.ms | INT | 45000 | MEDIUM | >= 1 | Milliseconds without a heartbeat after which a member of this streams group is removed.
          """,
          false);

  private GroupDefinitions() {}

  /** The broker config that is the default of a group config, or null. */
  public static String brokerSynonym(String name) {
    String synonym = "group." + name;
    return BrokerDefinitions.ALL.containsKey(synonym) ? synonym : null;
  }
}
