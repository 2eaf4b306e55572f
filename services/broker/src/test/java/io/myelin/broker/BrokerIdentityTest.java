package io.myelin.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.broker.config.BrokerConfig;
import io.myelin.env.Environment;
import io.myelin.env.jdk.JdkEnvironment;
import io.myelin.log.LogDirectory;
import io.myelin.log.LogDirectorySettings;
import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.BrokerRegistration;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.MetadataPublisher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a broker says of directories that were copied and put back, on a real disk. */
class BrokerIdentityTest {
  private final Environment env = JdkEnvironment.create();
  @TempDir private Path disks;
  private long lives;

  /** A process that is killed: what it leaves is a copy of its directories while they are open. */
  private final class Life {
    final UUID incarnation = new UUID(0, ++lives);
    final List<LogDirectory> directories = new ArrayList<>();
    final BrokerIdentity identity;
    ClusterImage image = ClusterImage.empty("cluster");

    Life(Path... paths) throws IOException {
      for (Path path : paths) {
        directories.add(LogDirectory.open(env, path, LogDirectorySettings.of("cluster", 1)));
      }
      identity =
          new BrokerIdentity(
              BrokerConfig.of(Map.of("node.id", "1"), BrokerConfig.CLUSTER_DEFAULTS),
              incarnation,
              directories);
    }

    BrokerRegistration registration() throws IOException {
      return identity.registration(Map.of(), Optional.empty(), env.disk());
    }

    /** The metadata show it. */
    void isRegistered(long epoch) {
      ClusterImage before = image;
      image =
          image.withBroker(
              new BrokerImage(
                  1,
                  epoch,
                  incarnation,
                  Map.of(),
                  Optional.empty(),
                  Optional.empty(),
                  true,
                  false,
                  ""));
      identity.followRegistrations(publishing(before, image), Runnable::run);
    }
  }

  private static MetadataPublisher publishing(ClusterImage before, ClusterImage now) {
    return new MetadataPublisher() {
      @Override
      public ClusterImage image() {
        return now;
      }

      @Override
      public void subscribe(Listener listener) {
        listener.onImage(before, now);
      }
    };
  }

  private Path copy(Path from, String name) throws IOException {
    Path to = disks.resolve(name);
    try (Stream<Path> all = Files.walk(from)) {
      for (Path each : all.toList()) {
        Files.copy(each, to.resolve(from.relativize(each).toString()));
      }
    }
    return to;
  }

  @Test
  void aKilledProcessLeavesTheEpochInWhichItWasRegisteredLast() throws IOException {
    Life first = new Life(disks.resolve("a"));
    assertThat(first.registration().formerEpoch()).isZero();
    first.isRegistered(5);
    first.isRegistered(7); // its session was lost meanwhile

    BrokerRegistration next = new Life(copy(disks.resolve("a"), "b")).registration();

    assertThat(next.cleanStop()).isFalse();
    assertThat(next.formerEpoch()).isEqualTo(7);
  }

  @Test
  void anOlderCopyOfADirectorySaysThatItIsOne() throws IOException {
    new Life(disks.resolve("a")).isRegistered(5);
    Path older = copy(disks.resolve("a"), "older");
    new Life(copy(disks.resolve("a"), "b")).isRegistered(7);

    assertThat(new Life(older).registration().formerEpoch()).isEqualTo(5);
  }

  @Test
  void directoriesOfSeveralLivesAreNoLifes() throws IOException {
    new Life(disks.resolve("a"), disks.resolve("b")).isRegistered(5);
    Path older = copy(disks.resolve("a"), "older");
    Path a = copy(disks.resolve("a"), "c");
    Path b = copy(disks.resolve("b"), "d");
    new Life(a, b).isRegistered(7);

    BrokerRegistration mixed = new Life(older, copy(b, "e")).registration();

    assertThat(mixed.formerEpoch()).isZero();
  }

  @Test
  void aLifeThatNeverRegisteredDoesNotVouchForWhatAPowerCutHasLeft() throws IOException {
    new Life(disks.resolve("a")).isRegistered(5);
    Life unregistered = new Life(copy(disks.resolve("a"), "b"));
    unregistered.directories.getFirst().close();

    assertThat(new Life(disks.resolve("b")).registration().formerEpoch()).isZero();
  }

  @Test
  void aLifeThatNeverRegisteredPassesOnWhatAnOrderlyStopHasLeft() throws IOException {
    Life first = new Life(disks.resolve("a"));
    first.isRegistered(5);
    first.directories.getFirst().close();
    new Life(disks.resolve("a")).directories.getFirst().close();

    BrokerRegistration next = new Life(disks.resolve("a")).registration();

    assertThat(next.cleanStop()).isTrue();
    assertThat(next.formerEpoch()).isEqualTo(5);
  }

  @Test
  void anEmptyDirectoryDoesNotBecomeTrustedByAnOrderlyStop() throws IOException {
    new Life(disks.resolve("empty")).directories.getFirst().close();

    assertThat(new Life(disks.resolve("empty")).registration().formerEpoch()).isZero();
  }
}
