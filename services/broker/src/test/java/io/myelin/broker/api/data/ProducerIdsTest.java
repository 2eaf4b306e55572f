package io.myelin.broker.api.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.metadata.Controller.ProducerIdBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ProducerIdsTest {
  /** What the controller was asked for, oldest first; answered by the test. */
  private final List<CompletableFuture<ProducerIdBlock>> asked = new ArrayList<>();

  private final ProducerIds ids =
      new ProducerIds(
          () -> {
            asked.add(new CompletableFuture<>());
            return asked.getLast();
          });

  @Test
  void handsOutTheIdsOfItsBlocksOneAfterTheOther() {
    ids.stockUp();
    asked.get(0).complete(new ProducerIdBlock(100, 4));
    List<Long> first = take(2);
    asked.get(1).complete(new ProducerIdBlock(300, 4));
    assertThat(first).containsExactly(100L, 101L);
    assertThat(take(4)).containsExactly(102L, 103L, 300L, 301L);
  }

  @Test
  void asksForTheNextBlockWhenHalfOfOneIsUsed() {
    ids.stockUp();
    asked.get(0).complete(new ProducerIdBlock(0, 10));
    take(4);
    assertThat(asked).hasSize(1);
    take(1);
    assertThat(asked).hasSize(2);
  }

  @Test
  void neverAsksForMoreThanOneBlockAtATime() {
    ids.stockUp();
    ids.stockUp();
    Stream.generate(ids::next).limit(3).forEach(id -> assertThat(id).isNotDone());
    assertThat(asked).hasSize(1);
  }

  @Test
  void whoComesBeforeTheBlockWaitsForIt() {
    List<CompletableFuture<Long>> early = Stream.generate(ids::next).limit(3).toList();
    asked.get(0).complete(new ProducerIdBlock(7, 2));
    assertThat(early.get(2)).isNotDone();
    asked.get(1).complete(new ProducerIdBlock(20, 2));
    assertThat(early).extracting(CompletableFuture::join).containsExactly(7L, 8L, 20L);
  }

  @Test
  void withoutAControllerItGoesOnWithTheIdsThatItHas() {
    ids.stockUp();
    asked.get(0).complete(new ProducerIdBlock(0, 10));
    take(5);
    asked.get(1).completeExceptionally(new IllegalStateException("no controller is active"));
    assertThat(take(5)).containsExactly(5L, 6L, 7L, 8L, 9L);
    assertThat(ids.next()).isNotDone();
  }

  @Test
  void asksAgainForTheNextOneAfterAFailure() {
    CompletableFuture<Long> unlucky = ids.next();
    asked.get(0).completeExceptionally(new IllegalStateException("no controller is active"));
    assertThat(unlucky).isCompletedExceptionally();
    CompletableFuture<Long> luckier = ids.next();
    asked.get(1).complete(new ProducerIdBlock(50, 10));
    assertThat(luckier).isCompletedWithValue(50L);
  }

  private List<Long> take(int count) {
    return LongStream.range(0, count).mapToObj(i -> ids.next().join()).toList();
  }
}
