package io.myelin.env.jdk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Which page cache a path's bytes are in, from Linux' {@code /proc}. Elsewhere nothing is known of
 * it, so every process counts as a new one.
 */
final class PageCache {
  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
  private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
  private static final String THIS_PROCESS =
      ProcessHandle.current().pid() + "@" + new JdkClock().wallMs();

  private PageCache() {}

  /** The kernel's boot, the mount that {@code path} lies on, and its inode. */
  static String identity(Path path) throws IOException {
    if (!Files.isReadable(BOOT) || !Files.isReadable(MOUNTS)) {
      return THIS_PROCESS;
    }
    Path real = path.toRealPath();
    return "%s/%s:%s"
        .formatted(
            Files.readString(BOOT).strip(), mount(real), Files.getAttribute(real, "unix:ino"));
  }

  /** {@code ID:MAJOR:MINOR} of the mount; see proc_pid_mountinfo(5). */
  private static String mount(Path path) throws IOException {
    String found = "";
    int longest = -1;
    for (String line : Files.readAllLines(MOUNTS)) {
      String[] fields = line.split(" ");
      Path point = Path.of(unescaped(fields[4]));
      // The later one of two on the same point covers the earlier.
      if (path.startsWith(point) && point.getNameCount() >= longest) {
        longest = point.getNameCount();
        found = fields[0] + ":" + fields[2];
      }
    }
    return found;
  }

  private static String unescaped(String text) {
    return text.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\");
  }
}
