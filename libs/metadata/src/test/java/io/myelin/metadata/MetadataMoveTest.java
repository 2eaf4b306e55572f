package io.myelin.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.myelin.metadata.Election.Candidate;
import io.myelin.metadata.MetadataStore.Listing;
import io.myelin.metadata.MetadataStore.Transaction;
import io.myelin.metadata.MetadataStore.Versioned;
import io.myelin.sim.Simulation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** From one store to another one, through text. */
class MetadataMoveTest {
  private final Simulation simulation = new Simulation(1);
  private final InMemoryMetadataServer server =
      new InMemoryMetadataServer("etcd", simulation.clock());

  private <T> T await(CompletableFuture<T> future) {
    assertThat(simulation.runUntil(future::isDone, 60_000)).isTrue();
    return future.join();
  }

  private Election election(String client) {
    return server.election(client, simulation.environment());
  }

  /** More than one transaction can take. */
  private static Listing cluster() {
    Map<String, Versioned> entries = new TreeMap<>();
    put(entries, new MetadataRecord.Cluster("the-cluster"));
    put(entries, new MetadataRecord.ProducerIds(2_000));
    put(
        entries,
        new MetadataRecord.Config(
            new ConfigKey(ConfigKey.Type.GROUP, "a group\twith\nany name"), Map.of("a", "b")));
    UUID topic = new UUID(1, 2);
    for (int p = 0; p < 300; p++) {
      put(
          entries,
          new MetadataRecord.Partition(
              topic, p, PartitionImage.of(List.of(1), List.of(1), 1, 3, 4)));
    }
    put(entries, new MetadataRecord.Topic("events", topic, 300));
    return new Listing(400, entries);
  }

  private static void put(Map<String, Versioned> entries, MetadataRecord record) {
    entries.put(MetadataKeys.of(record), new Versioned(MetadataCodec.encode(record), 1));
  }

  private Listing stored() {
    Leadership leadership = await(election("reader").campaign(new Candidate(9, "reader")));
    MetadataStore store = await(leadership.openStore());
    Listing listing = await(store.list());
    await(leadership.resign());
    return listing;
  }

  @Test
  void theImageIsTheSameAfterTheMove() {
    Listing from = cluster();
    MetadataImport move = new MetadataImport(MetadataExport.read(MetadataExport.write(from)));

    assertThat(await(move.into(election("tool")))).isEqualTo(from.entries().size());

    assertThat(ImageChanges.load(stored()).image().withRevision(0))
        .isEqualTo(ImageChanges.load(from).image().withRevision(0));
  }

  @Test
  void aStoreThatHasAClusterIsLeftAsItIs() {
    MetadataImport move = new MetadataImport(MetadataExport.read(MetadataExport.write(cluster())));
    await(move.into(election("tool")));
    Map<String, Versioned> before = stored().entries();

    CompletableFuture<Integer> again = move.into(election("tool"));
    assertThat(simulation.runUntil(again::isDone, 60_000)).isTrue();

    assertThatThrownBy(again::join).hasMessageContaining("holds a cluster already");
    assertThat(stored().entries()).isEqualTo(before);
  }

  @Test
  void whatAnImportThatWasCutOffLeftIsReplaced() {
    Leadership leadership = await(election("cut-off").campaign(new Candidate(9, "cut-off")));
    MetadataStore store = await(leadership.openStore());
    await(
        store.commit(
            new Transaction(Map.of(), Map.of("producer-ids", Optional.of(new byte[] {9})))));
    await(leadership.resign());
    MetadataImport move = new MetadataImport(MetadataExport.read(MetadataExport.write(cluster())));

    await(move.into(election("tool")));

    assertThat(ImageChanges.load(stored()).image().clusterId()).isEqualTo("the-cluster");
  }

  @Test
  void aFileThatIsNotWholeIsRefused() {
    String text = MetadataExport.write(cluster());

    assertThatThrownBy(() -> MetadataExport.read(text.substring(0, text.length() / 2)))
        .isInstanceOf(MetadataFormatException.class);
    assertThatThrownBy(() -> MetadataExport.read("something else"))
        .hasMessageContaining("myelin-metadata 1");
    assertThatThrownBy(() -> MetadataExport.read(text.replaceFirst("cluster\t", "cluster\t!!")))
        .isInstanceOf(MetadataFormatException.class);
    assertThatThrownBy(() -> new MetadataImport(Map.of())).hasMessageContaining("name no cluster");
  }
}
