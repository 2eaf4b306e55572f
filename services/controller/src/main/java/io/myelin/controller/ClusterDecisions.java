package io.myelin.controller;

import io.myelin.metadata.ConfigKey;
import io.myelin.metadata.Controller.ConfigChange;
import io.myelin.metadata.Controller.ProducerIdBlock;
import io.myelin.metadata.Controller.Refusal;
import io.myelin.metadata.Controller.Result;
import io.myelin.metadata.MetadataKeys;
import io.myelin.metadata.MetadataRecord;
import io.myelin.metadata.RecordChange;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Settings and producer ids: pure decisions on a state. */
final class ClusterDecisions {
  // As in Kafka: one write per thousand idempotent producers.
  static final int PRODUCER_ID_BLOCK = 1000;

  private ClusterDecisions() {}

  static Decision<Result<Void>> alterConfig(ControllerState state, ConfigChange change) {
    ConfigKey key = change.key();
    if (key.type() == ConfigKey.Type.TOPIC && state.image().topic(key.name()) == null) {
      return Decision.refuse(
          Refusal.UNKNOWN_TOPIC, "The topic '" + key.name() + "' does not exist.");
    }
    Map<String, String> before = state.image().config(key);
    Map<String, String> entries = new HashMap<>(before);
    change
        .changes()
        .forEach(
            (name, value) ->
                value.ifPresentOrElse(v -> entries.put(name, v), () -> entries.remove(name)));
    if (entries.equals(before)) {
      return Decision.ok(List.of(), null);
    }
    RecordChange record =
        entries.isEmpty()
            ? RecordChange.delete(MetadataKeys.config(key))
            : RecordChange.put(new MetadataRecord.Config(key, Map.copyOf(entries)));
    return Decision.ok(List.of(record), null);
  }

  static Decision<ProducerIdBlock> allocateProducerIds(ControllerState state) {
    long first = state.nextProducerId();
    return new Decision<>(
        List.of(RecordChange.put(new MetadataRecord.ProducerIds(first + PRODUCER_ID_BLOCK))),
        new ProducerIdBlock(first, PRODUCER_ID_BLOCK));
  }
}
