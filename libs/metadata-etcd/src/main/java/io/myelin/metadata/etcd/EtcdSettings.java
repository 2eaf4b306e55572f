package io.myelin.metadata.etcd;

import java.net.URI;
import java.util.List;

/**
 * Where the metadata are kept.
 *
 * @param endpoints client URLs of etcd's members, such as {@code http://etcd-0:2379}
 * @param prefix what all keys begin with, so that several clusters can share an etcd; ends with /
 */
public record EtcdSettings(List<URI> endpoints, String prefix) {
  public static final String DEFAULT_PREFIX = "/myelin/";

  public EtcdSettings {
    endpoints = List.copyOf(endpoints);
    if (endpoints.isEmpty()) {
      throw new IllegalArgumentException("etcd needs at least one endpoint");
    }
    for (URI endpoint : endpoints) {
      if (endpoint.getHost() == null || !"http".equals(endpoint.getScheme())) {
        throw new IllegalArgumentException(
            "An endpoint of etcd is written as http://HOST:PORT, not '" + endpoint + "'");
      }
    }
    if (!prefix.endsWith("/")) {
      throw new IllegalArgumentException(
          "The prefix of the keys in etcd ends with a slash, which '" + prefix + "' does not");
    }
  }
}
