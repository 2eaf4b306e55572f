package io.myelin.broker.config;

import java.util.Map;

/** Our own keys. docs/configuration.md lists them, and a test compares. */
public final class MyelinDefinitions {
  static final String PREFIX = "myelin.";

  /** By name. */
  public static final Map<String, ConfigDefinition> ALL =
      ConfigTable.parse(
          """
          myelin.controllers | LIST |  | HIGH | - | static | HOST:PORT of every controller, for brokers.
          myelin.etcd.endpoints | LIST |  | HIGH | - | static | HOST:PORT of every member of etcd, for controllers.
          myelin.etcd.prefix | STRING | /myelin/ | MEDIUM | - | static | What the cluster's keys in etcd begin with, a slash at its end, for controllers: clusters that share an etcd have one each.
          myelin.grpc.advertised | STRING |  | MEDIUM | - | static | HOST:PORT where other processes of the cluster reach this one, if it is not what it listens on.
          myelin.grpc.listener | STRING | localhost:9094 | HIGH | - | static | HOST:PORT for the other processes of the cluster.
          myelin.http.listener | STRING | localhost:8080 | MEDIUM | - | static | HOST:PORT for health, metrics and log levels.
          myelin.role | STRING | standalone | HIGH | one of standalone,controller,broker | static | What runs in the process.
          myelin.session.timeout.ms | INT | 2000 | HIGH | >= 100 | static | A broker that is silent for so long is fenced, milliseconds.
          """,
          true);

  private MyelinDefinitions() {}
}
