package io.myelin.system.cluster;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks an etcd for its revision, which counts changes of whatever is in it. */
final class EtcdRevision {
  private static final Pattern REVISION = Pattern.compile("\"revision\":\"(\\d+)\"");

  private EtcdRevision() {}

  static long at(int port) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v3/kv/range"))
              // A key that is not there: only the head of the answer matters. It is in Base64.
              .POST(HttpRequest.BodyPublishers.ofString("{\"key\":\"AA==\"}"))
              .build();
      String answer = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
      Matcher revision = REVISION.matcher(answer);
      if (!revision.find()) {
        throw new IOException("etcd did not say its revision: " + answer);
      }
      return Long.parseLong(revision.group(1));
    }
  }
}
