package io.myelin.log.store;

import io.myelin.env.DiskFile;
import io.myelin.log.FileSlice;

/** A slice that holds one reference to its segment's open file. */
final class Slice implements FileSlice {
  private final OpenFile file;
  private final int position;
  private final int length;

  Slice(OpenFile file, int position, int length) {
    this.file = file;
    this.position = position;
    this.length = length;
  }

  @Override
  public DiskFile file() {
    return file.file;
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public void release() {
    file.release();
  }
}
