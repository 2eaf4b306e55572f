package io.myelin.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.ConfigKey;
import io.myelin.metadata.ImageChanges;
import io.myelin.metadata.MetadataPublisher.Changes;
import io.myelin.metadata.PartitionImage;
import io.myelin.metadata.TopicImage;
import io.myelin.rpc.controller.v1.Entry;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.pcollections.HashTreePMap;
import org.pcollections.TreePVector;

class ImageEntriesTest {

  @Property(tries = 300)
  void theDifferenceAppliedToTheFormerImageGivesTheLaterOne(@ForAll long seed) {
    Random random = new Random(seed);
    ClusterImage from = changed(ClusterImage.empty("cluster"), random);
    ClusterImage to = changed(from, random).withRevision(from.revision() + 10);
    List<Entry> entries = ImageEntries.difference(from, to, Changes.between(from, to));
    assertThat(ImageChanges.apply(from, to.revision(), ImageEntries.changes(entries)).image())
        .isEqualTo(to);
  }

  @Property(tries = 300)
  void everythingAppliedToNothingGivesTheImage(@ForAll long seed) {
    ClusterImage image = changed(ClusterImage.empty("cluster"), new Random(seed));
    List<Entry> entries = new ArrayList<>();
    ImageEntries.all(image).forEachRemaining(entries::add);
    assertThat(
            ImageChanges.apply(
                    ClusterImage.empty(""), image.revision(), ImageEntries.changes(entries))
                .image())
        .isEqualTo(image);
  }

  @Example
  void entriesAreMadeAsTheyAreAskedFor() {
    ClusterImage image =
        ClusterImage.empty("cluster")
            .withTopic(topic("a", new Random(1)))
            .withTopic(new TopicImage("b", new UUID(1, 2), null)); // fails whoever gets to it
    Iterator<Entry> entries = ImageEntries.all(image);

    assertThat(entries.next().getKey()).isEqualTo("cluster");
    assertThat(entries.next().getKey()).isEqualTo("topics/a");
    assertThatThrownBy(() -> entries.forEachRemaining(entry -> {}))
        .isInstanceOf(NullPointerException.class);
  }

  @Example
  void changesOfAStoreAreWhatTheyWere() {
    TopicImage topic = topic("a", new Random(1));
    Map<String, Optional<byte[]>> changes = new LinkedHashMap<>();
    for (Entry entry : ImageEntries.of(topic)) {
      changes.put(entry.getKey(), Optional.of(entry.getValue().toByteArray()));
    }
    ClusterImage before = ClusterImage.empty("cluster").withTopic(topic("b", new Random(2)));
    changes.put("topics/b", Optional.empty());

    ClusterImage after =
        ImageChanges.apply(before, 5, ImageEntries.changes(ImageEntries.of(changes))).image();

    assertThat(after.topics()).containsExactly(Map.entry("a", topic));
  }

  /** Twenty changes of things that have few names, so that they meet. */
  private static ClusterImage changed(ClusterImage start, Random random) {
    ClusterImage image = start;
    for (int i = 0; i < 20; i++) {
      String name = "topic-" + random.nextInt(4);
      int id = random.nextInt(3);
      image =
          switch (random.nextInt(7)) {
            case 0 -> image.withTopic(topic(name, random));
            case 1 -> image.withoutTopic(name);
            case 2 -> image.withBroker(broker(id, random));
            case 3 -> image.withoutBroker(id);
            case 4 ->
                image.withConfig(
                    new ConfigKey(ConfigKey.Type.BROKER, "" + id),
                    random.nextBoolean()
                        ? HashTreePMap.empty()
                        : HashTreePMap.singleton("key", "" + random.nextInt()));
            case 5 -> image.withFeatures(HashTreePMap.singleton("f", (short) random.nextInt(9)));
            default -> enlarged(image, name, random);
          };
    }
    return image.withRevision(start.revision() + 1);
  }

  private static ClusterImage enlarged(ClusterImage image, String name, Random random) {
    TopicImage topic = image.topic(name);
    return topic == null
        ? image
        : image.withTopic(
            new TopicImage(
                name,
                topic.id(),
                topic.partitions().with(0, partition(random)).plus(partition(random))));
  }

  private static TopicImage topic(String name, Random random) {
    return new TopicImage(
        name,
        new UUID(random.nextLong(), random.nextLong()),
        TreePVector.singleton(partition(random)).plus(partition(random)));
  }

  private static PartitionImage partition(Random random) {
    return PartitionImage.of(
        List.of(1, 2, 3), List.of(1), random.nextInt(3), random.nextInt(100), random.nextInt(100));
  }

  private static BrokerImage broker(int id, Random random) {
    return new BrokerImage(
        id,
        random.nextLong(),
        new UUID(1, 2),
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        random.nextBoolean(),
        false,
        "disk");
  }
}
