package io.myelin.metadata;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A store's records as text, to carry them to another store: a first line with the format's
 * version, one line per record (the key, percent-encoded; a tab; the value in base64), and a last
 * line with their number. Stateless.
 */
public final class MetadataExport {
  private static final String FIRST = "myelin-metadata 1";
  private static final String LAST = "end ";

  private MetadataExport() {}

  public static String write(MetadataStore.Listing listing) {
    StringBuilder text = new StringBuilder(FIRST).append('\n');
    listing
        .entries()
        .forEach(
            (key, entry) ->
                text.append(URLEncoder.encode(key, StandardCharsets.UTF_8))
                    .append('\t')
                    .append(Base64.getEncoder().encodeToString(entry.value()))
                    .append('\n'));
    return text.append(LAST).append(listing.entries().size()).append('\n').toString();
  }

  /**
   * Values by key.
   *
   * @throws MetadataFormatException if this is no export, or not all of one, or a record cannot be
   *     read
   */
  public static Map<String, byte[]> read(String text) {
    List<String> lines = text.lines().toList();
    if (lines.isEmpty() || !lines.getFirst().equals(FIRST)) {
      throw new MetadataFormatException("The file does not begin with '" + FIRST + "'", null);
    }
    List<String> records = lines.subList(1, Math.max(1, lines.size() - 1));
    if (!lines.getLast().equals(LAST + records.size())) {
      throw new MetadataFormatException(
          "The file is not whole: its last line must be '" + LAST + records.size() + "'", null);
    }
    Map<String, byte[]> entries = new TreeMap<>();
    for (String line : records) {
      try {
        int tab = line.indexOf('\t');
        String key = URLDecoder.decode(line.substring(0, tab), StandardCharsets.UTF_8);
        byte[] value = Base64.getDecoder().decode(line.substring(tab + 1));
        MetadataCodec.decode(key, value);
        entries.put(key, value);
      } catch (IllegalArgumentException | StringIndexOutOfBoundsException e) {
        throw new MetadataFormatException("This is no record: " + line, e);
      }
    }
    return entries;
  }
}
