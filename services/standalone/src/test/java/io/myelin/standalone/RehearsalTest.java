package io.myelin.standalone;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RehearsalTest {
  @TempDir Path temporary;

  @Test
  void twoBrokersReplicateAndTakeOverAndLeaveNothingBehind() throws IOException {
    Path folder = temporary.resolve("rehearsal");
    try (Rehearsal rehearsal = new Rehearsal(folder)) {
      rehearsal.run(); // fails if a record is not acknowledged by whoever should lead
    }
    assertFalse(Files.exists(folder));
  }

  @Test
  void failsWhereThereCanBeNoDirectories() throws IOException {
    Path file = Files.createFile(temporary.resolve("file"));
    try (Rehearsal rehearsal = new Rehearsal(file)) {
      assertThrows(IOException.class, rehearsal::run);
    }
    assertFalse(Files.exists(file));
  }
}
