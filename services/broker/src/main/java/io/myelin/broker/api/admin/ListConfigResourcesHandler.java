package io.myelin.broker.api.admin;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.RequestContext;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.ConfigKey;
import io.myelin.metadata.MetadataPublisher;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.config.ConfigResource.Type;
import org.apache.kafka.common.message.ListConfigResourcesRequestData;
import org.apache.kafka.common.message.ListConfigResourcesResponseData;
import org.apache.kafka.common.message.ListConfigResourcesResponseData.ConfigResource;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/** ListConfigResources: what has, or may have, settings of its own (KIP-1142). */
public final class ListConfigResourcesHandler
    implements ApiHandler<ListConfigResourcesRequestData, ListConfigResourcesResponseData> {
  private static final List<Type> ALL =
      List.of(Type.TOPIC, Type.BROKER, Type.BROKER_LOGGER, Type.CLIENT_METRICS, Type.GROUP);

  private final MetadataPublisher metadata;

  public ListConfigResourcesHandler(MetadataPublisher metadata) {
    this.metadata = metadata;
  }

  @Override
  public ApiKeys key() {
    return ApiKeys.LIST_CONFIG_RESOURCES;
  }

  @Override
  public CompletionStage<ListConfigResourcesResponseData> handle(
      RequestContext context, ListConfigResourcesRequestData request) {
    ListConfigResourcesResponseData response = new ListConfigResourcesResponseData();
    Set<Type> types = types(context, request);
    if (types.contains(Type.UNKNOWN)) {
      return CompletableFuture.completedFuture(
          response.setErrorCode(Errors.UNSUPPORTED_VERSION.code()));
    }
    ClusterImage image = metadata.image();
    for (Type type : types) {
      for (String name : names(image, type)) {
        response
            .configResources()
            .add(new ConfigResource().setResourceType(type.id()).setResourceName(name));
      }
    }
    return CompletableFuture.completedFuture(response);
  }

  private static Set<Type> types(RequestContext context, ListConfigResourcesRequestData request) {
    if (context.apiVersion() == 0) {
      return Set.of(Type.CLIENT_METRICS);
    }
    Set<Type> types = new LinkedHashSet<>();
    request.resourceTypes().forEach(id -> types.add(Type.forId(id)));
    return types.isEmpty() ? new LinkedHashSet<>(ALL) : types;
  }

  private static Collection<String> names(ClusterImage image, Type type) {
    return switch (type) {
      case TOPIC -> image.topics().keySet();
      case BROKER, BROKER_LOGGER ->
          image.brokers().keySet().stream().map(id -> Integer.toString(id)).toList();
      case CLIENT_METRICS -> withSettings(image, ConfigKey.Type.CLIENT_METRICS);
      case GROUP -> withSettings(image, ConfigKey.Type.GROUP);
      case UNKNOWN -> List.of();
    };
  }

  private static List<String> withSettings(ClusterImage image, ConfigKey.Type type) {
    return image.configs().keySet().stream()
        .filter(key -> key.type() == type)
        .map(ConfigKey::name)
        .sorted()
        .toList();
  }
}
