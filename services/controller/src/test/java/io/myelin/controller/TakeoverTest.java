package io.myelin.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.metadata.Controller.NewTopic;
import io.myelin.metadata.InMemoryMetadataStore;
import io.myelin.metadata.MetadataStore;
import io.myelin.sim.CallersThread;
import io.myelin.sim.SimRandomness;
import io.myelin.sim.TestingThreads;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class TakeoverTest {
  private static final ControllerSettings SETTINGS =
      new ControllerSettings(0, 1, 1, 1, false, Map.of());

  @Test
  void theStoresThreadIsFreeWhileAListingBecomesAnImage() {
    MetadataStore store = storeWithTopic("a");
    Queue<Runnable> controllersTasks = new ArrayDeque<>();

    CompletableFuture<ControllerState> taken =
        new Takeover(store, SETTINGS, new SimRandomness(2)).run(controllersTasks::add);

    assertThat(taken).isNotDone();
    assertThat(controllersTasks).hasSize(1);
    controllersTasks.remove().run();
    assertThat(taken.join().image().topic("a").partitions()).hasSize(3);
  }

  private static MetadataStore storeWithTopic(String name) {
    MetadataStore store = new InMemoryMetadataStore("test");
    ActiveController controller =
        ActiveController.start(
                store, SETTINGS, new TestingThreads(new CallersThread()), new SimRandomness(1))
            .join();
    controller.register(ActiveControllerTest.broker(0)).join();
    controller.createTopics(List.of(new NewTopic(name, 3, -1, Map.of(), Map.of())), false).join();
    return store;
  }
}
