package io.myelin.broker.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.ConfigKey;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.pcollections.HashTreePMap;

class CordonTest {
  private static final ConfigKey BROKER = new ConfigKey(ConfigKey.Type.BROKER, "1");

  private static Set<Path> cordoned(Map<String, String> given, Map<String, String> dynamic) {
    BrokerConfig config = BrokerConfig.of(given, BrokerConfig.CLUSTER_DEFAULTS);
    return new Cordon(config.all())
        .directories(ClusterImage.empty("").withConfig(BROKER, HashTreePMap.from(dynamic)));
  }

  private static Map<String, String> broker(String... more) {
    Map<String, String> given = new java.util.HashMap<>();
    given.put("node.id", "1");
    given.put("log.dirs", "/a, /b");
    for (int i = 0; i < more.length; i += 2) {
      given.put(more[i], more[i + 1]);
    }
    return given;
  }

  @Test
  void nothingIsCordonedUnlessSomebodySaysSo() {
    assertThat(cordoned(broker(), Map.of())).isEmpty();
  }

  @Test
  void aDirectoryIsCordonedAtTheStartOrAtRunTime() {
    assertThat(cordoned(broker("cordoned.log.dirs", "/b"), Map.of()))
        .containsExactly(Path.of("/b"));
    assertThat(cordoned(broker(), Map.of("cordoned.log.dirs", "/a,/b")))
        .containsExactlyInAnyOrder(Path.of("/a"), Path.of("/b"));
    assertThat(cordoned(broker("cordoned.log.dirs", "/b"), Map.of("cordoned.log.dirs", "")))
        .isEmpty();
  }

  @Test
  void theStarCordonsAll() {
    assertThat(cordoned(broker(), Map.of("cordoned.log.dirs", "*")))
        .containsExactlyInAnyOrder(Path.of("/a"), Path.of("/b"));
  }

  @Test
  void aDirectoryThatThereIsNotCannotBeCordoned() {
    assertThatThrownBy(
            () -> BrokerConfig.of(broker("cordoned.log.dirs", "/c"), BrokerConfig.CLUSTER_DEFAULTS))
        .hasMessageContaining(
            "Invalid entry in cordoned.log.dirs: /c. All cordoned log dirs must be entries of"
                + " log.dirs or log.dir.");
  }
}
