package io.myelin.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class MetadataCodecTest {

  @Property
  void everyRecordComesBackAsItWas(@ForAll("records") MetadataRecord record) {
    byte[] bytes = MetadataCodec.encode(record);

    assertThat(MetadataCodec.decode(MetadataKeys.of(record), bytes)).isEqualTo(record);
  }

  @Property
  void aRecordThatIsCutOffIsRefused(@ForAll("records") MetadataRecord record) {
    byte[] bytes = MetadataCodec.encode(record);

    assertThatThrownBy(
            () ->
                MetadataCodec.decode(
                    MetadataKeys.of(record), Arrays.copyOf(bytes, bytes.length - 1)))
        .isInstanceOf(MetadataFormatException.class);
  }

  @Property
  void garbageIsRefusedOrReadButNeverAnythingElse(@ForAll byte[] garbage) {
    for (String key : List.of("cluster", "topics/a", "configs/topic/a", "brokers/1", "features")) {
      try {
        assertThat(MetadataCodec.decode(key, garbage)).isNotNull();
      } catch (MetadataFormatException e) {
        assertThat(e).hasMessageContaining(key);
      }
    }
  }

  @Property
  void aNewerVersionIsRefusedByName(@ForAll("records") MetadataRecord record) {
    byte[] bytes = MetadataCodec.encode(record);
    bytes[0] = MetadataCodec.VERSION + 1;

    assertThatThrownBy(() -> MetadataCodec.decode(MetadataKeys.of(record), bytes))
        .isInstanceOfSatisfying(
            MetadataFormatException.NewerVersion.class,
            e -> assertThat(e.found()).isEqualTo(MetadataCodec.VERSION + 1))
        .hasMessageContaining(MetadataKeys.of(record));
  }

  @Test
  void keysThatAreNoneAreRefused() {
    for (String key : List.of("", "topic/a", "partitions/x", "brokers/x", "configs/other/a")) {
      assertThatThrownBy(() -> MetadataCodec.decode(key, new byte[] {1}))
          .isInstanceOf(MetadataFormatException.class);
    }
  }

  @Test
  void theBytesOfARecordDoNotChange() {
    MetadataRecord record =
        new MetadataRecord.Partition(
            new UUID(1, 2), 3, PartitionImage.of(List.of(4, 5), List.of(4), 4, 6, 7));

    assertThat(MetadataKeys.of(record))
        .isEqualTo("partitions/00000000-0000-0001-0000-000000000002/3");
    assertThat(MetadataCodec.encode(record))
        .containsExactly(
            3, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0, 5, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0, 6,
            0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void readsThePartitionsAndBrokersOfVersionTwo() {
    byte[] partition = {
      2, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0, 5, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0, 6, 0, 0,
      0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
    };
    BrokerImage image =
        new BrokerImage(
            3,
            9,
            new UUID(1, 2),
            Map.of(),
            Optional.empty(),
            Optional.empty(),
            true,
            false,
            "disk");
    byte[] broker = MetadataCodec.encode(new MetadataRecord.Broker(image));
    broker[0] = 2;

    assertThat(MetadataCodec.decode("partitions/00000000-0000-0001-0000-000000000002/3", partition))
        .isEqualTo(
            new MetadataRecord.Partition(
                new UUID(1, 2), 3, PartitionImage.of(List.of(4, 5), List.of(4), 4, 6, 7)));
    assertThat(MetadataCodec.decode("brokers/3", Arrays.copyOf(broker, broker.length - 1)))
        .isEqualTo(new MetadataRecord.Broker(image));
  }

  @Test
  void readsThePartitionsAndBrokersOfVersionOne() {
    byte[] partition = {
      1, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0, 5, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0, 6, 0, 0,
      0, 7
    };
    byte[] broker = {
      1, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 'L', 0, 0, 0, 1, 'h', 0, 0, 0, 5
    };

    assertThat(MetadataCodec.decode("partitions/00000000-0000-0001-0000-000000000002/3", partition))
        .isEqualTo(
            new MetadataRecord.Partition(
                new UUID(1, 2), 3, PartitionImage.of(List.of(4, 5), List.of(4), 4, 6, 7)));
    assertThat(MetadataCodec.decode("brokers/3", broker))
        .isEqualTo(
            new MetadataRecord.Broker(
                new BrokerImage(
                    3,
                    9,
                    new UUID(0, 0),
                    Map.of("L", new BrokerImage.Endpoint("h", 5)),
                    Optional.empty(),
                    Optional.empty(),
                    false,
                    false,
                    "")));
  }

  @Provide
  Arbitrary<MetadataRecord> records() {
    Arbitrary<String> text = Arbitraries.strings().ofMaxLength(30);
    Arbitrary<UUID> ids =
        Combinators.combine(Arbitraries.longs(), Arbitraries.longs()).as(UUID::new);
    Arbitrary<List<Integer>> brokers = Arbitraries.integers().list().ofMaxSize(5);
    Arbitrary<PartitionImage> partitions =
        Combinators.combine(
                brokers.list().ofSize(7),
                Arbitraries.integers(),
                Arbitraries.integers(),
                Arbitraries.integers())
            .as(
                (sets, leader, leaderEpoch, partitionEpoch) ->
                    new PartitionImage(
                        sets.get(0),
                        sets.get(1),
                        sets.get(2),
                        sets.get(3),
                        sets.get(4),
                        sets.get(5),
                        leader,
                        leaderEpoch,
                        partitionEpoch,
                        sets.get(6)));
    Arbitrary<Map<String, BrokerImage.Endpoint>> listeners =
        Arbitraries.maps(
                text,
                Combinators.combine(text, Arbitraries.integers()).as(BrokerImage.Endpoint::new))
            .ofMaxSize(3);
    return Arbitraries.oneOf(
        List.<Arbitrary<? extends MetadataRecord>>of(
            text.map(MetadataRecord.Cluster::new),
            Combinators.combine(text, ids, Arbitraries.integers()).as(MetadataRecord.Topic::new),
            Combinators.combine(ids, Arbitraries.integers(), partitions)
                .as(MetadataRecord.Partition::new),
            Combinators.combine(
                    Arbitraries.of(ConfigKey.Type.class),
                    text,
                    Arbitraries.maps(text, text).ofMaxSize(4))
                .as(
                    (type, name, entries) ->
                        new MetadataRecord.Config(new ConfigKey(type, name), entries)),
            Combinators.combine(
                    Arbitraries.integers(),
                    Arbitraries.longs(),
                    ids,
                    listeners,
                    text.optional(),
                    Arbitraries.of(true, false),
                    Arbitraries.of(true, false),
                    text)
                .as(
                    (id, epoch, incarnation, at, rack, fenced, draining, storage) ->
                        new MetadataRecord.Broker(
                            new BrokerImage(
                                id,
                                epoch,
                                incarnation,
                                at,
                                at.values().stream().findFirst(),
                                rack,
                                fenced,
                                draining,
                                storage,
                                epoch % 2 == 0))),
            Arbitraries.longs().map(MetadataRecord.ProducerIds::new),
            Arbitraries.maps(text, Arbitraries.shorts())
                .ofMaxSize(4)
                .map(MetadataRecord.Features::new)));
  }
}
