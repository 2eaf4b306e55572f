package io.myelin.log.store;

import java.io.IOException;
import java.util.List;

/** Removes renamed segments once nobody who started to read them needs their names. */
final class Deletion {
  private Deletion() {}

  /**
   * Deletes the renamed files of segments, file.delete.delay.ms from now; until then older views
   * may go on reading those whose files are open.
   */
  static void later(StoredLog log, List<Segment> marked) {
    if (marked.isEmpty()) {
      return;
    }
    List<Segment> segments = List.copyOf(marked);
    log.folder
        .environment()
        .scheduler()
        .after(
            log.config().fileDeleteDelayMs(),
            () -> log.folder.workers().execute(() -> delete(log, segments)));
  }

  private static void delete(StoredLog log, List<Segment> segments) {
    try {
      for (Segment segment : segments) {
        segment.deleted = true;
        segment.closeFiles();
        segment.deleteFiles();
      }
    } catch (IOException e) {
      log.fail(e);
    }
  }
}
