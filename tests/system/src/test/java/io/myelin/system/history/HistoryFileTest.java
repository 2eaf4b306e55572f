package io.myelin.system.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HistoryFileTest {
  // Of which many tell of several records. A run of 30 minutes has some ten million.
  private static final int BYTES_PER_EVENT_MAX = 16;

  @TempDir Path folder;

  @Test
  void givesBackWhatWasWritten() throws IOException {
    for (int seed = 0; seed < 20; seed++) {
      List<Event> events = CorrectHistory.generate(seed, 1000);
      assertThat(read(write(events)))
          .usingRecursiveFieldByFieldElementComparator()
          .containsExactlyElementsOf(events);
    }
  }

  @Test
  void keepsForeignBytes() throws IOException {
    Event foreign = new Event.RecordsRead(1, 2, 3, 4, new long[] {RecordId.FOREIGN, 5});
    assertThat(read(write(List.of(foreign))))
        .usingRecursiveFieldByFieldElementComparator()
        .containsExactly(foreign);
  }

  @Test
  void isCompact() throws IOException {
    List<Event> events = CorrectHistory.generate(1, 1000);
    assertThat(Files.size(write(events))).isLessThan((long) events.size() * BYTES_PER_EVENT_MAX);
  }

  @Test
  void readsWhatAKilledWriterLeft() throws IOException {
    List<Event> events = CorrectHistory.generate(1, 100);
    Path path = write(events);
    byte[] whole = Files.readAllBytes(path);
    for (int size = 5; size < whole.length; size++) {
      Files.write(path, Arrays.copyOf(whole, size));
      List<Event> some = read(path);
      assertThat(some)
          .usingRecursiveFieldByFieldElementComparator()
          .isEqualTo(events.subList(0, some.size()));
    }
  }

  @Test
  void refusesAnotherKindOfFile() throws IOException {
    Path path = Files.writeString(folder.resolve("other"), "something else");
    assertThatThrownBy(() -> read(path))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("is no history of version 1");
  }

  private Path write(List<Event> events) throws IOException {
    Path path = folder.resolve("history");
    try (HistoryFile.Writer writer = new HistoryFile.Writer(path)) {
      for (Event event : events) {
        writer.write(event);
      }
    }
    return path;
  }

  private static List<Event> read(Path path) {
    List<Event> events = new ArrayList<>();
    new HistoryFile(path).forEach(events::add);
    return events;
  }
}
