package io.myelin.metadata.etcd;

import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.kv.GetResponse;

/**
 * What {@code controller/last-write} says: which transaction wrote last and, if that one changed no
 * entry, at which revision an entry was changed before.
 *
 * <pre>
 *   EPOCH/STORE/NUMBER              its own mod revision is that of the last change
 *   EPOCH/STORE/NUMBER@REVISION     it changed nothing; the last change was at REVISION
 * </pre>
 *
 * @param revision of the write, 0 if there was none
 * @param change revision of the last change of an entry
 */
record LastWrite(long revision, long change) {
  private static final char UNCHANGED_SINCE = '@';

  static LastWrite of(GetResponse found) {
    if (found.getKvs().isEmpty()) {
      return new LastWrite(0, 0);
    }
    KeyValue entry = found.getKvs().getFirst();
    String token = EtcdKeys.text(entry.getValue());
    int at = token.indexOf(UNCHANGED_SINCE);
    return new LastWrite(
        entry.getModRevision(),
        at < 0 ? entry.getModRevision() : Long.parseLong(token.substring(at + 1)));
  }

  /**
   * @param token of a transaction that changes no entry
   */
  String unchanged(String token) {
    return token + UNCHANGED_SINCE + change;
  }

  /** After a transaction that was committed at {@code at}. */
  LastWrite then(long at, boolean changes) {
    return new LastWrite(at, changes ? at : change);
  }
}
