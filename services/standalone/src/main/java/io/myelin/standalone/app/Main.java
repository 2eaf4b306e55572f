package io.myelin.standalone.app;

import io.myelin.standalone.Settings;
import io.myelin.standalone.SettingsReader;
import io.myelin.standalone.StartException;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The process: checks what can be checked before anything is started, then hands over to Quarkus
 * and {@link MyelinApplication}. Ends with 1 when the start was refused, and as the signal says
 * after an orderly stop (130 for Ctrl-C, 143 for SIGTERM).
 */
@QuarkusMain
public final class Main {
  private Main() {}

  public static void main(String... args) {
    SettingsReader reader = settingsReader();
    if (Arrays.asList(args).contains("--help")) {
      System.out.print(reader.usage());
      return;
    }
    try {
      Settings settings = reader.read(args);
      StartChecks.run(settings);
      System.setProperty("quarkus.http.host", bindHost(settings));
      System.setProperty("quarkus.http.port", Integer.toString(settings.http().port()));
    } catch (StartException e) {
      System.exit(refuse(e));
    }
    Quarkus.run(MyelinApplication.class, args);
  }

  static SettingsReader settingsReader() {
    Path home = Path.of(System.getProperty("myelin.home", ""));
    return new SettingsReader(System.getenv(), home.resolve(".myelin/data").toAbsolutePath());
  }

  /** Prints the one line that a person gets, and returns the exit code. */
  static int refuse(StartException e) {
    System.err.println("myelin: " + e.getMessage());
    return 1;
  }

  private static String bindHost(Settings settings) {
    return settings.http().host().isEmpty() ? "0.0.0.0" : settings.http().host();
  }
}
