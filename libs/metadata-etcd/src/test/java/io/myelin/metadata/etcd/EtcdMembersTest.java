package io.myelin.metadata.etcd;

import static io.myelin.metadata.testing.MetadataStoreContract.put;
import static io.myelin.metadata.testing.MetadataStoreContract.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.metadata.Election.Candidate;
import io.myelin.metadata.Leadership;
import io.myelin.metadata.MetadataStore;
import io.myelin.metadata.MetadataStore.Outcome;
import io.myelin.metadata.etcd.testing.EtcdCluster;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Members that die or stand still. */
class EtcdMembersTest {
  private static final Candidate A = new Candidate(1, "a:9095");

  private EtcdCluster etcd;
  private EtcdWorld world;

  @BeforeEach
  void start() throws IOException {
    etcd = EtcdCluster.start(3);
    world = new EtcdWorld(etcd.endpoints());
  }

  @AfterEach
  void stop() {
    world.close();
    etcd.close();
  }

  private interface Fault {
    void strike() throws IOException;
  }

  /** Writes numbers one after the other; every one must be there, in order, whatever was struck. */
  private void writesThrough(Fault fault) throws IOException {
    Leadership leadership = world.await(world.join("a").campaign(A));
    MetadataStore store = world.await(leadership.openStore());
    List<Long> revisions = new ArrayList<>();

    for (int i = 0; i < 300; i++) {
      if (i == 100) {
        fault.strike();
      }
      Outcome outcome = world.await(store.commit(put("key-" + i, Integer.toString(i))));
      revisions.add(((Outcome.Committed) outcome).revision());
    }

    MetadataStore.Listing listing = world.await(store.list());
    assertThat(revisions).isSorted().doesNotHaveDuplicates();
    for (int i = 0; i < 300; i++) {
      assertThat(text(listing, "key-" + i)).isEqualTo(Integer.toString(i));
      assertThat(listing.entries().get("key-" + i).modRevision()).isEqualTo(revisions.get(i));
    }
  }

  @Test
  void writesGoOnWhenTheMemberThatIsAskedIsKilled() throws IOException {
    writesThrough(() -> etcd.member(0).kill());
  }

  @Test
  void writesGoOnWhenTheMemberThatIsAskedStandsStill() throws IOException {
    writesThrough(() -> etcd.member(0).freeze());
  }

  @Test
  void aDeadMemberDoesNotEndTheLeadership() throws IOException {
    Leadership leadership = world.await(world.join("a").campaign(A));
    MetadataStore store = world.await(leadership.openStore());
    int follower = firstFollower();

    etcd.member(follower).freeze();
    world.pass(5_000);
    Outcome outcome = world.await(store.commit(put("a", "1")));
    etcd.member(follower).thaw();

    assertThat(leadership.lost()).isNotDone();
    assertThat(outcome).isInstanceOf(Outcome.Committed.class);
  }

  private int firstFollower() {
    try (io.etcd.jetcd.Client client =
        io.etcd.jetcd.Client.builder().endpoints(etcd.endpoints()).build()) {
      for (int i = 0; ; i++) {
        var status =
            client.getMaintenanceClient().statusMember(etcd.endpoints().get(i).toString()).join();
        if (status.getHeader().getMemberId() != status.getLeader()) {
          return i;
        }
      }
    }
  }

  @Test
  void withoutAQuorumWritesFailWithTheEndpointsAndSucceedAgainAfterwards() throws IOException {
    Leadership leadership = world.await(world.join("a").campaign(A));
    MetadataStore store = world.await(leadership.openStore());
    world.await(store.commit(put("a", "1")));

    etcd.member(1).kill();
    etcd.member(2).kill();
    CompletableFuture<Outcome> failed = store.commit(put("a", "2"));
    CompletableFuture<Outcome> behind = store.commit(put("a", "3"));
    world.await(() -> failed.isDone() && behind.isDone());
    String reason = world.await(leadership.lost());
    etcd.restart(1);
    etcd.restart(2);
    etcd.awaitHealthy();
    Leadership again = world.await(world.join("a-again").campaign(A));
    MetadataStore next = world.await(again.openStore());
    Outcome outcome = world.await(next.commit(put("b", "4")));

    assertThat(failed)
        .failsWithin(Duration.ofSeconds(1))
        .withThrowableThat()
        .withMessageContaining("Could not write the metadata in etcd at " + etcd.endpoints())
        .withMessageContaining("do they have a quorum?");
    assertThat(behind).isCompletedExceptionally();
    assertThat(reason).contains(etcd.endpoints().toString());
    assertThat(outcome).isInstanceOf(Outcome.Committed.class);
    assertThat(world.await(next.list()).entries()).containsKey("b");
  }

  @Test
  void everyCallFailsInTimeWhenNoMemberIsThere() {
    List<URI> nowhere = List.of(URI.create("http://127.0.0.1:22991"));
    EtcdSettings settings = new EtcdSettings(nowhere, "/myelin/");
    List<String> failures = new ArrayList<>();
    var election = world.join("b", settings);
    election.observe(
        new io.myelin.metadata.Election.Observer() {
          @Override
          public void active(java.util.Optional<io.myelin.metadata.Election.Active> active) {}

          @Override
          public void unreachable(Throwable cause) {
            failures.add(cause.getMessage());
          }
        });

    CompletableFuture<Boolean> revoked = election.revoke(1);
    world.await(() -> revoked.isDone() && !failures.isEmpty());

    assertThat(revoked)
        .failsWithin(Duration.ofSeconds(1))
        .withThrowableThat()
        .withMessageContaining("etcd at [http://127.0.0.1:22991]")
        .withMessageContaining("Connection refused");
    assertThat(failures.getFirst())
        .contains("read who is the active controller")
        .contains("http://127.0.0.1:22991")
        .contains("Connection refused");
  }
}
