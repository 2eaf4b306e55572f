package io.myelin.standalone;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.myelin.broker.Broker;
import io.myelin.broker.BrokerPlace;
import io.myelin.broker.api.TopicIds;
import io.myelin.broker.api.admin.LogLevels;
import io.myelin.broker.config.BrokerConfig;
import io.myelin.broker.net.Listener;
import io.myelin.controller.ActiveController;
import io.myelin.controller.ControllerSettings;
import io.myelin.env.Disk;
import io.myelin.env.Environment;
import io.myelin.env.jdk.JdkEnvironment;
import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.Controller.Election;
import io.myelin.metadata.Controller.NewTopic;
import io.myelin.metadata.Controller.Reassignment;
import io.myelin.metadata.Controller.Result;
import io.myelin.metadata.Controller.TopicPartition;
import io.myelin.metadata.InMemoryMetadataStore;
import io.myelin.metadata.KnownFeatures;
import io.myelin.metadata.TopicImage;
import io.myelin.rpc.RpcSettings;
import io.myelin.rpc.RpcTransport;
import io.myelin.rpc.grpc.GrpcTransport;
import io.myelin.rpc.grpc.Security;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;

/**
 * Has this process do, before anybody counts on it, what its broker will do when it begins to lead:
 * two brokers in it, small and on a folder of their own, take a producer's records, replicate them,
 * and one takes over from the other.
 *
 * <p>Code that runs for the first time runs many times slower than later: classes are loaded, call
 * sites are linked, all is interpreted. A broker that was restarted leads for the first time when
 * another one stops, and then clients would wait for that.
 *
 * <p>Threads: its caller's, which waits; those that it starts have ended when {@link #close}
 * returns. Crash rule: a kill leaves its folder behind, which nobody reads.
 */
final class Rehearsal implements AutoCloseable {
  /** More than the 200 calls after which the JVM compiles a method. */
  private static final int REQUESTS = 300;

  /** Enough to see that the other broker leads. */
  private static final int REQUESTS_AFTER_TAKEOVER = 20;

  private static final String TOPIC = "rehearsal";
  private static final long ANSWER_MS_MAX = 5_000;
  private static final String HOST = InetAddress.getLoopbackAddress().getHostAddress();

  private final Path folder;
  private final Environment env = JdkEnvironment.create();
  private final RpcTransport transport =
      new GrpcTransport(RpcSettings.DEFAULT, new Security.Plaintext(), 1);
  private ActiveController controller;

  /**
   * @param folder with nothing in it; it is gone after {@link #close}
   */
  Rehearsal(Path folder) {
    this.folder = folder;
  }

  /**
   * @throws IOException if something did not go as it should; also a {@link RuntimeException}
   */
  void run() throws IOException {
    controller =
        answer(
            ActiveController.start(
                new InMemoryMetadataStore(TOPIC),
                new ControllerSettings(1, 1, 2, 1, false, KnownFeatures.INITIAL),
                env.threads(),
                env.randomness()));
    try (Broker first = broker(1);
        Broker second = broker(2)) {
      Uuid topic = TopicIds.of(makeTopic().id());
      try (RehearsalClient producer = new RehearsalClient(topic)) {
        producer.connect(first.addresses().getFirst());
        produce(producer, 0, REQUESTS, Errors.NONE);
        takeOver();
        produce(producer, REQUESTS, 1, Errors.NOT_LEADER_OR_FOLLOWER);
      }
      try (RehearsalClient producer = new RehearsalClient(topic)) {
        producer.connect(second.addresses().getFirst());
        produce(producer, REQUESTS, REQUESTS_AFTER_TAKEOVER, Errors.NONE);
        producer.fetch();
      }
    }
  }

  private static void produce(RehearsalClient producer, int from, int count, Errors expected)
      throws IOException {
    for (int sequence = from; sequence < from + count; sequence++) {
      Errors error = producer.produce(sequence);
      if (error != expected) {
        throw new IOException("Record %d: %s, not %s".formatted(sequence, error, expected));
      }
    }
  }

  private Broker broker(int id) throws IOException {
    Path directory = folder.resolve("broker-" + id);
    BrokerImage.Endpoint peers = new BrokerImage.Endpoint(HOST, 0);
    return Broker.start(
        BrokerConfig.of(
            Map.of("node.id", Integer.toString(id), "num.network.threads", "1"),
            BrokerConfig.STANDALONE_DEFAULTS),
        new BrokerPlace(
            List.of(directory),
            List.of(new Listener("PLAINTEXT", new InetSocketAddress(HOST, 0))),
            Map.of(),
            Optional.of(new BrokerPlace.Peers(peers, peers))),
        env,
        controller.image().clusterId(),
        controller,
        controller,
        Optional.of(transport),
        new SimpleMeterRegistry(),
        LogLevels.NONE);
  }

  private TopicImage makeTopic() {
    NewTopic topic = new NewTopic(TOPIC, -1, -1, Map.of(0, List.of(1, 2)), Map.of());
    return done(answer(controller.createTopics(List.of(topic), false)).getFirst());
  }

  /** The second broker becomes the first of the replicas, and so the one to lead. */
  private void takeOver() {
    done(
        answer(
                controller.alterReassignments(
                    List.of(new Reassignment(TOPIC, 0, Optional.of(List.of(2, 1))))))
            .getFirst());
    TopicPartition partition = new TopicPartition(TOPIC, 0);
    done(answer(controller.electLeaders(Election.PREFERRED, List.of(partition))).get(partition));
  }

  private static <T> T answer(CompletableFuture<T> future) {
    return future.orTimeout(ANSWER_MS_MAX, TimeUnit.MILLISECONDS).join();
  }

  private static <T> T done(Result<T> result) {
    return switch (result) {
      case Result.Ok<T> ok -> ok.value();
      case Result.Refused<T> refused -> throw new IllegalStateException(refused.message());
    };
  }

  @Override
  public void close() throws IOException {
    transport.close();
    if (controller != null) {
      controller.close();
    }
    env.close();
    if (env.disk().exists(folder)) {
      delete(env.disk(), folder);
    }
  }

  private static void delete(Disk disk, Path path) throws IOException {
    if (disk.isDirectory(path)) {
      for (String name : disk.list(path)) {
        delete(disk, path.resolve(name));
      }
    }
    disk.deleteIfExists(path);
  }
}
