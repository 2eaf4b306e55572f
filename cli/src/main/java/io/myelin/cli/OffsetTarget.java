package io.myelin.cli;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a group is moved to, or where reading starts. */
sealed interface OffsetTarget {
  record Earliest() implements OffsetTarget {}

  record Latest() implements OffsetTarget {}

  record At(long offset) implements OffsetTarget {}

  /** Relative to where it is; negative goes back. */
  record Shift(long records) implements OffsetTarget {}

  /** The first record at or after this. */
  record Time(long epochMs) implements OffsetTarget {}

  Pattern AGO = Pattern.compile("(\\d+)(s|m|h|d)");

  static OffsetTarget parse(String text, Clock clock) {
    if (text.equals("earliest")) {
      return new Earliest();
    }
    if (text.equals("latest")) {
      return new Latest();
    }
    if (text.matches("\\d{1,18}")) {
      return new At(Long.parseLong(text));
    }
    if (text.matches("[+-]\\d{1,18}")) {
      return new Shift(Long.parseLong(text));
    }
    return new Time(time(text, clock));
  }

  /**
   * Epoch milliseconds, a time in ISO 8601 (local without a zone), a date, or an age such as 90m.
   */
  static long time(String text, Clock clock) {
    if (text.matches("\\d{12,14}")) {
      return Long.parseLong(text);
    }
    Matcher ago = AGO.matcher(text);
    if (ago.matches()) {
      long count = Long.parseLong(ago.group(1));
      Duration age =
          switch (ago.group(2).charAt(0)) {
            case 's' -> Duration.ofSeconds(count);
            case 'm' -> Duration.ofMinutes(count);
            case 'h' -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
          };
      return clock.instant().minus(age).toEpochMilli();
    }
    try {
      return iso(text, clock.getZone()).toEpochMilli();
    } catch (DateTimeParseException e) {
      throw new UserError(
          "'"
              + text
              + "' is not a time. Examples: 2026-11-22T21:00:00Z, 2026-11-22T21:00, 2026-11-22,"
              + " 90m (ago), 1795381200000");
    }
  }

  private static Instant iso(String text, ZoneId zone) {
    if (text.matches(".*T.*(Z|[+-]\\d\\d:?\\d\\d)")) {
      return OffsetDateTime.parse(text).toInstant();
    }
    return text.contains("T")
        ? LocalDateTime.parse(text).atZone(zone).toInstant()
        : LocalDate.parse(text).atStartOfDay(zone).toInstant();
  }
}
