package io.myelin.log.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.log.record.Verdict.Reason;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.junit.jupiter.api.Test;

/**
 * Same bytes, same verdict as Apache Kafka. A failure names its seed, and the corpus is the same in
 * every run; {@code -Dcorpus.seeds=600000} goes further.
 */
class BatchValidatorAgainstKafkaTest {
  private static final int SEEDS = Integer.getInteger("corpus.seeds", 15_000);
  private static final int FRAME_BYTES = 7;
  private static final int SIZE_TOLERANCE_BYTES = 12;

  @Test
  void agreesWithKafkaOnTheWholeCorpus() {
    List<String> disagreements = new ArrayList<>();
    TreeMap<String, Integer> outcomes = new TreeMap<>();
    for (long seed = 0; seed < SEEDS; seed++) {
      BatchCorpus sample = new BatchCorpus(seed);
      KafkaOracle.Outcome theirs =
          KafkaOracle.judge(sample.bytes, sample.rules, BatchCorpus.NOW_MS);
      outcomes.merge(kind(theirs), 1, Integer::sum);
      String disagreement = disagreement(sample, theirs);
      if (disagreement != null) {
        disagreements.add("seed " + seed + " (" + sample.codec + "): " + disagreement);
      }
    }
    assertThat(disagreements).isEmpty();
    assertThat(outcomes).as("the corpus reaches every outcome").hasSizeGreaterThanOrEqualTo(7);
  }

  private static String kind(KafkaOracle.Outcome outcome) {
    return outcome instanceof KafkaOracle.Outcome.Rejected(Reason reason, var _)
        ? reason.name()
        : outcome.getClass().getSimpleName();
  }

  /** Null if both say the same. */
  private static String disagreement(BatchCorpus sample, KafkaOracle.Outcome theirs) {
    // Somewhere in a buffer, as in a request.
    ByteBuffer records = ByteBuffer.allocateDirect(FRAME_BYTES + sample.bytes.length);
    records.position(FRAME_BYTES).put(sample.bytes).position(FRAME_BYTES);
    Verdict ours = BatchValidator.validate(records, sample.rules, BatchCorpus.NOW_MS);
    boolean agree =
        switch (theirs) {
          case KafkaOracle.Outcome.Accepted(ByteBuffer stored) ->
              ours instanceof Verdict.Valid(ValidBatch batch)
                  ? sameStored(batch, stored, !batch.buffer().isDirect())
                  : isLargerByABit((Verdict.Rejected) ours, stored, sample.rules);
          case KafkaOracle.Outcome.Unreadable _ ->
              ours instanceof Verdict.Rejected(Reason reason, _, _)
                  && reason == Reason.INVALID_RECORD;
          case KafkaOracle.Outcome.Stumbled _ -> ours instanceof Verdict.Rejected;
          case KafkaOracle.Outcome.Rejected(Reason reason, List<Integer> badRecords) ->
              ours instanceof Verdict.Rejected(Reason our, _, List<Verdict.BadRecord> bad)
                  && (our == reason
                          && bad.stream()
                              .map(Verdict.BadRecord::batchIndex)
                              .toList()
                              .equals(badRecords)
                      // Bad by the topic's rules for Kafka, damaged before that for its reader.
                      || our == Reason.INVALID_RECORD
                          && !badRecords.isEmpty()
                          && !KafkaOracle.isReadable(sample.bytes));
        };
    return agree ? null : "Kafka " + theirs + ", we " + ours;
  }

  /**
   * Recompressed records keep their timestamp deltas here, while Kafka computes them anew, which
   * may make a difference of some bytes.
   */
  private static boolean isLargerByABit(
      Verdict.Rejected ours, ByteBuffer theirs, BatchRules rules) {
    return ours.reason() == Reason.MESSAGE_TOO_LARGE
        && rules.messageBytesMax() - theirs.remaining() < SIZE_TOLERANCE_BYTES;
  }

  /** Byte by byte where the codec stays; record by record where it changes. */
  private static boolean sameStored(ValidBatch ours, ByteBuffer theirs, boolean recompressed) {
    BatchLayout.assign(ours.buffer(), 0, 0, 3);
    boolean sameFields =
        ours.maxTimestamp() == BatchLayout.maxTimestamp(theirs, 0)
            && ours.recordCount() == BatchLayout.recordCount(theirs, 0)
            && ours.lastOffsetDelta() == BatchLayout.lastOffsetDelta(theirs, 0)
            && ours.attributes() == BatchLayout.attributes(theirs, 0);
    return sameFields
        && (ours.buffer().equals(theirs) || recompressed && sameRecords(ours.buffer(), theirs));
  }

  private static boolean sameRecords(ByteBuffer ours, ByteBuffer theirs) {
    return readByKafka(ours).equals(readByKafka(theirs));
  }

  private static List<String> readByKafka(ByteBuffer batch) {
    List<String> read = new ArrayList<>();
    MemoryRecords records = MemoryRecords.readableRecords(batch);
    records.batches().forEach(Objects::requireNonNull);
    records.batches().forEach(one -> one.ensureValid());
    for (Record record : records.records()) {
      read.add(
          record.offset()
              + " "
              + record.timestamp()
              + " "
              + record.keySize()
              + " "
              + record.valueSize()
              + " "
              + record.headers().length);
    }
    return read;
  }

  @Test
  void saysSoWhenACodecIsNotTheProducersBusiness() {
    Set<Reason> reasons = EnumSet.noneOf(Reason.class);
    for (int codec = 5; codec < 8; codec++) {
      ByteBuffer batch = new BatchBuilder().append(1, null, null).build();
      batch.putShort(BatchLayout.ATTRIBUTES, (short) codec);
      BatchBuilder.sealCrc(batch, 0, batch.limit());
      if (BatchValidator.validate(batch, new BatchCorpus(0).rules, 1)
          instanceof Verdict.Rejected(Reason reason, _, _)) {
        reasons.add(reason);
      }
    }
    assertThat(reasons).containsExactly(Reason.UNSUPPORTED_COMPRESSION_TYPE);
  }
}
