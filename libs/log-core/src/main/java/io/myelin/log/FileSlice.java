package io.myelin.log;

import io.myelin.env.DiskFile;

/**
 * A range of a segment's file. Keeps the file open (and its bytes in place, even when the segment
 * is deleted) until released; each slice is released exactly once, by whoever holds it last.
 * Thread-safe.
 */
public interface FileSlice {
  DiskFile file();

  long position();

  int length();

  void release();
}
