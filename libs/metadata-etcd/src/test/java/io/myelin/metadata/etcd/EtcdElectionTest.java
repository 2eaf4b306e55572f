package io.myelin.metadata.etcd;

import static io.myelin.metadata.testing.MetadataStoreContract.put;
import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.metadata.Leadership;
import io.myelin.metadata.MetadataStore;
import io.myelin.metadata.MetadataStore.Outcome;
import io.myelin.metadata.etcd.testing.EtcdCluster;
import io.myelin.metadata.testing.ElectionContract;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One member, which the tests share: each has a prefix of its own. */
class EtcdElectionTest extends ElectionContract {
  private static EtcdCluster etcd;

  @BeforeAll
  static void startEtcd() throws IOException {
    etcd = EtcdCluster.start(1);
  }

  @AfterAll
  static void stopEtcd() {
    etcd.close();
  }

  @Override
  protected World create() {
    return new EtcdWorld(etcd.endpoints());
  }

  @Test
  void aHolderGivesUpInTimeWhenEtcdCannotBeReachedAndWinsAnewAtOnceWhenItCan() throws IOException {
    try (EtcdCluster own = EtcdCluster.start(1);
        EtcdWorld world = new EtcdWorld(own.endpoints())) {
      var election = world.join("a");
      Leadership first = world.await(election.campaign(A));

      own.member(0).freeze();
      String reason = world.await(first.lost());
      CompletableFuture<Leadership> again = election.campaign(A);
      own.member(0).thaw();
      Leadership second = world.await(again);

      assertThat(reason).contains("2000 ms").contains(own.endpoints().getFirst().toString());
      assertThat(second.epoch()).isGreaterThan(first.epoch());
      MetadataStore store = world.await(second.openStore());
      assertThat(world.await(store.commit(put("a", "1")))).isInstanceOf(Outcome.Committed.class);
    }
  }

  @Test
  void leavesNoThreadBehind() throws Exception {
    EtcdWorld world = new EtcdWorld(etcd.endpoints());
    Leadership leadership = world.await(world.join("a").campaign(A));
    world.await(world.await(leadership.openStore()).commit(put("a", "1")));

    world.close();

    Thread[] threads = new Thread[Thread.activeCount() + 100];
    try (EtcdWorld other = new EtcdWorld(etcd.endpoints())) {
      other.await(
          () -> {
            int count = Thread.enumerate(threads);
            for (int i = 0; i < count; i++) {
              String name = threads[i].getName();
              if (name.startsWith("vert.x-") || name.startsWith("jetcd") || name.equals("etcd")) {
                return false;
              }
            }
            return true;
          });
    }
  }
}
