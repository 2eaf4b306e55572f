package io.myelin.sim;

import java.util.TreeMap;

/** What a directory entry names. */
sealed interface Node {

  /** Entries as the process sees them, and as they would be found after a power loss. */
  final class Directory implements Node {
    final TreeMap<String, Node> entries = new TreeMap<>();
    final TreeMap<String, Node> durableEntries = new TreeMap<>();
  }

  /** A file, whatever its names are. */
  final class File implements Node {
    final Inode inode;

    File(Inode inode) {
      this.inode = inode;
    }
  }
}
