package io.myelin.log.store;

import static io.myelin.log.store.TestBatches.batch;
import static io.myelin.log.store.TestBatches.idempotent;
import static io.myelin.log.store.TestBatches.marker;
import static io.myelin.log.store.TestBatches.transactional;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.myelin.log.AppendResult;
import io.myelin.log.Isolation;
import io.myelin.log.LogConfig;
import io.myelin.log.LogDirectory;
import io.myelin.log.LogView;
import io.myelin.log.PartitionLog;
import io.myelin.log.ReadResult;
import io.myelin.log.record.BatchLayout;
import io.myelin.log.record.InvalidBatchException;
import io.myelin.log.record.ReplicatedBatches;
import io.myelin.log.record.ValidBatch;
import io.myelin.sim.SimDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class FollowerAppendTest {
  private static final long T = 1_700_000_000_000L;

  private final TestingWorld world = new TestingWorld(new SimDisk(7), 1);
  private PartitionLog leader;
  private PartitionLog follower;

  @BeforeEach
  void open() throws IOException {
    LogDirectory directory = world.open(Path.of("/data"));
    LogConfig config = StoredLogTest.small(2_000, 500);
    leader = directory.open("leader", 0, new UUID(1, 1), config);
    follower = directory.open("follower", 0, new UUID(1, 2), config);
  }

  @Test
  void holdsTheSameBytesEpochsAndProducersAsTheLeader() throws IOException {
    leader.append(List.of(batch(3, T, 100), idempotent(7, 0, 0, 2, T)), 3);
    leader.append(List.of(idempotent(7, 0, 2, 4, T), transactional(9, 1, 0, 2, T)), 3);
    leader.append(List.of(marker(9, 1, false, 0, T), batch(20, T, 100)), 5);

    ByteBuffer bytes = content(leader.view(), 0);
    List<AppendResult> results = follower.appendAsFollower(ReplicatedBatches.read(bytes));

    assertThat(results).hasSize(6).allMatch(result -> result instanceof AppendResult.Appended);
    assertThat(content(follower.view(), 0)).isEqualTo(content(leader.view(), 0));
    assertThat(follower.view().logEndOffset()).isEqualTo(leader.view().logEndOffset());
    assertThat(follower.view().epochs().entries())
        .isEqualTo(leader.view().epochs().entries())
        .hasSize(2);
    assertThat(follower.producers()).containsExactlyInAnyOrderElementsOf(leader.producers());
  }

  @Test
  void recognisesDuplicatesOnceItLeads() throws IOException {
    ValidBatch first = idempotent(7, 0, 0, 2, T);
    leader.append(List.of(first), 3);
    follower.appendAsFollower(ReplicatedBatches.read(content(leader.view(), 0)));

    assertThat(follower.append(List.of(idempotent(7, 0, 0, 2, T)), 4).getFirst())
        .isInstanceOf(AppendResult.Duplicate.class);
  }

  @Test
  void keepsTheGapsThatCompactionLeft() throws IOException {
    ByteBuffer before = at(batch(2, T, 10), 0);
    ByteBuffer behind = at(batch(2, T, 10), 40);
    follower.appendAsFollower(ReplicatedBatches.read(before));
    follower.appendAsFollower(ReplicatedBatches.read(behind));

    assertThat(follower.view().logEndOffset()).isEqualTo(42);
    assertThat(BatchLayout.baseOffset(content(follower.view(), 20), 0)).isEqualTo(40);
  }

  @Test
  void refusesDamagedAndDisorderedBatches() throws IOException {
    ByteBuffer damaged = at(batch(2, T, 10), 0);
    damaged.put(damaged.limit() - 1, (byte) (damaged.get(damaged.limit() - 1) + 1));
    assertThatThrownBy(() -> ReplicatedBatches.read(damaged))
        .isInstanceOf(InvalidBatchException.class)
        .hasMessageContaining("damaged");

    ByteBuffer whole = at(batch(2, T, 10), 5);
    ByteBuffer twice = ByteBuffer.allocate(2 * whole.remaining());
    twice.put(whole.duplicate()).put(whole.duplicate()).flip();
    assertThatThrownBy(() -> ReplicatedBatches.read(twice))
        .isInstanceOf(InvalidBatchException.class)
        .hasMessageContaining("follows");

    ByteBuffer cut = whole.duplicate().limit(whole.limit() - 1);
    assertThatThrownBy(() -> ReplicatedBatches.read(cut)).isInstanceOf(InvalidBatchException.class);
  }

  private static ByteBuffer at(ValidBatch batch, long offset) {
    BatchLayout.assign(batch.buffer(), batch.buffer().position(), offset, 3);
    return batch.buffer();
  }

  /** All bytes from {@code offset} to the log end. */
  private static ByteBuffer content(LogView view, long offset) throws IOException {
    ByteBuffer all = ByteBuffer.allocate(1 << 16);
    long next = offset;
    while (view.read(next, 1 << 16, true, Isolation.LOG_END) instanceof ReadResult.Records found) {
      ByteBuffer slice = StoredLogTest.content(found);
      found.slice().release();
      next = ReplicatedBatches.read(slice).endOffset();
      all.put(slice);
    }
    return all.flip();
  }
}
