package io.myelin.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;

/** What Linux counts about processes, from {@code /proc}. */
final class ProcStat {
  /** USER_HZ: a constant of Linux's interface on every platform that we run on. */
  private static final double TICKS_PER_SECOND = 100;

  private static final Path PROC = Path.of("/proc");
  private static final int UTIME = 14;
  private static final int CUTIME = 16;
  private static final int LISTEN = 0x0A;

  private ProcStat() {}

  /** User and system time of all threads, in seconds. */
  static double cpuSeconds(long pid) throws IOException {
    return ticks(PROC.resolve(pid + "/stat"), UTIME) / TICKS_PER_SECOND;
  }

  /** CPU time of the harness and of all its children that have ended, in seconds. */
  static double ownCpuSeconds() throws IOException {
    Path stat = PROC.resolve("self/stat");
    return (ticks(stat, UTIME) + ticks(stat, CUTIME)) / TICKS_PER_SECOND;
  }

  /** Adds a field and its successor: user and system time. */
  private static long ticks(Path stat, int field) throws IOException {
    String line = Files.readString(stat);
    // The command's name may hold spaces and parentheses: count from its last one.
    String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
    return Long.parseLong(fields[field - 3]) + Long.parseLong(fields[field - 2]);
  }

  /** Resident memory, in MB of 1,000,000 bytes. */
  static double residentMb(long pid) throws IOException {
    return statusKb(pid, "VmRSS:") * 1024 / 1e6;
  }

  /** The most memory that was ever resident, in MB of 1,000,000 bytes. */
  static double residentPeakMb(long pid) throws IOException {
    return statusKb(pid, "VmHWM:") * 1024 / 1e6;
  }

  private static double statusKb(long pid, String key) throws IOException {
    for (String line : Files.readAllLines(PROC.resolve(pid + "/status"))) {
      if (line.startsWith(key)) {
        return Double.parseDouble(line.substring(key.length()).replace("kB", "").trim());
      }
    }
    throw new IOException("/proc/" + pid + "/status has no " + key);
  }

  /** Bytes that the process caused to be read from the disk. */
  static long diskBytesRead(long pid) throws IOException {
    for (String line : Files.readAllLines(PROC.resolve(pid + "/io"))) {
      if (line.startsWith("read_bytes: ")) {
        return Long.parseLong(line.substring("read_bytes: ".length()));
      }
    }
    throw new IOException("/proc/" + pid + "/io has no read_bytes");
  }

  /** Time that all cores were busy, without what waits for the disk, in seconds. */
  static double machineBusySeconds() throws IOException {
    String[] fields = Files.readAllLines(PROC.resolve("stat")).getFirst().split(" +");
    long busy = 0;
    // user, nice, system, (idle, iowait), irq, softirq, steal
    for (int field : new int[] {1, 2, 3, 6, 7, 8}) {
      busy += Long.parseLong(fields[field]);
    }
    return busy / TICKS_PER_SECOND;
  }

  /** The process that listens on the port, on any address. */
  static OptionalLong listener(int port) throws IOException {
    Set<String> sockets = new HashSet<>();
    for (String table : new String[] {"net/tcp", "net/tcp6"}) {
      if (!Files.exists(PROC.resolve(table))) {
        continue;
      }
      for (String line : Files.readAllLines(PROC.resolve(table))) {
        String[] fields = line.trim().split(" +");
        if (fields.length > 9
            && !fields[0].equals("sl")
            && Integer.parseInt(fields[3], 16) == LISTEN
            && Integer.parseInt(fields[1].substring(fields[1].lastIndexOf(':') + 1), 16) == port) {
          sockets.add("socket:[" + fields[9] + "]");
        }
      }
    }
    return sockets.isEmpty() ? OptionalLong.empty() : owner(sockets);
  }

  private static OptionalLong owner(Set<String> sockets) throws IOException {
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        if (holds(process, sockets)) {
          return OptionalLong.of(Long.parseLong(process.getFileName().toString()));
        }
      }
    }
    return OptionalLong.empty();
  }

  private static boolean holds(Path process, Set<String> sockets) {
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path descriptor : descriptors) {
        if (isOneOf(descriptor, sockets)) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      // Somebody else's process, or one that has just ended: not ours.
      return false;
    }
  }

  private static boolean isOneOf(Path descriptor, Set<String> sockets) throws IOException {
    try {
      return sockets.contains(Files.readSymbolicLink(descriptor).toString());
    } catch (NoSuchFileException e) {
      return false;
    }
  }
}
