package io.myelin.broker.coordinator.group;

import io.myelin.broker.coordinator.Answer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
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
    return new ClassicMember(
        newId,
        instanceId,
        clientId,
        clientHost,
        rebalanceTimeoutMs,
        sessionTimeoutMs,
        protocols,
        assignment,
        false,
        null,
        null);
  }

  ClassicMember rejoining(
      List<Protocol> newProtocols,
      int newRebalanceTimeoutMs,
      int newSessionTimeoutMs,
      Answer<JoinGroupResponseData> newJoin) {
    return new ClassicMember(
        id,
        instanceId,
        clientId,
        clientHost,
        newRebalanceTimeoutMs,
        newSessionTimeoutMs,
        newProtocols,
        assignment,
        isNew,
        newJoin,
        sync);
  }

  /** Has got its JoinGroup answered. */
  ClassicMember joined() {
    return new ClassicMember(
        id,
        instanceId,
        clientId,
        clientHost,
        rebalanceTimeoutMs,
        sessionTimeoutMs,
        protocols,
        assignment,
        false,
        null,
        sync);
  }

  ClassicMember withSync(Answer<SyncGroupResponseData> newSync) {
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
        newSync);
  }

  ClassicMember withAssignment(byte[] newAssignment) {
    return new ClassicMember(
        id,
        instanceId,
        clientId,
        clientHost,
        rebalanceTimeoutMs,
        sessionTimeoutMs,
        protocols,
        newAssignment,
        isNew,
        join,
        sync);
  }
}
