package io.myelin.broker.coordinator.group;

import io.myelin.broker.coordinator.Answer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.SyncGroupResponseData;

/**
 * A member of a classic group. Immutable; the arrays are not changed after it was made.
 *
 * @param instanceId of a static member; null for a dynamic one
 * @param protocols in the member's order of preference
 * @param isNew has not yet completed a join: a session that ends while it waits removes it
 * @param join the JoinGroup that waits for the rebalance; null if none does
 * @param sync the SyncGroup that waits for the leader's assignment; null if none does
 */
record ClassicMember(
    String id,
    String instanceId,
    String clientId,
    String clientHost,
    int rebalanceTimeoutMs,
    int sessionTimeoutMs,
    List<Protocol> protocols,
    byte[] assignment,
    boolean isNew,
    Answer<JoinGroupResponseData> join,
    Answer<SyncGroupResponseData> sync) {

  static final byte[] NO_BYTES = new byte[0];

  /** An assignment strategy that a member supports, with what it tells the leader about itself. */
  record Protocol(String name, byte[] metadata) {}

  boolean isStatic() {
    return instanceId != null;
  }

  boolean awaitsJoin() {
    return join != null;
  }

  boolean supports(String protocol) {
    return protocols.stream().anyMatch(p -> p.name().equals(protocol));
  }

  /** What the member said for {@code protocol}; empty if it does not support it. */
  byte[] metadata(String protocol) {
    for (Protocol p : protocols) {
      if (p.name().equals(protocol)) {
        return p.metadata();
      }
    }
    return NO_BYTES;
  }

  /** Same strategies, same order, same metadata. */
  boolean matches(List<Protocol> others) {
    if (protocols.size() != others.size()) {
      return false;
    }
    for (int i = 0; i < others.size(); i++) {
      if (!protocols.get(i).name().equals(others.get(i).name())
          || !Arrays.equals(protocols.get(i).metadata(), others.get(i).metadata())) {
        return false;
      }
    }
    return true;
  }

  /** The first of its strategies that is a candidate. */
  String vote(Set<String> candidates) {
    return protocols.stream()
        .map(Protocol::name)
        .filter(candidates::contains)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(id + " supports none of " + candidates));
  }

  /** Somebody who waits for the group is alive as long as its connection is. */
  boolean isExcusedFromHeartbeat() {
    return !isNew && (join != null || sync != null);
  }

  ClassicMember withId(String newId) {
    return changed(
        draft -> {
          draft.id = newId;
          draft.isNew = false;
          draft.join = null;
          draft.sync = null;
        });
  }

  ClassicMember rejoining(
      List<Protocol> newProtocols,
      int newRebalanceTimeoutMs,
      int newSessionTimeoutMs,
      Answer<JoinGroupResponseData> newJoin) {
    return changed(
        draft -> {
          draft.rebalanceTimeoutMs = newRebalanceTimeoutMs;
          draft.sessionTimeoutMs = newSessionTimeoutMs;
          draft.protocols = newProtocols;
          draft.join = newJoin;
        });
  }

  /** Has got its JoinGroup answered. */
  ClassicMember joined() {
    return changed(
        draft -> {
          draft.isNew = false;
          draft.join = null;
        });
  }

  ClassicMember withSync(Answer<SyncGroupResponseData> newSync) {
    return changed(draft -> draft.sync = newSync);
  }

  ClassicMember withAssignment(byte[] newAssignment) {
    return changed(draft -> draft.assignment = newAssignment);
  }

  private ClassicMember changed(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.member();
  }

  /** A member that is being put together: the one place that lists all parts. */
  private static final class Draft {
    private String id;
    private final String instanceId;
    private final String clientId;
    private final String clientHost;
    private int rebalanceTimeoutMs;
    private int sessionTimeoutMs;
    private List<Protocol> protocols;
    private byte[] assignment;
    private boolean isNew;
    private Answer<JoinGroupResponseData> join;
    private Answer<SyncGroupResponseData> sync;

    Draft(ClassicMember member) {
      id = member.id;
      instanceId = member.instanceId;
      clientId = member.clientId;
      clientHost = member.clientHost;
      rebalanceTimeoutMs = member.rebalanceTimeoutMs;
      sessionTimeoutMs = member.sessionTimeoutMs;
      protocols = member.protocols;
      assignment = member.assignment;
      isNew = member.isNew;
      join = member.join;
      sync = member.sync;
    }

    ClassicMember member() {
      return new ClassicMember(
          id,
          instanceId,
          clientId,
          clientHost,
          rebalanceTimeoutMs,
          sessionTimeoutMs,
          protocols,
          assignment,
          isNew,
          join,
          sync);
    }
  }
}
