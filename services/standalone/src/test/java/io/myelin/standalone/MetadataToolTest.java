package io.myelin.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class MetadataToolTest {
  private static Map<String, String> flags(String... args) {
    return MetadataTool.flags(
        args[0].equals("import") ? MetadataTool.IMPORT_FLAGS : MetadataTool.EXPORT_FLAGS, args);
  }

  @Test
  void aValueIsTheNextWordOrAfterAnEqualsSign() {
    assertThat(flags("import", "--from", "file", "--etcd-prefix=/a=b/"))
        .isEqualTo(Map.of("--from", "file", "--etcd-prefix", "/a=b/"));
  }

  @Test
  void aMistypedFlagIsRefusedWithThoseThatThereAre() {
    assertThatThrownBy(() -> flags("import", "--etcd-prefx", "/mine/"))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("--etcd-prefx")
        .hasMessageContaining("--from --etcd --etcd-prefix");
  }

  @Test
  void aFlagOfTheOtherCommandIsRefused() {
    assertThatThrownBy(() -> flags("export", "--etcd", "localhost:2379"))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("'metadata export' has no flag --etcd;");
  }

  @Test
  void aFlagWithoutAValueIsRefused() {
    assertThatThrownBy(() -> flags("import", "--etcd"))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("--etcd needs a value");
  }
}
