package io.myelin.containers;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.containers.wait.strategy.WaitStrategy;
import org.testcontainers.lifecycle.Startables;

/**
 * One etcd, three controllers and three brokers, each in a container. They talk to each other on
 * {@link #inside}, clients to brokers on {@link #outside}: so a broker can be cut off from the
 * others while its clients still reach it. Confined to one thread.
 */
final class ContainerCluster implements AutoCloseable {
  static final String DATA = "/var/lib/myelin";

  private static final int SIZE = 3;
  private static final int ETCD_NUMBER = 10;
  private static final int CONTROLLERS_FROM = 20;
  private static final int BROKERS_FROM = 30;

  private final Wire inside = new Wire();
  private final Wire outside = new Wire();
  private final Node etcd = newEtcd().startingOn(inside);
  private final List<Node> controllers = three(id -> newController(id).startingOn(inside));
  private final List<Node> brokers = three(id -> newBroker(id).startingOn(inside));

  /** Returns when every broker serves. */
  ContainerCluster() {
    try {
      etcd.container().start();
      Startables.deepStart(
              Stream.concat(controllers.stream(), brokers.stream()).map(Node::container))
          .join();
      brokers.forEach(broker -> broker.plugInto(outside));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private static List<Node> three(IntFunction<Node> byId) {
    return IntStream.rangeClosed(1, SIZE).mapToObj(byId).toList();
  }

  private Node newEtcd() {
    return new Node(
        "etcd-1",
        ETCD_NUMBER,
        "myelin-etcd:local",
        Map.of(),
        Wait.forLogMessage(".*serving client traffic.*\\n", 1),
        "--data-dir=/var/lib/etcd",
        "--listen-client-urls=http://0.0.0.0:2379",
        "--advertise-client-urls=http://" + etcdEndpoint(),
        "--logger=zap");
  }

  private Node newController(int id) {
    int number = CONTROLLERS_FROM + id;
    Map<String, String> environment = environment("controller", id, number);
    environment.put("MYELIN_CONF_MYELIN_ETCD_ENDPOINTS", etcdEndpoint());
    return myelin("controller-" + id, number, environment);
  }

  private Node newBroker(int id) {
    int number = BROKERS_FROM + id;
    Map<String, String> environment = environment("broker", id, number);
    environment.put("MYELIN_KAFKA", "0.0.0.0:9092");
    environment.put("MYELIN_ADVERTISE", outside.address(number) + ":9092");
    environment.put(
        "MYELIN_CONF_MYELIN_CONTROLLERS",
        IntStream.rangeClosed(1, SIZE)
            .mapToObj(controller -> inside.address(CONTROLLERS_FROM + controller) + ":9094")
            .collect(Collectors.joining(",")));
    return myelin("broker-" + id, number, environment);
  }

  private Map<String, String> environment(String role, int id, int number) {
    Map<String, String> environment = new HashMap<>();
    environment.put("MYELIN_CONF_MYELIN_ROLE", role);
    environment.put("MYELIN_CONF_NODE_ID", Integer.toString(id));
    environment.put("MYELIN_DATA_DIR", DATA);
    environment.put("MYELIN_HTTP", "0.0.0.0:8080");
    environment.put("MYELIN_CONF_MYELIN_GRPC_LISTENER", "0.0.0.0:9094");
    environment.put("MYELIN_CONF_MYELIN_GRPC_ADVERTISED", inside.address(number) + ":9094");
    return environment;
  }

  private static Node myelin(String name, int number, Map<String, String> environment) {
    WaitStrategy ready = Wait.forLogMessage("Myelin is ready.*\\n", 1);
    return new Node(name, number, "myelin:local", environment, ready);
  }

  private String etcdEndpoint() {
    return inside.address(ETCD_NUMBER) + ":2379";
  }

  /** The network of the cluster's own. */
  Wire inside() {
    return inside;
  }

  /** The network of clients. */
  Wire outside() {
    return outside;
  }

  Node etcd() {
    return etcd;
  }

  List<Node> brokers() {
    return brokers;
  }

  Node broker(int id) {
    return brokers.get(id - 1);
  }

  Node controller(int id) {
    return controllers.get(id - 1);
  }

  List<Node> controllers() {
    return controllers;
  }

  /** Where clients begin. */
  String bootstrap() {
    return brokers.stream().map(this::bootstrap).collect(Collectors.joining(","));
  }

  /** Where clients begin that are to know this broker alone. */
  String bootstrap(Node broker) {
    return broker.addressOn(outside) + ":9092";
  }

  /** Whether it says that it can do its work. */
  boolean isReady(Node node) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI ready = URI.create("http://%s:8080/q/health/ready".formatted(node.addressOn(inside)));
      return client
              .send(HttpRequest.newBuilder(ready).build(), HttpResponse.BodyHandlers.discarding())
              .statusCode()
          == HttpURLConnection.HTTP_OK;
    }
  }

  /** Plugs in again what was unplugged. */
  void mend() {
    nodes().forEach(Node::mend);
  }

  private Stream<Node> nodes() {
    return Stream.of(brokers, controllers, List.of(etcd)).flatMap(List::stream);
  }

  @Override
  public void close() {
    nodes().forEach(node -> node.container().close());
    outside.close();
    inside.close();
  }
}
