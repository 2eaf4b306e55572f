package io.myelin.broker.api.admin;

import io.myelin.broker.api.ApiHandler;
import io.myelin.broker.api.RequestContext;
import io.myelin.broker.config.BrokerConfigs;
import io.myelin.metadata.Controller;
import io.myelin.metadata.MetadataPublisher;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.AlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.AlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.AlterConfigsResponseData;
import org.apache.kafka.common.message.AlterConfigsResponseData.AlterConfigsResourceResponse;
import org.apache.kafka.common.protocol.ApiKeys;

/** AlterConfigs: replaces all settings of a resource; those not mentioned go. */
public final class AlterConfigsHandler
    implements ApiHandler<AlterConfigsRequestData, AlterConfigsResponseData> {
  private final ConfigAlteration alteration;

  public AlterConfigsHandler(
      MetadataPublisher metadata, Controller controller, BrokerConfigs broker) {
    this.alteration = new ConfigAlteration(metadata, controller, new ConfigResources(broker));
  }

  @Override
  public ApiKeys key() {
    return ApiKeys.ALTER_CONFIGS;
  }

  @Override
  public CompletionStage<AlterConfigsResponseData> handle(
      RequestContext context, AlterConfigsRequestData request) {
    List<AlterConfigsResource> asked = new ArrayList<>(request.resources());
    return alteration
        .alter(
            asked.stream().map(AlterConfigsHandler::requested).toList(),
            request.validateOnly(),
            index -> false,
            (index, present) -> settings(asked.get(index)))
        .thenApply(
            errors -> {
              AlterConfigsResponseData response = new AlterConfigsResponseData();
              for (int i = 0; i < errors.size(); i++) {
                response
                    .responses()
                    .add(
                        new AlterConfigsResourceResponse()
                            .setResourceType(asked.get(i).resourceType())
                            .setResourceName(asked.get(i).resourceName())
                            .setErrorCode(errors.get(i).error().code())
                            .setErrorMessage(errors.get(i).message()));
              }
              return response;
            });
  }

  private static ConfigAlteration.Requested requested(AlterConfigsResource resource) {
    return new ConfigAlteration.Requested(
        resource.resourceType(),
        resource.resourceName(),
        resource.configs().stream().map(AlterableConfig::name).toList(),
        resource.configs().stream()
            .filter(config -> config.value() == null)
            .map(AlterableConfig::name)
            .toList());
  }

  private static Map<String, String> settings(AlterConfigsResource resource) {
    Map<String, String> settings = new HashMap<>();
    resource.configs().forEach(config -> settings.put(config.name(), config.value()));
    return settings;
  }
}
