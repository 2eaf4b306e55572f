package io.myelin.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The profile {@code native} is not run by any test; that what it names exists can be told. */
final class NativeResourcesTest {
  private static final Pattern INCLUDES =
      Pattern.compile("<quarkus\\.native\\.resources\\.includes>(.*?)</");

  @Test
  void everyNativeLibraryThatTheProfileRegistersIsOnTheClassPath() throws IOException {
    List<Path> libraries = nativeLibraries();
    Matcher includes = INCLUDES.matcher(Files.readString(Path.of("pom.xml")));

    assertThat(includes.find()).isTrue();
    for (String glob : includes.group(1).split(",")) {
      PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
      assertThat(libraries).as(glob).anyMatch(matcher::matches);
    }
  }

  private static List<Path> nativeLibraries() throws IOException {
    List<Path> libraries = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      if (entry.endsWith(".jar")) {
        try (JarFile jar = new JarFile(entry)) {
          jar.stream()
              .map(JarEntry::getName)
              .filter(name -> name.endsWith(".so"))
              .forEach(name -> libraries.add(Path.of(name)));
        }
      }
    }
    return libraries;
  }
}
