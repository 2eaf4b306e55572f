package io.myelin.simulation;

import java.util.List;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/** Follows one partition with an incremental fetch session, and starts over now and then. */
final class Consumer extends Client {
  private final PartitionHistory source;
  private long position;
  private int sessionId;
  private int sessionEpoch;
  private long highWatermark;
  private int lossesKnown;

  Consumer(World world, String name, PartitionHistory source) {
    super(world, name);
    this.source = source;
  }

  @Override
  void onConnected() {
    sessionId = 0;
    sessionEpoch = 0;
    highWatermark = 0;
    if (lossesKnown != source.losses()) {
      lossesKnown = source.losses();
      position = Math.min(position, source.knownEnd());
    }
    fetch();
  }

  private void fetch() {
    FetchRequestData request =
        Fetches.request(
            source, position, 1 + world.random().nextInt(40_000), sessionId, sessionEpoch);
    request.setMaxWaitMs(world.random().nextInt(500)).setMinBytes(1);
    long asked = position;
    call(
        ApiKeys.FETCH,
        Fetches.VERSION,
        request,
        FetchResponseData.class,
        answer -> answered(asked, answer));
  }

  private void answered(long asked, FetchResponseData answer) {
    if (answer.errorCode() != 0) {
      world.violation(name + ": fetch session refused: " + Errors.forCode(answer.errorCode()));
    }
    sessionId = answer.sessionId();
    sessionEpoch++;
    for (FetchResponseData.FetchableTopicResponse topic : answer.responses()) {
      for (PartitionData data : topic.partitions()) {
        take(asked, data);
      }
    }
    if (isConnected()) {
      if (world.random().nextInt(200) == 0) {
        position = Math.min(position, world.random().nextInt(50));
        reconnect();
      } else {
        later(world.random().nextInt(30), this::fetch);
      }
    }
  }

  private void take(long asked, PartitionData data) {
    switch (Errors.forCode(data.errorCode())) {
      case NONE -> {
        if (data.highWatermark() >= 0) {
          if (data.highWatermark() < highWatermark) {
            world.violation(
                "%s: the high watermark of %s went back from %d to %d"
                    .formatted(name, source, highWatermark, data.highWatermark()));
          }
          highWatermark = data.highWatermark();
        }
        List<PartitionHistory.Seen> records = Fetches.records(data, asked);
        for (PartitionHistory.Seen record : records) {
          if (record.offset() != position || record.offset() >= highWatermark) {
            world.violation(
                "%s: %s of %s, at position %d and high watermark %d"
                    .formatted(name, record, source, position, highWatermark));
          }
          source.seen(record.offset(), record.name());
          position++;
        }
      }
      case OFFSET_OUT_OF_RANGE -> startOver();
      case KAFKA_STORAGE_ERROR -> later(100, this::reconnect);
      default -> world.violation(name + ": fetch failed: " + Errors.forCode(data.errorCode()));
    }
  }

  private void startOver() {
    call(
        ApiKeys.LIST_OFFSETS,
        Fetches.LIST_OFFSETS_VERSION,
        Fetches.earliest(source),
        ListOffsetsResponseData.class,
        answer -> {
          var result = answer.topics().getFirst().partitions().getFirst();
          if (result.errorCode() == 0) {
            if (position >= result.offset() && position <= source.knownEnd()) {
              world.violation(name + ": " + position + " of " + source + " is out of range");
            }
            position = result.offset();
          }
          reconnect();
        });
  }
}
