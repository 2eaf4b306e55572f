package io.myelin.compat;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Health, metrics, log levels and logs, as a probe, a scraper and a person ask for them. */
final class HttpTest {
  /** At DEBUG, when the first group is asked for. */
  private static final String LOADED = "is loaded: 0 records";

  private final HttpClient client = HttpClient.newHttpClient();

  @TempDir Path temp;

  private MyelinProcess myelin;

  @BeforeEach
  void start() throws IOException {
    myelin = MyelinProcess.start(temp.resolve("data"));
  }

  @AfterEach
  void stop() throws InterruptedException {
    myelin.close();
    client.close();
  }

  private HttpResponse<String> request(String method, String path, BodyPublisher body)
      throws Exception {
    return request(myelin, method, path, body);
  }

  private HttpResponse<String> request(
      MyelinProcess process, String method, String path, BodyPublisher body) throws Exception {
    return client.send(
        HttpRequest.newBuilder(process.http(path)).method(method, body).build(),
        BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path) throws Exception {
    return request("GET", path, BodyPublishers.noBody());
  }

  @Test
  void everyProbeIsUpOnceItIsReady() throws Exception {
    for (String probe : List.of("live", "started", "ready")) {
      HttpResponse<String> answer = get("/q/health/" + probe);

      assertThat(answer.statusCode()).as(probe).isEqualTo(200);
      assertThat(answer.body()).as(probe).containsPattern("\"status\": *\"UP\"");
    }
  }

  @Test
  void whatWasProducedIsInTheMetrics() throws Exception {
    Command kcat =
        Command.run(
            temp,
            "one\ntwo\nthree\n",
            List.of("kcat", "-P", "-b", myelin.bootstrap(), "-t", "events", "-X", "acks=all"));
    assertThat(kcat.exitCode()).as(kcat.output()).isZero();

    Map<String, Double> metrics = metrics();

    assertThat(metrics)
        .containsEntry("kafka_server_brokertopicmetrics_messagesin_total{topic=\"events\"}", 3.0)
        .containsEntry("kafka_server_brokertopicmetrics_messagesin_total{topic=\"\"}", 3.0)
        .containsEntry("kafka_server_replicamanager_partitioncount", 1.0)
        .containsEntry("kafka_controller_kafkacontroller_globaltopiccount", 1.0);
    assertThat(metrics.get("kafka_log_log_size{topic=\"events\"}")).isPositive();
    assertThat(metrics)
        .anySatisfy(
            (name, value) -> {
              assertThat(name)
                  .startsWith("kafka_network_requestmetrics_requests_total{request=\"Produce\"");
              assertThat(value).isPositive();
            });
  }

  /** Those with a name of Kafka's, by name and labels. */
  private Map<String, Double> metrics() throws Exception {
    HttpResponse<String> answer = get("/q/metrics");
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer
        .body()
        .lines()
        .filter(line -> line.startsWith("kafka_"))
        .collect(
            toMap(
                line -> line.substring(0, line.lastIndexOf(' ')).replace(",}", "}"),
                line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))));
  }

  @Test
  void aLogLevelChangesWhileItRuns() throws Exception {
    assertThat(get("/loggers/io.myelin").body()).contains("\"level\":\"INFO\"");

    HttpResponse<String> changed =
        request("PUT", "/loggers/io.myelin", BodyPublishers.ofString("debug"));
    assertThat(changed.statusCode()).isEqualTo(200);
    assertThat(get("/loggers/io.myelin.broker").body())
        .contains("\"level\":\"DEBUG\"", "\"inherited\":true");

    request("DELETE", "/loggers/io.myelin", BodyPublishers.noBody());
    assertThat(get("/loggers/io.myelin").body()).contains("\"level\":\"INFO\"");
  }

  @Test
  void aLevelThatThereIsNotIsRefusedAndTheOthersAreNamed() throws Exception {
    HttpResponse<String> refused =
        request("PUT", "/loggers/io.myelin", BodyPublishers.ofString("LOUD"));

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("'LOUD' is no level", "DEBUG");
    assertThat(get("/loggers/io.myelin").body()).contains("\"level\":\"INFO\"");
  }

  private static void askForAGroup(MyelinProcess process) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", process.bootstrap()))) {
      admin.listConsumerGroupOffsets("readers").partitionsToOffsetAndMetadata().get();
    }
  }

  @Test
  void aLevelThatWasLoweredBringsItsLines() throws Exception {
    request("PUT", "/loggers/io.myelin", BodyPublishers.ofString("DEBUG"));
    assertThat(Files.readString(myelin.log())).doesNotContain(LOADED);

    askForAGroup(myelin);
    myelin.untilPrinted(LOADED);

    assertThat(Files.readString(myelin.log())).containsPattern("DEBUG .* " + LOADED);
  }

  @Test
  void kafkasToolChangesLevelsToo() throws Exception {
    assertThat(levels("--describe")).contains("  io.myelin.broker=INFO sensitive=false");

    assertThat(levels("--alter", "--add-config", "io.myelin.broker=DEBUG"))
        .isEqualTo("Completed updating config for broker-logger 0.\n");
    assertThat(levels("--describe")).contains("  io.myelin.broker=DEBUG sensitive=false");
    askForAGroup(myelin);
    myelin.untilPrinted(LOADED);

    levels("--alter", "--delete-config", "io.myelin.broker");
    assertThat(get("/loggers/io.myelin.broker").body()).contains("\"level\":\"INFO\"");
  }

  private String levels(String... arguments) {
    List<String> words = new ArrayList<>(List.of("--entity-type", "broker-loggers"));
    words.addAll(List.of("--entity-name", "0"));
    words.addAll(List.of(arguments));
    return new KafkaTools(temp, myelin.bootstrap())
        .run("kafka-configs.sh", words.toArray(String[]::new));
  }

  @Test
  void everyLineOfTheLogIsJsonWhereThatIsAskedFor() throws Exception {
    List<String> launcher = List.of("env", "QUARKUS_LOG_CONSOLE_JSON_ENABLED=true");
    try (MyelinProcess json = MyelinProcess.start(launcher, temp.resolve("json"))) {
      request(json, "PUT", "/loggers/io.myelin", BodyPublishers.ofString("DEBUG"));
      askForAGroup(json);
      json.untilPrinted(LOADED);

      String printed = Files.readString(json.log());
      List<String> logged =
          printed
              .substring(0, printed.lastIndexOf('\n')) // what follows is being written
              .lines()
              .filter(line -> !line.startsWith("Myelin is ready"))
              .toList();
      assertThat(parsed(logged))
          .hasSameSizeAs(logged)
          .anySatisfy(
              line ->
                  assertThat(line)
                      .contains("\"loggerName\":\"io.myelin.broker.coordinator.LoadSummary\"")
                      .contains("\"level\":\"DEBUG\"")
                      .contains(LOADED));
    }
  }

  /** By a parser that is not ours; one line for each. */
  private List<String> parsed(List<String> json) {
    Command parser =
        Command.run(
            temp,
            String.join("\n", json) + "\n",
            List.of("python3", "-m", "json.tool", "--json-lines", "--compact"));
    assertThat(parser.exitCode()).as(parser.output()).isZero();
    return parser.output().lines().toList();
  }
}
