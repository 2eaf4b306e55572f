package io.myelin.system.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Puts links between the processes of a cluster that is configured and not started: has each
 * advertise a link's address instead of its own.
 */
final class ClusterLinks {
  // Not free ones: another process could have it while a link is cut.
  private static final int PORT_STEP = 20;

  private static final String CONTROLLER_CLIENTS = "myelin.controllers";
  private static final String ETCD_CLIENTS = "myelin.etcd.endpoints";

  private final Path folder;
  private final List<Link> links = new ArrayList<>();

  /** The address of the link that stands before an address. */
  private final Map<String, String> linkAddresses = new HashMap<>();

  /**
   * @param folder with the settings of its processes
   */
  ClusterLinks(Path folder) {
    this.folder = folder;
  }

  List<Link> open() throws IOException {
    for (Path file : files(".args")) {
      String name = name(file);
      List<String> words = Files.readAllLines(file);
      String url = words.get(words.indexOf("--listen-client-urls") + 1);
      link(name, url.replaceFirst("^http://", ""));
    }
    for (Path file : files(".properties")) {
      List<String> settings = new ArrayList<>(Files.readAllLines(file));
      String name = name(file);
      boolean broker = name.startsWith("broker");
      String grpc = value(settings, "myelin.grpc.listener");
      settings.add("myelin.grpc.advertised=" + link(broker ? "peers-" + name : name, grpc));
      if (broker) {
        String kafka = value(settings, "listeners").replaceFirst("^PLAINTEXT://", "");
        replace(settings, "advertised.listeners", "PLAINTEXT://" + link("clients-" + name, kafka));
      }
      Files.write(file, settings);
    }
    for (Path file : files(".properties")) {
      List<String> settings = new ArrayList<>(Files.readAllLines(file));
      redirect(settings, name(file).startsWith("broker") ? CONTROLLER_CLIENTS : ETCD_CLIENTS);
      Files.write(file, settings);
    }
    return links;
  }

  private String link(String name, String target) throws IOException {
    InetSocketAddress to = address(target);
    Link link =
        Link.open(name, new InetSocketAddress(to.getAddress(), to.getPort() + PORT_STEP), to);
    links.add(link);
    linkAddresses.put(target, Ports.text(link.address()));
    return Ports.text(link.address());
  }

  private void redirect(List<String> settings, String key) {
    List<String> through = new ArrayList<>();
    for (String target : value(settings, key).split(",")) {
      through.add(linkAddresses.get(target));
    }
    replace(settings, key, String.join(",", through));
  }

  private static String value(List<String> settings, String key) {
    return settings.stream()
        .filter(line -> line.startsWith(key + "="))
        .findFirst()
        .orElseThrow()
        .substring(key.length() + 1);
  }

  private static void replace(List<String> settings, String key, String value) {
    settings.replaceAll(line -> line.startsWith(key + "=") ? key + "=" + value : line);
  }

  private static InetSocketAddress address(String text) throws IOException {
    int colon = text.lastIndexOf(':');
    return new InetSocketAddress(
        InetAddress.getByName(text.substring(0, colon)),
        Integer.parseInt(text.substring(colon + 1)));
  }

  private List<Path> files(String ending) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
  }

  private static String name(Path file) {
    return file.getFileName().toString().replaceFirst("\\.\\w+$", "");
  }
}
