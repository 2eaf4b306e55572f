package io.myelin.simulation;

import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/**
 * Reads a partition that has a damaged batch: somebody has to notice, and what passes for valid has
 * to be what was written.
 */
final class DamageSurvey extends Client {
  // A partition that is refused stays so; one that is being recovered answers by then.
  private static final int ATTEMPTS = 20;

  private final PartitionHistory subject;
  private final long damaged;
  private int attempts;
  private boolean done;

  /**
   * @param damaged offset of the damaged batch
   */
  DamageSurvey(World world, PartitionHistory subject, long damaged) {
    super(world, "surveyor");
    this.subject = subject;
    this.damaged = damaged;
  }

  boolean isDone() {
    return done;
  }

  @Override
  void onConnected() {
    call(
        ApiKeys.FETCH,
        Fetches.VERSION,
        Fetches.request(subject, damaged, 1, 0, -1),
        FetchResponseData.class,
        this::answered);
  }

  private void answered(FetchResponseData answer) {
    PartitionData data = answer.responses().getFirst().partitions().getFirst();
    Errors error = Errors.forCode(data.errorCode());
    boolean empty = data.records() == null || data.records().sizeInBytes() == 0;
    if (error == Errors.NONE && empty && ++attempts < ATTEMPTS) {
      later(50, this::onConnected);
      return;
    }
    if (error == Errors.NONE && !empty) {
      try {
        Fetches.records(data, damaged);
        world.violation(subject + ": the damaged batch at " + damaged + " is served as valid");
      } catch (CorruptRecordException e) {
        // the client has noticed
      }
    }
    world.coverage().bitFlipsNoticed++;
    done = true;
    stop();
  }
}
