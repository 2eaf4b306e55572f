package io.myelin.broker.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.metadata.Controller;
import io.myelin.metadata.Controller.InSyncChange;
import io.myelin.metadata.Controller.Member;
import io.myelin.metadata.Controller.Result;
import io.myelin.metadata.PartitionImage;
import io.myelin.replication.LeaderEvent.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ProposalsTest {
  private final List<Request> requests = new ArrayList<>();
  private final Proposals proposals =
      new Proposals(
          new TestingController(
              changes -> {
                requests.add(new Request(changes, new CompletableFuture<>()));
                return requests.getLast().answer();
              }));
  private final List<Integer> refused = new ArrayList<>();

  private record Request(
      List<InSyncChange> changes, CompletableFuture<List<Result<PartitionImage>>> answer) {}

  private void propose(int partition) {
    proposals.add(
        new InSyncChange(new UUID(0, 1), partition, new Member(1, 1), 0, 0, List.of()),
        refusal -> {
          if (refusal == Refusal.STALE) {
            refused.add(partition);
          }
        });
  }

  @Test
  void asksTogetherForWhatCameUpWhileTheControllerWasBusy() {
    propose(0);
    propose(1);
    propose(2);
    assertThat(requests).hasSize(1);
    requests.getFirst().answer().complete(List.of(new Result.Ok<>(null)));

    assertThat(requests).hasSize(2);
    assertThat(requests.getLast().changes())
        .extracting(InSyncChange::partition)
        .containsExactly(1, 2);
  }

  @Test
  void tellsEachWhatBecameOfIt() {
    propose(0);
    requests.getFirst().answer().complete(List.of(new Result.Ok<>(null)));
    propose(1);
    propose(2);
    requests.get(1).answer().completeExceptionally(new IllegalStateException("gone"));
    requests
        .get(2)
        .answer()
        .complete(
            List.of(new Result.Refused<>(Controller.Refusal.INVALID_UPDATE_VERSION, "stale")));

    assertThat(refused).containsExactly(2);
  }
}
