package io.myelin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class RecordPrinterTest {

  @Test
  void bytesThatAreNotTextBecomeBase64InJson() throws IOException {
    assertThat(print(RecordPrinter.json(), new byte[] {(byte) 0xff, 0}))
        .contains("\"key\":null", "\"valueBase64\":\"/wA=\"");
  }

  @Test
  void templatesKnowEscapesAndPercentSigns() throws IOException {
    assertThat(print(RecordPrinter.template("%t-%p\\t%o%%"), new byte[0])).isEqualTo("t-3\t7%\n");
  }

  @Test
  void aFieldThatDoesNotExistIsRefusedBeforeAnythingIsRead() {
    assertThatThrownBy(() -> RecordPrinter.template("%x"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("%x");
    assertThatThrownBy(() -> RecordPrinter.template("100%")).isInstanceOf(UserError.class);
  }

  private static String print(RecordPrinter printer, byte[] value) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    printer.print(new ConsumerRecord<>("t", 3, 7, null, value), out);
    return out.toString(StandardCharsets.UTF_8);
  }
}
