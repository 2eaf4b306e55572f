package io.myelin.broker.coordinator.group;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.internals.ConsumerProtocol;
import org.pcollections.HashTreePSet;
import org.pcollections.MapPSet;
import org.pcollections.TreePMap;

/**
 * A group of the classic protocol. Immutable.
 *
 * <p>In the log: generation, protocol, leader, members and assignments, written when a rebalance
 * ends. Volatile: a rebalance under way, and who is expected.
 *
 * @param stateSinceMs wall clock; -1 if an old record does not tell
 * @param protocolType of the first member ("consumer", "connect"); null for a group that only
 *     stores offsets
 * @param protocolName of the present generation; null if there is none
 * @param leader member id; null if there is none
 * @param members by id, sorted: who leads next does not depend on hashes
 * @param expected ids that were handed out (KIP-394) and have not joined yet
 * @param unsynced members whose SyncGroup of this generation is outstanding
 * @param subscribed topics that the members consume, null if that cannot be known
 * @param initialDelay present while the first rebalance of an empty group waits for more members
 */
record ClassicGroup(
    String id,
    ClassicState state,
    long stateSinceMs,
    int generation,
    String protocolType,
    String protocolName,
    String leader,
    TreePMap<String, ClassicMember> members,
    MapPSet<String> expected,
    MapPSet<String> unsynced,
    Set<String> subscribed,
    InitialDelay initialDelay) {

  /**
   * @param delayMs of the timer that runs
   * @param remainingMs by which it may be extended
   * @param extend somebody has joined since it was started
   */
  record InitialDelay(int delayMs, int remainingMs, boolean extend) {}

  static ClassicGroup empty(String id, long nowMs) {
    return new ClassicGroup(
        id,
        ClassicState.EMPTY,
        nowMs,
        0,
        null,
        null,
        null,
        TreePMap.empty(),
        HashTreePSet.empty(),
        HashTreePSet.empty(),
        null,
        null);
  }

  boolean is(ClassicState what) {
    return state == what;
  }

  ClassicMember member(String memberId) {
    return members.get(memberId);
  }

  boolean isLeader(String memberId) {
    return memberId.equals(leader);
  }

  boolean isConsumerGroup() {
    return ConsumerProtocol.PROTOCOL_TYPE.equals(protocolType);
  }

  /** Whether the members consume {@code topic}; what cannot be known counts as yes. */
  boolean consumes(String topic) {
    return subscribed == null ? isConsumerGroup() : subscribed.contains(topic);
  }

  Optional<ClassicMember> withInstance(String instanceId) {
    return members.values().stream().filter(m -> instanceId.equals(m.instanceId())).findFirst();
  }

  long awaitingJoin() {
    return members.values().stream().filter(ClassicMember::awaitsJoin).count();
  }

  boolean allHaveJoined() {
    return expected.isEmpty() && members.values().stream().allMatch(ClassicMember::awaitsJoin);
  }

  /** The longest that a member asks for, in milliseconds; 0 without members. */
  int rebalanceTimeoutMs() {
    return members.values().stream().mapToInt(ClassicMember::rebalanceTimeoutMs).max().orElse(0);
  }

  /** Whether somebody with these could join: the type fits, and one strategy is everybody's. */
  boolean accepts(String type, Set<String> protocols) {
    if (state == ClassicState.EMPTY) {
      return !type.isEmpty() && !protocols.isEmpty();
    }
    if (!type.equals(protocolType)) {
      return false;
    }
    Set<String> common = commonProtocols();
    return members.isEmpty() ? !protocols.isEmpty() : protocols.stream().anyMatch(common::contains);
  }

  private Set<String> commonProtocols() {
    Map<String, Integer> supporters = new HashMap<>();
    for (ClassicMember member : members.values()) {
      member.protocols().forEach(p -> supporters.merge(p.name(), 1, Integer::sum));
    }
    Set<String> common = new HashSet<>();
    supporters.forEach(
        (name, count) -> {
          if (count == members.size()) {
            common.add(name);
          }
        });
    return common;
  }

  /** The strategy with the most votes; of several, the first by name. */
  String electProtocol() {
    Set<String> candidates = new TreeSet<>(commonProtocols());
    Map<String, Integer> votes = new TreeMap<>();
    members.values().forEach(m -> votes.merge(m.vote(candidates), 1, Integer::sum));
    return votes.entrySet().stream()
        .max(
            Map.Entry.<String, Integer>comparingByValue()
                .thenComparing(Map.Entry.comparingByKey(Comparator.reverseOrder())))
        .orElseThrow()
        .getKey();
  }

  ClassicGroup in(ClassicState newState, long nowMs) {
    return changed(
        draft -> {
          draft.state = newState;
          draft.stateSinceMs = nowMs;
          draft.initialDelay = newState == ClassicState.PREPARING ? initialDelay : null;
        });
  }

  /** The next generation: nobody has synced yet. */
  ClassicGroup nextGeneration(String newProtocolName, Set<String> newSubscribed) {
    return changed(
        draft -> {
          draft.generation = generation + 1;
          draft.protocolName = newProtocolName;
          draft.unsynced = HashTreePSet.empty();
          draft.subscribed = newSubscribed;
        });
  }

  ClassicGroup withMembers(TreePMap<String, ClassicMember> newMembers) {
    return changed(draft -> draft.members = newMembers);
  }

  /** With {@code member} added or replaced; the first one brings the type and leads. */
  ClassicGroup with(ClassicMember member, String type) {
    return changed(
        draft -> {
          draft.protocolType = members.isEmpty() ? type : protocolType;
          draft.leader = leader == null ? member.id() : leader;
          draft.members = members.plus(member.id(), member);
          draft.expected = expected.minus(member.id());
        });
  }

  ClassicGroup with(ClassicMember member) {
    return withMembers(members.plus(member.id(), member));
  }

  /** Forgets the id, member or expected; somebody else leads if it did. */
  ClassicGroup without(String memberId) {
    TreePMap<String, ClassicMember> left = members.minus(memberId);
    return changed(
        draft -> {
          draft.members = left;
          draft.expected = expected.minus(memberId);
          draft.unsynced = unsynced.minus(memberId);
          if (memberId.equals(leader)) {
            draft.leader = left.isEmpty() ? null : left.firstKey();
          }
        });
  }

  ClassicGroup led(String newLeader) {
    return changed(draft -> draft.leader = newLeader);
  }

  ClassicGroup expecting(MapPSet<String> newExpected) {
    return changed(draft -> draft.expected = newExpected);
  }

  ClassicGroup unsynced(MapPSet<String> newUnsynced) {
    return changed(draft -> draft.unsynced = newUnsynced);
  }

  ClassicGroup subscribed(Set<String> newSubscribed) {
    return changed(draft -> draft.subscribed = newSubscribed);
  }

  ClassicGroup delayed(InitialDelay newDelay) {
    return changed(draft -> draft.initialDelay = newDelay);
  }

  private ClassicGroup changed(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.group();
  }

  /** A group that is being put together: the one place that lists all parts. */
  private static final class Draft {
    private final String id;
    private ClassicState state;
    private long stateSinceMs;
    private int generation;
    private String protocolType;
    private String protocolName;
    private String leader;
    private TreePMap<String, ClassicMember> members;
    private MapPSet<String> expected;
    private MapPSet<String> unsynced;
    private Set<String> subscribed;
    private InitialDelay initialDelay;

    Draft(ClassicGroup group) {
      id = group.id;
      state = group.state;
      stateSinceMs = group.stateSinceMs;
      generation = group.generation;
      protocolType = group.protocolType;
      protocolName = group.protocolName;
      leader = group.leader;
      members = group.members;
      expected = group.expected;
      unsynced = group.unsynced;
      subscribed = group.subscribed;
      initialDelay = group.initialDelay;
    }

    ClassicGroup group() {
      return new ClassicGroup(
          id,
          state,
          stateSinceMs,
          generation,
          protocolType,
          protocolName,
          leader,
          members,
          expected,
          unsynced,
          subscribed,
          initialDelay);
    }
  }
}
