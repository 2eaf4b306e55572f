package io.myelin.standalone.app;

import io.myelin.env.jdk.JdkClock;
import io.myelin.standalone.EmbeddedCluster;
import io.myelin.standalone.Settings;
import io.myelin.standalone.StartException;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Locale;

/** Runs the cluster for as long as the process lives; its main thread is the owner. */
@Dependent
public final class MyelinApplication implements QuarkusApplication {
  private final RunningCluster running;

  @Inject
  MyelinApplication(RunningCluster running) {
    this.running = running;
  }

  @Override
  public int run(String... args) {
    Settings settings = Main.settingsReader().read(args);
    try {
      EmbeddedCluster.Endpoint endpoint = running.start(settings);
      System.out.println(readyLine(settings, endpoint, ProcessAge.at(new JdkClock())));
      Quarkus.waitForExit();
      return running.hasFailed() ? 1 : 0;
    } catch (StartException e) {
      return Main.refuse(e);
    } finally {
      running.close();
    }
  }

  static String readyLine(Settings settings, EmbeddedCluster.Endpoint endpoint, Duration took) {
    return String.format(
        Locale.ROOT,
        "Myelin is ready: %s, http://%s (health, metrics), data in %s (%.2f s), process %d",
        endpoint.serves(),
        settings.http().host().isEmpty() ? "localhost:" + settings.http().port() : settings.http(),
        settings.dataDir(),
        took.toMillis() / 1000.0,
        ProcessHandle.current().pid());
  }
}
