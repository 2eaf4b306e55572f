package io.myelin.sim;

/** What a disk can be made to fail at, or to be slow at. */
public enum DiskOperation {
  OPEN,
  READ,
  WRITE,
  FORCE,
  TRUNCATE,
  LIST,
  CREATE_DIRECTORY,
  RENAME,
  DELETE,
  SYNC_DIRECTORY,
  LOCK
}
