package io.myelin.log.clean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

class OffsetMapPropertiesTest {

  @Property(tries = 300)
  void knowsTheLastOffsetOfEachKey(
      @ForAll @Size(max = 200) List<@StringLength(max = 20) String> keys) {
    OffsetMap map = new OffsetMap(300 * OffsetMap.BYTES_PER_SLOT, 0.9, 1, 2);
    Map<String, Long> expected = new HashMap<>();
    for (int offset = 0; offset < keys.size(); offset++) {
      assertThat(map.put(utf8(keys.get(offset)), offset)).isTrue();
      expected.put(keys.get(offset), (long) offset);
    }

    expected.forEach((key, offset) -> assertThat(map.get(utf8(key))).isEqualTo(offset));
    assertThat(map.size()).isEqualTo(expected.size());
    assertThat(map.get(utf8("a key that no list has, as it is longer"))).isEqualTo(-1);
    assertThat(map.latestOffset()).isEqualTo(keys.size() - 1);
  }

  @Example
  void aFullMapRefusesNewKeysButUpdatesKnownOnes() {
    OffsetMap map = new OffsetMap(10 * OffsetMap.BYTES_PER_SLOT, 0.5, 1, 2);
    for (int i = 0; i < 5; i++) {
      assertThat(map.put(utf8("key" + i), i)).isTrue();
    }

    assertThat(map.put(utf8("one more"), 5)).isFalse();
    assertThat(map.latestOffset()).isEqualTo(4);
    assertThat(map.put(utf8("key0"), 6)).isTrue();
    assertThat(map.get(utf8("key0"))).isEqualTo(6);
    assertThat(map.get(utf8("one more"))).isEqualTo(-1);
  }

  @Example
  void anEmptiedMapKnowsNothing() {
    OffsetMap map = new OffsetMap(1000, 0.5, 1, 2);
    map.put(utf8("key"), 7);
    map.clear();

    assertThat(map.get(utf8("key"))).isEqualTo(-1);
    assertThat(map.size()).isZero();
    assertThat(map.latestOffset()).isEqualTo(-1);
  }

  @Example
  void aKeyIsTheSameInAnyKindOfBuffer() {
    OffsetMap map = new OffsetMap(1000, 0.5, 1, 2);
    byte[] bytes = "a key of some twenty bytes".getBytes(StandardCharsets.UTF_8);
    map.put(ByteBuffer.wrap(bytes), 7);
    ByteBuffer direct =
        ByteBuffer.allocateDirect(bytes.length + 3).order(ByteOrder.LITTLE_ENDIAN).position(3);

    assertThat(map.get(direct.put(bytes).position(3))).isEqualTo(7);
  }

  @Example
  void refusesMemoryThatHoldsNoKey() {
    assertThatThrownBy(() -> new OffsetMap(30, 0.5, 1, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("30 bytes");
  }

  private static ByteBuffer utf8(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
