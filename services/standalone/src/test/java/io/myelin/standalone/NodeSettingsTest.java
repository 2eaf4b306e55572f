package io.myelin.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeSettingsTest {
  private static NodeSettings controller(String key, String value) {
    return NodeSettings.of(
        Map.of("myelin.role", "controller", "myelin.etcd.endpoints", "etcd:2379", key, value));
  }

  @Test
  void keysInEtcdBeginWithThePrefix() {
    assertThat(controller("node.id", "1").etcdPrefix()).isEqualTo("/myelin/");
    assertThat(controller("myelin.etcd.prefix", "/myelin/orders/").etcdPrefix())
        .isEqualTo("/myelin/orders/");
  }

  @Test
  void aWrongValueIsRefusedWithItsKey() {
    Map<String, String> wrong =
        Map.of("myelin.role", "leader", "myelin.session.timeout.ms", "soon");
    wrong.forEach(
        (key, value) ->
            assertThatThrownBy(() -> NodeSettings.of(Map.of(key, value)))
                .isInstanceOf(StartException.class)
                .hasMessageContaining(key)
                .hasMessageContaining(value));
  }

  @Test
  void aPrefixThatAnotherClustersMayBeginWithIsRefused() {
    assertThatThrownBy(() -> controller("myelin.etcd.prefix", "/myelin"))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("myelin.etcd.prefix=/myelin needs a slash at its end")
        .hasMessageEndingWith(": /myelin/");
  }
}
