package io.myelin.broker.meters;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.myelin.broker.net.RequestObserver;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.protocol.ApiKeys;

/**
 * Requests and connections as meters. Thread-safe and cheap: a request finds its meters by the
 * API's number, without a look-up by name; an API's meters are made at its first request.
 */
public final class RequestMeters implements RequestObserver {
  private static final double NS_PER_MS = 1e6;

  private final MeterRegistry registry;
  private final AtomicReferenceArray<OfApi> apis =
      new AtomicReferenceArray<>(ApiKeys.values().length);
  private final ConcurrentHashMap<String, OfListener> listeners = new ConcurrentHashMap<>();

  public RequestMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  /** The meters of one API. */
  private final class OfApi {
    private final String request;
    private final AtomicReferenceArray<Counter> byVersion;
    private final DistributionSummary totalTimeMs;
    private final DistributionSummary localTimeMs;
    private final DistributionSummary bytes;

    OfApi(ApiKeys key) {
      request = key.name;
      byVersion = new AtomicReferenceArray<>(key.latestVersion() + 2);
      totalTimeMs = summary(KafkaMeter.TOTAL_TIME_MS);
      localTimeMs = summary(KafkaMeter.LOCAL_TIME_MS);
      bytes = summary(KafkaMeter.REQUEST_BYTES);
    }

    private DistributionSummary summary(KafkaMeter meter) {
      return meter.summary().tag("request", request).register(registry);
    }

    Counter ofVersion(short version) {
      // A client from the future asks for ApiVersions in a version that nobody here knows: all such
      // share the last place, or a client could make as many meters as there are numbers.
      int place = Math.min(version, byVersion.length() - 1);
      Counter counter = byVersion.get(place);
      if (counter == null) {
        counter =
            Counter.builder(KafkaMeter.REQUESTS.meter())
                .description(KafkaMeter.REQUESTS.description())
                .tag("request", request)
                .tag("version", place == byVersion.length() - 1 ? "newer" : Short.toString(version))
                .register(registry);
        byVersion.set(place, counter);
      }
      return counter;
    }
  }

  /** The connections of one listener. */
  private final class OfListener {
    private final LongAdder open = new LongAdder();
    private final Counter opened;

    OfListener(String listener) {
      opened =
          Counter.builder(KafkaMeter.CONNECTIONS_OPENED.meter())
              .description(KafkaMeter.CONNECTIONS_OPENED.description())
              .tag("listener", listener)
              .register(registry);
      Gauge.builder(KafkaMeter.CONNECTIONS.meter(), open, LongAdder::sum)
          .description(KafkaMeter.CONNECTIONS.description())
          .tag("listener", listener)
          .register(registry);
    }
  }

  @Override
  public void connectionOpened(String listener) {
    OfListener meters = listeners.computeIfAbsent(listener, OfListener::new);
    meters.opened.increment();
    meters.open.increment();
  }

  @Override
  public void connectionClosed(String listener) {
    listeners.computeIfAbsent(listener, OfListener::new).open.decrement();
  }

  @Override
  public void requestReceived(ApiKeys key, short version, int frameBytes) {
    OfApi api = of(key);
    api.ofVersion(version).increment();
    api.bytes.record(frameBytes);
  }

  @Override
  public void requestDone(
      ApiKeys key, long responseBytes, long dispatchNs, long answerNs, long totalNs) {
    OfApi api = of(key);
    api.localTimeMs.record(dispatchNs / NS_PER_MS);
    api.totalTimeMs.record(totalNs / NS_PER_MS);
  }

  private OfApi of(ApiKeys key) {
    OfApi api = apis.get(key.ordinal());
    if (api == null) {
      // Two event loops may both get here: the registry gives them the same meters.
      api = new OfApi(key);
      apis.set(key.ordinal(), api);
    }
    return api;
  }
}
