package io.myelin.broker.api;

import io.myelin.protocol.ServedVersions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/**
 * The APIs that are served, one handler each; ApiVersions, which follows from the others, is added
 * here. Immutable, thread-safe.
 */
public final class Apis implements ServedVersions {
  private final ApiHandler<?, ?>[] handlers = new ApiHandler<?, ?>[ApiKeys.values().length];

  /**
   * @param handlers of all APIs but ApiVersions
   * @throws IllegalArgumentException if two serve the same API, or one serves versions that the
   *     protocol does not have
   */
  public Apis(Collection<ApiHandler<?, ?>> handlers, Supplier<Features> features) {
    List<ApiHandler<?, ?>> all = new ArrayList<>(handlers);
    all.add(new ApiVersionsHandler(handlers, features));
    all.forEach(this::register);
  }

  private void register(ApiHandler<?, ?> handler) {
    ApiKeys key = handler.key();
    if (handlers[key.ordinal()] != null) {
      throw new IllegalArgumentException("two handlers serve " + key);
    }
    if (handler.oldestVersion() > handler.newestVersion()
        || !key.isVersionSupported(handler.oldestVersion())
        || !key.isVersionSupported(handler.newestVersion())) {
      throw new IllegalArgumentException(
          key + " has no versions " + handler.oldestVersion() + " to " + handler.newestVersion());
    }
    handlers[key.ordinal()] = handler;
  }

  @Override
  public boolean serves(ApiKeys key, short version) {
    ApiHandler<?, ?> handler = handlers[key.ordinal()];
    return handler != null
        && version >= handler.oldestVersion()
        && version <= handler.newestVersion();
  }

  /** The handler of an API that is served. */
  public ApiHandler<?, ?> handler(ApiKeys key) {
    ApiHandler<?, ?> handler = handlers[key.ordinal()];
    if (handler == null) {
      throw new IllegalArgumentException(key + " is not served");
    }
    return handler;
  }

  /** Calls the handler; whatever it throws comes back in the stage. */
  @SuppressWarnings("unchecked") // a handler's request and response types are its key's
  public static CompletionStage<? extends ApiMessage> dispatch(
      ApiHandler<?, ?> handler, RequestContext context, ApiMessage request) {
    try {
      return ((ApiHandler<ApiMessage, ApiMessage>) handler).handle(context, request);
    } catch (Exception e) {
      return CompletableFuture.failedFuture(e);
    }
  }
}
