package io.myelin.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A start that cannot be: it says why, and leaves everything as it was. */
final class RefusedStartTest {
  @TempDir Path directory;

  @Test
  void aDirectoryThatAnotherBrokerHoldsIsRefusedAndTheOtherGoesOn() throws IOException {
    try (TestingBroker first = new TestingBroker(directory)) {
      assertThatThrownBy(() -> new TestingBroker(directory))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(directory.toString())
          .hasMessageContaining("in use");
      try (RawClient client = new RawClient(first.address())) {
        assertThat(client.createTopic("events")).isEqualTo(Errors.NONE.code());
      }
    }
  }

  @Test
  void aPortInUseLeavesTheDirectoryClosedInOrder(@TempDir Path other) throws IOException {
    try (TestingBroker first = new TestingBroker(directory)) {
      int taken = first.address().getPort();
      assertThatThrownBy(() -> new TestingBroker(other, taken))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(Integer.toString(taken));
    }
    assertThat(Files.exists(other.resolve(".kafka_cleanshutdown"))).isTrue();
  }

  @Test
  void anErrorThatNobodyExpectedLeavesTheDirectoryClosedInOrder() {
    MeterRegistry broken =
        new SimpleMeterRegistry() {
          @Override
          protected <T> Gauge newGauge(Meter.Id id, T of, ToDoubleFunction<T> value) {
            throw new IllegalStateException("no meters today");
          }
        };

    assertThatThrownBy(() -> new TestingBroker(directory, 0, broken)).hasMessage("no meters today");
    assertThat(Files.exists(directory.resolve(".kafka_cleanshutdown"))).isTrue();
  }

  @Test
  void aFileWhereTheDirectoryShouldBeIsRefused() throws IOException {
    Path file = Files.writeString(directory.resolve("taken"), "precious");

    assertThatThrownBy(() -> new TestingBroker(file)).isInstanceOf(IOException.class);
    assertThat(Files.readString(file)).isEqualTo("precious");
  }
}
