package io.myelin.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SettingsReaderTest {
  @TempDir Path folder;

  private final Map<String, String> environment = new HashMap<>();

  private Settings read(String... args) {
    return new SettingsReader(environment, Path.of("/default/data")).read(args);
  }

  private Path file(String... lines) throws IOException {
    return Files.write(folder.resolve("server.properties"), List.of(lines));
  }

  @Test
  void defaultsArePinned() {
    Settings settings = read();

    assertThat(settings.dataDir()).isEqualTo(Path.of("/default/data"));
    assertThat(settings.kafka()).isEqualTo(new HostPort("localhost", 9092));
    assertThat(settings.advertised()).isEqualTo(new HostPort("localhost", 9092));
    assertThat(settings.http()).isEqualTo(new HostPort("localhost", 8080));
    assertThat(settings.config()).isEmpty();
  }

  @Test
  void kafkaFlagAlsoSetsWhatIsAdvertised() {
    Settings settings = read("--kafka", "broker.example:9192");

    assertThat(settings.advertised()).isEqualTo(new HostPort("broker.example", 9192));
  }

  @Test
  void advertiseFlagSeparatesTheTwo() {
    Settings settings = read("--kafka=0.0.0.0:9192", "--advertise=broker.example:80");

    assertThat(settings.kafka()).isEqualTo(new HostPort("0.0.0.0", 9192));
    assertThat(settings.advertised()).isEqualTo(new HostPort("broker.example", 80));
  }

  @ParameterizedTest
  @ValueSource(strings = {":9192", "0.0.0.0:9192", "[::]:9192"})
  void neverAdvertisesEveryInterfaceAndSaysWhoNeedsWhat(String everyInterface) {
    Settings settings = read("--kafka", everyInterface);

    assertThat(settings.advertised()).isEqualTo(new HostPort("localhost", 9192));
    assertThat(settings.warnings())
        .containsExactly(
            "Every interface is listened on, and clients are told to connect to localhost: those"
                + " on other machines need --advertise HOST:PORT");
    assertThat(read("--kafka", everyInterface, "--advertise", "broker.example:80").warnings())
        .isEmpty();
  }

  @Test
  void whoListensOnThisMachineAloneNeedsNoAdvice() {
    assertThat(read().warnings()).isEmpty();
  }

  @Test
  void flagsWinOverEnvironmentAndEnvironmentOverFile() throws IOException {
    Path file =
        file(
            "log.dirs=/from/file",
            "listeners=PLAINTEXT://file:1",
            "myelin.http.listener=file:2",
            "log.retention.ms=1");
    environment.put("MYELIN_KAFKA", "environment:1");
    environment.put("MYELIN_DATA_DIR", "/from/environment");
    environment.put("MYELIN_CONF_LOG_RETENTION_MS", "2");

    Settings settings = read("--config", file.toString(), "--data-dir", "/from/flag");

    assertThat(settings.dataDir()).isEqualTo(Path.of("/from/flag"));
    assertThat(settings.kafka()).isEqualTo(new HostPort("environment", 1));
    assertThat(settings.advertised()).isEqualTo(new HostPort("environment", 1));
    assertThat(settings.http()).isEqualTo(new HostPort("file", 2));
    assertThat(settings.config()).containsEntry("log.retention.ms", "2");
  }

  @Test
  void readsListenersOfTheFileAsKafkaWritesThem() throws IOException {
    Path file =
        file("listeners=PLAINTEXT://[::1]:9192", "advertised.listeners=PLAINTEXT://outside:9292");

    Settings settings = read("--config", file.toString());

    assertThat(settings.kafka()).isEqualTo(new HostPort("::1", 9192));
    assertThat(settings.kafka()).hasToString("[::1]:9192");
    assertThat(settings.advertised()).isEqualTo(new HostPort("outside", 9292));
  }

  @Test
  void readsTheFileThatKafkaShips() throws IOException {
    Path file =
        file(
            "process.roles=broker,controller",
            "listeners=PLAINTEXT://:9192,CONTROLLER://:9193",
            "advertised.listeners=PLAINTEXT://outside:9192,CONTROLLER://outside:9193",
            "controller.listener.names=CONTROLLER");

    Settings settings = read("--config", file.toString());

    assertThat(settings.kafka()).isEqualTo(new HostPort("", 9192));
    assertThat(settings.advertised()).isEqualTo(new HostPort("outside", 9192));
  }

  @Test
  void aFileThatHasOnlyAControllersListenerLeavesTheDefault() throws IOException {
    Path file = file("listeners=QUORUM://:9193", "controller.listener.names=QUORUM");

    assertThat(read("--config", file.toString()).kafka())
        .isEqualTo(new HostPort("localhost", 9092));
  }

  @Test
  void severalListenersForClientsAreRefusedUnlessAFlagNamesTheOne() throws IOException {
    String file = file("listeners=INSIDE://:9192,OUTSIDE://:9292").toString();

    assertThatThrownBy(() -> read("--config", file))
        .isInstanceOf(StartException.class)
        .hasMessage(
            "listeners names 2 listeners for clients, INSIDE://:9192, OUTSIDE://:9292, and Myelin"
                + " has only one so far; leave one of them in the file, or start with --kafka"
                + " HOST:PORT, which stands before the file");
    assertThat(read("--config", file, "--kafka", "x:1").kafka()).isEqualTo(new HostPort("x", 1));
  }

  @Test
  void localhostIsEveryLoopbackAddressThatThereIsAtOnePort() {
    assertThat(new HostPort("localhost", 9192).addresses())
        .isNotEmpty()
        .doesNotHaveDuplicates()
        .allMatch(address -> address.getAddress().isLoopbackAddress())
        .allMatch(address -> address.getPort() == 9192);
    assertThat(new HostPort("127.0.0.1", 9192).addresses()).hasSize(1);
    assertThat(new HostPort("", 9192).addresses())
        .allMatch(address -> address.getAddress().isAnyLocalAddress());
  }

  @Test
  void takesSeveralLogDirectories() throws IOException {
    Settings settings = read("--config", file("log.dirs=/a, /b").toString());

    assertThat(settings.logDirs()).containsExactly(Path.of("/a"), Path.of("/b"));
    assertThat(settings.dataDir()).isEqualTo(Path.of("/a"));
  }

  @Test
  void errorsNameTheFlagAndTheValue() {
    assertThatThrownBy(() -> read("--kafka", "localhost"))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("--kafka")
        .hasMessageContaining("'localhost'");
    assertThatThrownBy(() -> read("--kafka", "localhost:99999")).hasMessageContaining("99999");
    assertThatThrownBy(() -> read("--kafka", "::1:9092")).hasMessageContaining("brackets");
    assertThatThrownBy(() -> read("--http")).hasMessageContaining("--http needs a value");
    assertThatThrownBy(() -> read("--datadir", "x")).hasMessageContaining("--data-dir");
    assertThatThrownBy(() -> read("--config", "/no/such"))
        .hasMessageContaining("there is no file /no/such");
  }

  @Test
  void usageNamesEveryFlagAndItsVariable() {
    String usage = new SettingsReader(environment, Path.of("/default/data")).usage();

    for (Flag flag : Flag.values()) {
      assertThat(usage).contains(flag.text()).contains(flag.variable());
    }
  }
}
