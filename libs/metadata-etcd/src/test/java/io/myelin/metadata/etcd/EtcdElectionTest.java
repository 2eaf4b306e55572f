package io.myelin.metadata.etcd;

import static io.myelin.metadata.testing.MetadataStoreContract.put;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcd.jetcd.Client;
import io.myelin.metadata.Leadership;
import io.myelin.metadata.MetadataStore;
import io.myelin.metadata.MetadataStore.Outcome;
import io.myelin.metadata.etcd.testing.EtcdCluster;
import io.myelin.metadata.testing.ElectionContract;
import io.myelin.metadata.testing.MetadataStoreContract;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
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
  void aLeaseThatIsRevokedInEtcdEndsTheLeadership() {
    try (EtcdWorld world = new EtcdWorld(etcd.endpoints());
        Client client = Client.builder().endpoints(etcd.endpoints()).build()) {
      Leadership leadership = world.await(world.join("a").campaign(A));
      MetadataStore store = world.await(leadership.openStore());
      world.await(store.commit(put("a", "1")));

      long lease =
          client.getKVClient().get(world.keys().active()).join().getKvs().getFirst().getLease();
      client.getLeaseClient().revoke(lease).join();
      Outcome late = world.await(store.commit(put("a", "2")));

      assertThat(late).isEqualTo(new Outcome.Deposed());
      assertThat(world.await(leadership.lost())).contains("revoked");
    }
  }

  @Test
  void writesThatASlowEtcdLeavesUnansweredForAWhileTakeEffectOnceAndInOrder() throws IOException {
    try (EtcdCluster own = EtcdCluster.start(1);
        EtcdWorld world = new EtcdWorld(own.endpoints())) {
      Leadership leadership = world.await(world.join("a").campaign(A));
      MetadataStore store = world.await(leadership.openStore());
      Outcome before = world.await(store.commit(put("a", "0")));

      own.member(0).freeze();
      List<CompletableFuture<Outcome>> writes = new ArrayList<>();
      for (int i = 1; i <= 5; i++) {
        writes.add(store.commit(put("a", Integer.toString(i))));
      }
      // Longer than an attempt, and so short that the lease outlives it.
      world.pass(700);
      own.member(0).thaw();
      List<Long> revisions = new ArrayList<>();
      for (CompletableFuture<Outcome> write : writes) {
        revisions.add(((Outcome.Committed) world.await(write)).revision());
      }

      long first = ((Outcome.Committed) before).revision();
      assertThat(revisions).containsExactly(first + 1, first + 2, first + 3, first + 4, first + 5);
      assertThat(MetadataStoreContract.text(world.await(store.list()), "a")).isEqualTo("5");
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
