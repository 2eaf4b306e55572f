package io.myelin.system.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.system.history.RecordId;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class RecordValueTest {
  private static final long RECORD = RecordId.of(3, 1234);

  @Test
  void tellsItsRecord() {
    for (int bytes : new int[] {RecordValue.BYTES_MIN, 100, 5000}) {
      assertThat(RecordValue.decode(RecordValue.encode(RECORD, bytes))).isEqualTo(RECORD);
    }
  }

  @Test
  void isForeignWithOneByteChanged() {
    byte[] value = RecordValue.encode(RECORD, 200);
    for (int at = 0; at < value.length; at++) {
      byte[] changed = value.clone();
      changed[at] ^= 1;
      assertThat(RecordValue.decode(changed)).as("byte " + at).isNotEqualTo(RECORD);
    }
  }

  @Test
  void isForeignWhenCutOff() {
    byte[] value = RecordValue.encode(RECORD, 200);
    for (int bytes = 0; bytes < value.length; bytes++) {
      assertThat(RecordValue.decode(Arrays.copyOf(value, bytes))).isEqualTo(RecordId.FOREIGN);
    }
    assertThat(RecordValue.decode(null)).isEqualTo(RecordId.FOREIGN);
  }
}
